// Headers of the formats beside JPEG: size, and whether the file is all there. Orientation stays 1: what
// PNG, WebP and AVIF say of it the browser applies by itself. Pure.
import type { Bytes } from "./bytes";
import type { Header } from "./container";

const header = (width: number, height: number): Header => ({
  width,
  height,
  orientation: 1,
  jpegQuality: null,
});

export function readPng(bytes: Bytes): Header {
  for (let at = 8; bytes.text(at + 4, 4) !== "IEND"; at += 12 + bytes.u32(at)) bytes.reaches(at + 12);
  return header(bytes.u32(16), bytes.u32(20));
}

export function readWebp(bytes: Bytes): Header {
  bytes.reaches(8 + bytes.u32(4, true));
  switch (bytes.text(12, 4)) {
    case "VP8X":
      return header(1 + u24(bytes, 24), 1 + u24(bytes, 27));
    case "VP8L": {
      const bits = bytes.u32(21, true);
      return header(1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff));
    }
    default: // "VP8 "
      return header(bytes.u16(26, true) & 0x3fff, bytes.u16(28, true) & 0x3fff);
  }
}

const u24 = (bytes: Bytes, at: number): number => bytes.u16(at, true) | (bytes.byte(at + 2) << 16);

/** Until the end of the first frame, which is the one that is judged. */
export function readGif(bytes: Bytes): Header {
  const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + colours(bytes.byte(10));
  while (bytes.byte(at) === 0x21) at = afterBlocks(bytes, at + 2); // an extension
  if (bytes.byte(at) === 0x2c) afterBlocks(bytes, at + 10 + colours(bytes.byte(at + 9)) + 1);
  return header(bytes.u16(6, true), bytes.u16(8, true));
}

function afterBlocks(bytes: Bytes, start: number): number {
  let at = start;
  while (bytes.byte(at) !== 0) at += 1 + bytes.byte(at);
  return at + 1;
}

/** The largest size that the file names: those of a grid's tiles are smaller than the picture's. */
export function readAvif(bytes: Bytes): Header {
  let found = header(0, 0);
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.u32(at);
    const end = size === 0 ? bytes.length : size === 1 ? at + bytes.u32(at + 12) : at + size;
    bytes.reaches(Math.max(end, at + 8));
    if (bytes.text(at + 4, 4) === "meta") found = largestSize(bytes, at, end);
    at = Math.max(end, at + 8);
  }
  return found;
}

function largestSize(bytes: Bytes, start: number, end: number): Header {
  let found = header(0, 0);
  for (let at = bytes.indexOf(0x69, start); at >= 0 && at < end; at = bytes.indexOf(0x69, at + 1)) {
    if (bytes.text(at, 4) !== "ispe") continue;
    const each = header(bytes.u32(at + 8), bytes.u32(at + 12));
    if (each.width * each.height > found.width * found.height) found = each;
  }
  return found;
}

export function readBmp(bytes: Bytes): Header {
  const old = bytes.u32(14, true) === 12;
  const width = old ? bytes.u16(18, true) : bytes.i32(18, true);
  const height = Math.abs(old ? bytes.u16(20, true) : bytes.i32(22, true)); // negative: from the top
  const bits = bytes.u16(old ? 24 : 28, true);
  const packed = !old && bytes.u32(30, true) !== 0 && bytes.u32(30, true) !== 3;
  const row = 4 * Math.ceil((width * bits) / 32);
  if (!packed) bytes.reaches(bytes.u32(10, true) + row * height);
  return header(Math.max(0, width), height);
}
