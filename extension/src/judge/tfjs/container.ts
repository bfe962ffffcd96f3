// A file's bytes to its header, or why it cannot be judged: the same formats, limits and reasons as
// backend/picture.py, before any pixel is decoded. Pure.
import type { Problem } from "../../contract/types";
import { MAX_BYTES } from "../judge";
import { Bytes, Ended } from "./bytes";
import { readAvif, readBmp, readGif, readPng, readWebp } from "./formats";
import { readJpeg } from "./jpeg";

export type Format = "JPEG" | "PNG" | "WEBP" | "GIF" | "AVIF" | "BMP";

export interface Header {
  readonly width: number; // px, as stored: before the orientation is applied
  readonly height: number;
  readonly orientation: number; // EXIF's, 1 to 8
  readonly jpegQuality: number | null; // 1 to 100, estimated; null where not a JPEG
}

export type Container =
  | ({ kind: "picture"; format: Format } & Header)
  | { kind: "refused"; reason: Problem["reason"]; message: string };

const MAX_PIXELS = 100_000_000; // decompression bombs
const MIN_SIDE = 64; // px; below, nothing can be said

export function inspect(data: Uint8Array): Container {
  if (data.length === 0) return refused("empty_body", "No bytes came.");
  if (data.length > MAX_BYTES) return refused("too_many_bytes", `At most ${MAX_BYTES} bytes are read.`);
  const bytes = new Bytes(data);
  const format = formatOf(bytes);
  if (!format) return unidentified(bytes);
  try {
    return measured(format, READERS[format](bytes));
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return refused("truncated", `The ${format} picture ends too early or is damaged.`);
  }
}

const READERS: Readonly<Record<Format, (bytes: Bytes) => Header>> = {
  JPEG: readJpeg,
  PNG: readPng,
  WEBP: readWebp,
  GIF: readGif,
  AVIF: readAvif,
  BMP: readBmp,
};

function measured(format: Format, header: Header): Container {
  const { width, height } = header;
  if (width === 0 || height === 0) return refused("truncated", `The ${format} picture's header is damaged.`);
  if (width * height > MAX_PIXELS)
    return refused(
      "too_many_pixels",
      `The picture has ${width} x ${height} pixels; at most ${MAX_PIXELS} are decoded.`,
    );
  if (Math.min(width, height) < MIN_SIDE)
    return refused(
      "too_small",
      `The picture has ${width} x ${height} pixels; its shorter side must have ${MIN_SIDE}.`,
    );
  return { kind: "picture", format, ...header };
}

function formatOf(bytes: Bytes): Format | null {
  const start = bytes.text(0, 16);
  if (start.startsWith("\xff\xd8\xff")) return "JPEG";
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "PNG";
  if (start.startsWith("RIFF") && start.slice(8, 12) === "WEBP") return "WEBP";
  if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) return "GIF";
  if (start.startsWith("BM")) return "BMP";
  return start.slice(4, 8) === "ftyp" && isAvif(bytes) ? "AVIF" : null;
}

function isAvif(bytes: Bytes): boolean {
  const brands = bytes.text(8, Math.min(64, bytes.u32(0) - 8));
  return brands.includes("avif") || brands.includes("avis");
}

// First bytes of formats that feeds and people send and that are not judged.
const OTHERS = [
  "II*\0", "MM\0*", "8BPS", "%PDF", "<svg", "<?xml", "\0\0\x01\0", "\x76\x2f\x31\x01", "\xff\x0a",
  "\0\0\0\x0cJXL ",
]; // biome-ignore format: a table
const HEIF = ["heic", "heix", "mif1", "hevc"];
const OURS = ["\xff\xd8\xff", "\x89PNG", "RIFF", "GIF8", "BM"];

function unidentified(bytes: Bytes): Container {
  const start = bytes.text(0, 12);
  const heif = start.slice(4, 8) === "ftyp" && HEIF.includes(start.slice(8, 12));
  if (heif || OTHERS.some((other) => start.startsWith(other)))
    return refused("unsupported_format", "This format is not judged.");
  if (OURS.some((ours) => start.startsWith(ours)))
    return refused("truncated", "The picture's header is damaged or ends too early.");
  return refused("not_a_picture", "These bytes are no picture.");
}

const refused = (reason: Problem["reason"], message: string): Container => ({
  kind: "refused",
  reason,
  message,
});
