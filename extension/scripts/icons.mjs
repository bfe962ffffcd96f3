// Draws the extension's icon, a viewfinder with a picture's round subject in it, and writes it as PNG in
// every size a browser asks for: `npm run icons`. Shapes are signed distances (below 0 is inside), so an
// edge is smooth at 16 pixels as at 128, and drawing needs no package.
import { mkdir, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { crc32, deflateSync } from "node:zlib";

const SIZES = [16, 32, 48, 96, 128];
const FOLDER = new URL("../public/icon/", import.meta.url);
const GROUND = [29, 53, 87];
const LINES = [255, 255, 255];
const SUBJECT = [255, 183, 77];

/** Distance to a box around (cx, cy) of half width `half` with rounded corners; the icon is 1 x 1. */
function box(x, y, cx, cy, halfX, halfY, radius) {
  const dx = Math.abs(x - cx) - halfX + radius;
  const dy = Math.abs(y - cy) - halfY + radius;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
}

/** The four corners of a viewfinder: a ring with its middles cut out. */
function corners(x, y, stroke) {
  const ring = Math.abs(box(x, y, 0.5, 0.5, 0.3, 0.3, 0.1)) - stroke / 2;
  const gap = 0.13 - Math.min(Math.abs(x - 0.5), Math.abs(y - 0.5));
  return Math.max(ring, gap);
}

/** RGBA of one pixel of an icon of `size` pixels. */
function pixel(column, row, size) {
  const x = (column + 0.5) / size;
  const y = (row + 0.5) / size;
  const cover = (distance) => Math.min(1, Math.max(0, 0.5 - distance * size));
  const stroke = size <= 16 ? 0.115 : 0.085;
  const layers = [
    [LINES, cover(corners(x, y, stroke))],
    [SUBJECT, cover(Math.hypot(x - 0.5, y - 0.5) - 0.135)],
  ];
  const colour = layers.reduce(
    (below, [above, share]) => below.map((value, index) => value + (above[index] - value) * share),
    GROUND,
  );
  return [...colour.map(Math.round), Math.round(255 * cover(box(x, y, 0.5, 0.5, 0.5, 0.5, 0.22)))];
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

export function png(size) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6], 8); // 8 bits, RGBA
  const rows = Array.from({ length: size }, (_, row) => [
    0, // no filter
    ...Array.from({ length: size }, (_, column) => pixel(column, row, size)).flat(),
  ]);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows.flat()), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await mkdir(FOLDER, { recursive: true });
  for (const size of SIZES) await writeFile(new URL(`${size}.png`, FOLDER), png(size));
  console.log(`wrote ${SIZES.length} icons into public/icon`);
}
