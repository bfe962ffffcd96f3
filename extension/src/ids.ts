// A name that nobody else has. Not crypto.randomUUID: pages over plain http do not have it.
export function uniqueId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (number) => number.toString(36)).join("");
}
