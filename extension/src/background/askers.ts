// Who waits for which check, so that "cancel", a page that is left and a closed tab reach it. In memory only: when the
// background dies, the content script sees its question fail as "interrupted" and asks again.
export class Askers {
  readonly #waiting = new Map<string, { tab: number; frame: number; stop: AbortController }>();

  async while<T>(
    { tab, frame }: { tab: number; frame: number },
    id: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    this.#waiting.set(`${tab} ${id}`, { tab, frame, stop });
    try {
      return await work(stop.signal);
    } finally {
      this.#waiting.delete(`${tab} ${id}`);
    }
  }

  cancel(tab: number, id: string): void {
    this.#waiting.get(`${tab} ${id}`)?.stop.abort();
  }

  /** Without a frame: all of the tab's. */
  leave(tab: number, frame?: number): void {
    for (const each of this.#waiting.values())
      if (each.tab === tab && (frame === undefined || each.frame === frame)) each.stop.abort();
  }
}
