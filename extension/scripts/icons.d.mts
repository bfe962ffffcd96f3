/** The icon as the bytes of a PNG file. */
export function png(size: number): Buffer;
