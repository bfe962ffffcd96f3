// One line of the history: a picture that was checked by hand or found likely fake.
import type { Judged } from "../contract/types";
import type { JudgeName } from "../judge/judge";

export interface Entry {
  readonly sha256: string; // of the picture: seen again, it moves to the top
  readonly at: number; // ms since 1970
  readonly site: string | null; // the host of the page; null: not from a page
  readonly address: string | null; // of the picture; null where it came as bytes
  readonly judged: Judged;
  readonly by: JudgeName;
  readonly thumbnail: Blob | null;
}

/** What is worth a line: what the reader asked about, and fakes. */
export const isWorthKeeping = (judged: Judged, byHand: boolean): boolean =>
  byHand || judged.verdict === "fake";
