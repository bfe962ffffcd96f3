// Who waits for which check, so that "cancel" and a closed tab reach it. In memory only: when the
// background dies, the content script sees its question fail as "interrupted" and asks again.
export class Askers {
  readonly #waiting = new Map<string, { tab: number; stop: AbortController }>();

  async while<T>(tab: number, id: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    this.#waiting.set(`${tab} ${id}`, { tab, stop });
    try {
      return await work(stop.signal);
    } finally {
      this.#waiting.delete(`${tab} ${id}`);
    }
  }

  cancel(tab: number, id: string): void {
    this.#waiting.get(`${tab} ${id}`)?.stop.abort();
  }

  leave(tab: number): void {
    for (const each of this.#waiting.values()) if (each.tab === tab) each.stop.abort();
  }
}
