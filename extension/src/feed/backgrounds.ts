// Finds the elements whose background is a picture. A style sheet may give one to any element, and only its
// computed style tells: that is read when the browser has nothing better to do, a few elements at a time. Who else
// wants it gets it.
import { everyElement } from "./elements";

const AT_ONCE = 300; // elements between two looks at the clock
const LATEST = 1_000; // ms; a busy page has to bear it then

/** Never content by their background, or no boxes at all. */
const PASSED_OVER = new Set(
  "html head body script style link meta title template br wbr hr img picture source video audio track canvas svg image path g use iframe input textarea select option button label candid-badge candid-veil candid-card".split(
    " ",
  ),
);

export class Backgrounds {
  readonly #known = new WeakSet<Element>();
  readonly #waiting = new Set<Element>();
  readonly #below = new Set<Element>(); // to be walked: a page may set its body's class many times a second
  #planned = false;

  constructor(
    private readonly found: (element: HTMLElement) => void,
    private readonly styled: (element: Element, style: CSSStyleDeclaration) => void,
    private readonly signal: AbortSignal,
  ) {
    const stop = () => {
      this.#waiting.clear();
      this.#below.clear();
    };
    signal.addEventListener("abort", stop, { once: true });
  }

  /** Whether the element had one once. */
  has(element: Element): boolean {
    return this.#known.has(element);
  }

  look(element: Element): void {
    if (PASSED_OVER.has(element.localName)) return;
    // What a script chose for this very element stands in its style: no need to wait.
    if (this.has(element) || element.getAttribute("style")?.includes("url(")) this.#tell(element);
    else this.#waiting.add(element);
    if (this.#waiting.size > 0) this.#plan();
  }

  /** The element and all below it, when there is time: a rule or a class that came may concern any of them. */
  lookBelow(element: Element): void {
    this.#below.add(element);
    this.#plan();
  }

  #plan(): void {
    if (this.#planned || this.signal.aborted) return;
    this.#planned = true;
    whenIdle((deadline) => {
      this.#planned = false;
      this.#work(deadline);
    });
  }

  #work(timeLeft: () => number): void {
    for (const top of this.#below)
      if (top.isConnected)
        for (const each of everyElement(top)) if (!PASSED_OVER.has(each.localName)) this.#waiting.add(each);
    this.#below.clear();
    let count = 0;
    for (const element of this.#waiting) {
      if (count++ % AT_ONCE === AT_ONCE - 1 && timeLeft() < 2) break;
      this.#waiting.delete(element);
      if (!element.isConnected) continue;
      const style = getComputedStyle(element);
      this.styled(element, style);
      // One that had a background is told of when it has lost it, too.
      if (this.has(element) || style.backgroundImage.includes("url(")) this.#tell(element);
    }
    if (this.#waiting.size > 0) this.#plan();
  }

  #tell(element: Element): void {
    this.#known.add(element);
    this.found(element as HTMLElement);
  }
}

function whenIdle(work: (timeLeft: () => number) => void): void {
  if (typeof requestIdleCallback === "function")
    requestIdleCallback((deadline) => work(() => deadline.timeRemaining()), { timeout: LATEST });
  else setTimeout(() => work(() => 5), 0);
}
