// Custom elements whose script has not come yet. They open their shadow root when it has; no event tells, so
// they are looked at again a few times.
import { isOurs } from "../badge/badge";

const AGAIN = [100, 400, 1_500, 5_000]; // ms

export class Late {
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(
    private readonly opened: (root: ShadowRoot) => void,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => this.#timers.forEach(clearTimeout), { once: true });
  }

  wait(elements: readonly Element[]): void {
    const late = elements.filter(mayOpen);
    if (late.length === 0 || this.signal.aborted) return;
    for (const wait of AGAIN) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        for (const each of late) if (each.shadowRoot && each.isConnected) this.opened(each.shadowRoot);
      }, wait);
      this.#timers.add(timer);
    }
  }
}

const mayOpen = (element: Element): boolean =>
  element.localName.includes("-") && !element.shadowRoot && !isOurs(element) && !element.matches(":defined");
