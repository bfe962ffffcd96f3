// How many pictures of a page got which verdict. Sent by the content script, summed over a tab's frames.
import { isRecord } from "./contract/guards";

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
