// Which addresses the background fetches for a page. It may read every host, a page may not: a page from
// outside must not make it fetch from this machine or the network it stands in (a router's pages, say),
// nor learn by a badge what lies there. Pure.

/** Why an address is not fetched for these pages; null where it is. */
export function refused(
  address: string,
  pages: readonly string[],
): "download_forbidden" | "unreadable" | null {
  if (!URL.canParse(address)) return "unreadable";
  const { protocol, hostname } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") return "unreadable";
  return isInside(hostname) && !areInside(pages) ? "download_forbidden" : null;
}

export const areInside = (pages: readonly string[]): boolean => pages.every(pageIsInside);

function pageIsInside(page: string): boolean {
  if (!URL.canParse(page)) return false;
  const { protocol, hostname } = new URL(page);
  if (protocol === "file:") return true;
  return (protocol === "http:" || protocol === "https:") && isInside(hostname);
}

/** This machine or a private network, as far as the name tells. URL has normalised 127.1, 0x7f.1 and such. */
export function isInside(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  if (name.startsWith("[")) return isInsideV6(name.slice(1, -1));
  if (/^[\d.]+$/.test(name)) return isInsideV4(name.split(".").map(Number));
  return !name.includes(".") || /\.(localhost|local|lan|internal|intranet|home\.arpa)$/.test(name);
}

function isInsideV4([a = 0, b = 0]: number[]): boolean {
  return (
    a === 0 || // this host
    a === 10 ||
    a === 127 ||
    (a === 100 && b >= 64 && b < 128) || // a provider's NAT
    (a === 169 && b === 254) || // link-local; metadata services of clouds
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168)
  );
}

function isInsideV6(name: string): boolean {
  const mapped = /^::ffff:([\da-f]{1,4}):[\da-f]{1,4}$/.exec(name)?.[1];
  if (mapped) {
    const high = Number.parseInt(mapped, 16);
    return isInsideV4([high >> 8, high & 255]);
  }
  return name === "::" || name === "::1" || /^f[cd]/.test(name) || /^fe[89ab]/.test(name);
}
