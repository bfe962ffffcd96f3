// The header of a JPEG: size, EXIF orientation, and the quality that its quantisation table tells. As
// Pillow and backend/picture.py read it. Pure.
import type { Bytes } from "./bytes";
import type { Header } from "./container";
import { roundHalfEven } from "./rounding";

// Luminance table of the JPEG standard (ITU-T T.81, K.1), whose scaling most encoders call "quality".
const STANDARD_LUMINANCE_SUM = 3688;
const ORIENTATION = 0x0112;
const [SOI, EOI, SOS, DQT, APP1, TEM] = [0xd8, 0xd9, 0xda, 0xdb, 0xe1, 0x01];
const isStartOfFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const isAlone = (marker: number) => marker === TEM || (marker >= 0xd0 && marker <= SOI);

export function readJpeg(bytes: Bytes): Header {
  const tables = new Map<number, number>(); // sum by number
  let [size, orientation] = [{ width: 0, height: 0 }, 1];
  let at = 2;
  for (;;) {
    while (bytes.byte(at) !== 0xff) at += 1; // stray bytes between segments
    const marker = bytes.byte(at + 1);
    if (marker === 0xff || marker === 0 || isAlone(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === EOI || marker === SOS) break;
    const [start, end] = [at + 4, at + 2 + bytes.u16(at + 2)];
    bytes.reaches(end);
    if (marker === DQT) readTables(bytes, start, end, tables);
    if (marker === APP1) orientation = orientationOf(bytes, start) ?? orientation;
    if (isStartOfFrame(marker)) size = { height: bytes.u16(start + 1), width: bytes.u16(start + 3) };
    at = Math.max(end, at + 4);
  }
  requireEnd(bytes, at);
  return { ...size, orientation, jpegQuality: quality(tables) };
}

/** The libjpeg quality whose luminance table has the same sum: exact for libjpeg, near for others. */
function quality(tables: ReadonlyMap<number, number>): number | null {
  const sum = tables.get(Math.min(...tables.keys()));
  if (sum === undefined) return null;
  const percent = (100 * sum) / STANDARD_LUMINANCE_SUM;
  const found = percent <= 100 ? (200 - percent) / 2 : 5000 / percent;
  return roundHalfEven(Math.min(100, Math.max(1, found)));
}

function readTables(bytes: Bytes, start: number, end: number, tables: Map<number, number>): void {
  for (let at = start; at < end; ) {
    const [wide, number] = [bytes.byte(at) >> 4 !== 0, bytes.byte(at) & 15];
    at += 1;
    let sum = 0;
    for (let index = 0; index < 64; index++, at += wide ? 2 : 1) sum += wide ? bytes.u16(at) : bytes.byte(at);
    tables.set(number, sum);
  }
}

/** Of a segment "Exif": 1 to 8, as it stands in the first directory. */
function orientationOf(bytes: Bytes, start: number): number | null {
  if (bytes.text(start, 6) !== "Exif\0\0") return null;
  const tiff = start + 6;
  const order = bytes.text(tiff, 2);
  if (order !== "II" && order !== "MM") return null;
  const little = order === "II";
  try {
    const directory = tiff + bytes.u32(tiff + 4, little);
    const entries = bytes.u16(directory, little);
    for (let index = 0; index < entries; index++) {
      const entry = directory + 2 + 12 * index;
      if (bytes.u16(entry, little) === ORIENTATION) return bytes.u16(entry + 8, little);
    }
  } catch {
    // A broken note about the picture does not break the picture.
  }
  return null;
}

/** In the coded data 0xff is followed by 0 or a restart, so an EOI there is the picture's end. */
function requireEnd(bytes: Bytes, scan: number): void {
  let at = scan;
  do {
    at = bytes.indexOf(0xff, at + 1);
    if (at < 0) bytes.reaches(bytes.length + 1);
  } while (bytes.byte(at + 1) !== EOI);
}
