// From a question about a picture to its outcome: cached verdict, else download, then judge. The same
// picture asked for twice is one job; a job ends early when all who asked have left.
//
//   ask -> service ready? -> cached? -> job: [lanes] download -> [lane] judge -> cache -> outcome
//            no: failed       yes: judged      ^                      | cannot read it: next variant
//                                              +----------------------+
// A failure is told to all who asked, and kept nowhere.
//
// Of the jobs that wait for a lane, those of the tab in front come first.
import { hashOf } from "../hashes";
import type { VerdictCache } from "../judge/cache";
import type { Judges } from "../judge/choose";
import { failed, notReady, type Outcome } from "../judge/judge";
import type { Source } from "../messages";
import { areInside, refused } from "./address";
import { type Download, usable } from "./download";
import { HostLanes, Lanes, type Urgent } from "./lanes";
import type { Place } from "./page-cache";

export interface Ask extends Place {
  readonly source: Source;
  readonly platformLabel: string | null;
}

type Job = { outcome: Promise<Outcome>; askers: Set<Ask>; stop: AbortController };
type Fetcher = (source: Source, place: Place, signal: AbortSignal) => Promise<Download>;

const DOWNLOADS = 6; // at once
const DOWNLOADS_PER_HOST = 3; // of the six connections that a browser opens to one; the page needs them, too
const JUDGEMENTS = 4; // at once: two in the service's workers, two on their way

export class Checks {
  readonly #jobs = new Map<string, Job>();
  readonly #downloads = new Lanes(DOWNLOADS);
  readonly #hosts = new HostLanes(DOWNLOADS_PER_HOST);
  readonly #judgements = new Lanes(JUDGEMENTS);

  constructor(
    private readonly judges: Pick<Judges, "readiness" | "judge" | "warm">,
    private readonly cache: Pick<VerdictCache, "get" | "put">,
    private readonly fetcher: Fetcher,
    private readonly inFront: (tab: number) => boolean = () => false,
  ) {}

  async check(ask: Ask, signal: AbortSignal): Promise<Outcome> {
    // Before the cache is asked: a verdict, too, tells a page from outside what lies inside.
    const why = ask.source.kind === "addresses" ? refused(ask.source.addresses[0] ?? "", ask.pages) : null;
    if (why) return failed(why);
    const readiness = await this.judges.readiness();
    if (readiness.kind !== "ready") return notReady(readiness);
    const key = await keyOf(ask);
    const kept = await this.cache.get(key, readiness.model.sha256);
    if (kept) return { kind: "judged", ...kept };
    if (signal.aborted) return failed("cancelled");
    return this.#join(key, readiness.model.sha256, ask, signal);
  }

  async #join(key: string, model: string, ask: Ask, signal: AbortSignal): Promise<Outcome> {
    // Pages from outside share no job with pages inside: a redirect that is refused to one is followed
    // for the other. Nor is a job joined that another model was asked for: the service has come since.
    const jobKey = `${areInside(ask.pages) ? "inside" : "outside"}\n${model}\n${key}`;
    const job = this.#jobs.get(jobKey) ?? this.#start(jobKey, key, ask);
    job.askers.add(ask);
    const left = new Promise<Outcome>((resolve) => {
      signal.addEventListener("abort", () => resolve(failed("cancelled")), { once: true });
    });
    const outcome = await Promise.race([job.outcome, left]);
    job.askers.delete(ask);
    if (job.askers.size === 0 && signal.aborted) {
      job.stop.abort();
      this.#jobs.delete(jobKey);
    }
    return outcome;
  }

  #start(jobKey: string, key: string, ask: Ask): Job {
    const stop = new AbortController();
    const askers = new Set<Ask>();
    const urgent = () => [...askers].some(({ tab }) => this.inFront(tab));
    const outcome = this.#work(key, ask, stop.signal, urgent)
      .catch((error: unknown) => failed(stop.signal.aborted ? "cancelled" : "interrupted", String(error)))
      .finally(() => this.#jobs.get(jobKey) === job && this.#jobs.delete(jobKey));
    const job: Job = { outcome, askers, stop };
    this.#jobs.set(jobKey, job);
    return job;
  }

  async #work(key: string, ask: Ask, signal: AbortSignal, urgent: Urgent): Promise<Outcome> {
    this.judges.warm();
    const hints = { platformLabel: ask.platformLabel };
    const get = (source: Source) => {
      const fetching = () => this.fetcher(source, ask, signal);
      const downloading = () => this.#downloads.run(fetching, signal, urgent);
      return this.#hosts.run(hostOf(source), downloading, signal, urgent);
    };
    const judge = (picture: Blob) =>
      this.#judgements.run(() => this.judges.judge(picture, hints, signal), signal, urgent);
    const outcome = await usable(ask.source, get, judge);
    if (outcome.kind === "judged") void this.cache.put(key, { judged: outcome.judged, by: outcome.by });
    return outcome;
  }
}

/** Where the picture will first be asked for; empty for bytes that are here. */
function hostOf(source: Source): string {
  const [address = ""] = source.kind === "addresses" ? source.addresses : [];
  return URL.canParse(address) ? new URL(address).host : "";
}

/** Names a picture: by its best address; one that came as bytes, by their hash. A label changes the verdict. */
export async function keyOf({
  source,
  platformLabel,
}: Pick<Ask, "source" | "platformLabel">): Promise<string> {
  const name =
    source.kind === "data"
      ? `data:${await hashOf(new TextEncoder().encode(source.url))}`
      : (source.addresses[0] ?? "");
  return platformLabel ? `${name}\n${platformLabel}` : name;
}
