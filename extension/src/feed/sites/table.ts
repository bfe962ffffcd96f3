// The sites that are known, and what follows from it for a page and for an address. Everything else is served
// by the general rules of picture.ts and variants.ts.
import { bluesky } from "./bluesky";
import { deviantart } from "./deviantart";
import { facebook } from "./facebook";
import { instagram } from "./instagram";
import { linkedin } from "./linkedin";
import { mastodon } from "./mastodon";
import { pinterest } from "./pinterest";
import { pixiv } from "./pixiv";
import { reddit } from "./reddit";
import type { Site } from "./site";
import { threads } from "./threads";
import { tiktok } from "./tiktok";
import { tumblr } from "./tumblr";
import { x } from "./x";
import { youtube } from "./youtube";

export const SITES: readonly Site[] = [
  x,
  facebook,
  instagram,
  threads,
  reddit,
  linkedin,
  bluesky,
  pinterest,
  mastodon,
  tumblr,
  tiktok,
  deviantart,
  pixiv,
  youtube,
];

export function siteOf(hostname: string, page: ParentNode): Site | null {
  const byHost = SITES.find(({ hosts }) => hosts.some((host) => isHost(hostname, host)));
  return byHost ?? SITES.find(({ mark }) => mark !== undefined && page.querySelector(mark) !== null) ?? null;
}

const isHost = (hostname: string, host: string): boolean =>
  hostname === host || hostname.endsWith(`.${host}`);

/** A better variant of the picture at this address, on whatever page it is shown; null where none is known. */
export function betterVariant(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { hostname, protocol } = new URL(address);
  if (protocol !== "https:" && protocol !== "http:") return null;
  for (const { variants = [] } of SITES) {
    for (const { hosts, best } of variants) {
      const better = hosts.test(hostname) ? best(new URL(address)) : null;
      if (better && better.href !== address) return better.href;
    }
  }
  return null;
}
