// A bound on how many things run at once. The most urgent of those that wait comes next, then the one that came
// first; whoever is aborted leaves the line.

/** Asked when a lane becomes free, not when the thing came: by then another tab may be in front. */
export type Urgent = () => boolean;

type Waiting = { readonly enter: () => void; readonly urgent: Urgent };

export class Lanes {
  #free: number;
  readonly #waiting: Waiting[] = [];

  constructor(lanes: number) {
    this.#free = lanes;
  }

  async run<T>(work: () => Promise<T>, signal: AbortSignal, urgent: Urgent = () => false): Promise<T> {
    await this.#enter(signal, urgent);
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #next(): void {
    const urgent = this.#waiting.findIndex((each) => each.urgent());
    const [next] = this.#waiting.splice(Math.max(0, urgent), 1);
    if (next) next.enter();
    else this.#free += 1;
  }

  async #enter(signal: AbortSignal, urgent: Urgent): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const waiting = { enter, urgent };
      this.#waiting.push(waiting);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}

/** Lanes of their own for each host, so that a slow one holds up nobody else's pictures. */
export class HostLanes {
  readonly #hosts = new Map<string, { lanes: Lanes; inside: number }>();

  constructor(private readonly perHost: number) {}

  async run<T>(host: string, work: () => Promise<T>, signal: AbortSignal, urgent?: Urgent): Promise<T> {
    const known = this.#hosts.get(host) ?? { lanes: new Lanes(this.perHost), inside: 0 };
    this.#hosts.set(host, known);
    known.inside += 1;
    try {
      return await known.lanes.run(work, signal, urgent);
    } finally {
      known.inside -= 1;
      if (known.inside === 0) this.#hosts.delete(host);
    }
  }
}
