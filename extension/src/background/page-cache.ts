// A picture's bytes from the page that shows it. Browsers keep apart what each site has loaded: the background's
// own cache has nothing of it, and every picture that a page shows would be downloaded once more.
import { browser } from "wxt/browser";
import { asBytes, NO_TAB, type Source, type ToContent } from "../messages";

/** Where a picture is asked for. */
export interface Place {
  /** The pages for which it is fetched: the frame and the tab. */
  readonly pages: readonly string[];
  readonly tab: number;
  readonly frame: number;
}

type Fetch = typeof fetch;

const PATIENCE = 2_000; // ms; a page that hangs or is put aside does not answer

/** As fetch; the variant that is shown comes from its page where that has it. */
export function pageFirst(
  source: Source,
  { tab, frame }: Place,
  request: Fetch = (...rest) => fetch(...rest),
): Fetch {
  const shown = source.kind === "addresses" && tab !== NO_TAB ? source.addresses.at(-1) : undefined;
  return async (address, init) => {
    const bytes = address === shown ? await bytesFrom(tab, frame, shown, init?.signal) : null;
    return request(bytes ?? address, init);
  };
}

async function bytesFrom(
  tab: number,
  frame: number,
  address: string,
  signal: AbortSignal | null | undefined,
): Promise<string | null> {
  const message: ToContent = { to: "content", kind: "bytes", address };
  const stop = AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(PATIENCE)]);
  stop.throwIfAborted();
  const stopped = new Promise<null>((resolve) =>
    stop.addEventListener("abort", () => resolve(null), { once: true }),
  );
  const answer = browser.tabs.sendMessage(tab, message, { frameId: frame });
  return asBytes(await Promise.race([answer, stopped]).catch(() => null)); // nobody listens there any more
}
