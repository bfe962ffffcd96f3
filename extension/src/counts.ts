// How many pictures of a page got which verdict, and which are likely fake. Sent by the content script, summed over a tab's frames.
import { asJudged, isRecord } from "./contract/guards";
import type { Judged } from "./contract/types";

export interface Counts {
  readonly fake: number;
  readonly real: number;
  readonly unsure: number;
  readonly failed: number;
}

export const NONE: Counts = { fake: 0, real: 0, unsure: 0, failed: 0 };

export function asCounts(data: unknown): Counts | null {
  if (!isRecord(data)) return null;
  const { fake, real, unsure, failed } = data;
  return isCount(fake) && isCount(real) && isCount(unsure) && isCount(failed)
    ? { fake, real, unsure, failed }
    : null;
}

const isCount = (data: unknown): data is number => Number.isSafeInteger(data) && (data as number) >= 0;

export function sum(all: readonly Counts[]): Counts {
  return all.reduce(
    (total, each) => ({
      fake: total.fake + each.fake,
      real: total.real + each.real,
      unsure: total.unsure + each.unsure,
      failed: total.failed + each.failed,
    }),
    NONE,
  );
}

export const isNone = ({ fake, real, unsure, failed }: Counts): boolean =>
  fake + real + unsure + failed === 0;

/** A picture of a page that is likely fake, as lists show it. */
export interface Fake {
  readonly address: string;
  readonly judged: Judged;
}

/** What a frame says of its pictures. The newest fakes stand first. */
export interface Report {
  readonly counts: Counts;
  readonly fakes: readonly Fake[];
}

/** What a tab's frames say together; each fake with the frame that it stands in. */
export interface TabReport {
  readonly counts: Counts;
  readonly fakes: readonly (Fake & { readonly frame: number })[];
}

export const NOTHING: Report = { counts: NONE, fakes: [] };
export const MOST_FAKES = 100; // in a list; whoever has seen so many needs no more of them

export function asReport(data: unknown): Report | null {
  const counts = isRecord(data) ? asCounts(data["counts"]) : null;
  if (!isRecord(data) || !counts || !Array.isArray(data["fakes"])) return null;
  return { counts, fakes: data["fakes"].slice(0, MOST_FAKES).filter(isFake) };
}

export function asTabReport(data: unknown): TabReport | null {
  const report = asReport(data);
  const framed = (fake: object): fake is Fake & { frame: number } => "frame" in fake;
  return report && { counts: report.counts, fakes: report.fakes.filter(framed) };
}

function isFake(data: unknown): data is Fake {
  if (!isRecord(data)) return false;
  return typeof data["address"] === "string" && asJudged(data["judged"]) !== null;
}
