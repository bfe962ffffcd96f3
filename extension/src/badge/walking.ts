// The keyboard's way through the badges. They are no stops of the Tab key, of which a feed would get hundreds:
// a command brings the focus to the badge nearest to the middle of the window, the arrow keys lead to the next
// and the one before, Escape back to where the focus was.
const walked = new Set<HTMLElement>();
let before: WeakRef<HTMLElement> | null = null;

export function walkOver(host: HTMLElement, signal: AbortSignal): void {
  walked.add(host);
  signal.addEventListener("abort", () => walked.delete(host), { once: true });
  host.addEventListener("keydown", (event) => onKey(event, host), { signal });
}

/** False where no badge is in sight. */
export function walkIn(): boolean {
  const middle = innerHeight / 2;
  const seen = inOrder().filter(({ top, bottom }) => bottom > 0 && top < innerHeight);
  const [nearest] = seen.sort((one, other) => Math.abs(one.top - middle) - Math.abs(other.top - middle));
  if (!nearest) return false;
  const { activeElement } = document;
  before = activeElement instanceof HTMLElement ? new WeakRef(activeElement) : null;
  focus(nearest.host);
  return true;
}

function onKey(event: KeyboardEvent, host: HTMLElement): void {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (event.key === "Escape") back(host);
  else if (step) next(host, step);
  else return;
  event.preventDefault(); // no scrolling
  event.stopPropagation(); // nor the page's own keys
}

function next(host: HTMLElement, step: number): void {
  const order = inOrder().map((each) => each.host);
  const to = order[order.indexOf(host) + step];
  if (to) focus(to);
}

function back(host: HTMLElement): void {
  const to = before?.deref();
  before = null;
  if (to?.isConnected && to !== document.body) to.focus();
  else host.blur();
}

function focus(host: HTMLElement): void {
  host.focus({ preventScroll: true });
  host.scrollIntoView({ block: "nearest" });
}

type Stop = { host: HTMLElement; top: number; bottom: number };

/** As one reads: from top to bottom, side by side in the direction of the page. */
function inOrder(): Stop[] {
  const rtl = getComputedStyle(document.documentElement).direction === "rtl";
  return [...walked]
    .filter((host) => host.isConnected && host.tabIndex === -1 && host.hasAttribute("tabindex"))
    .map((host) => ({ host, box: host.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0)
    .sort((one, other) => one.box.top - other.box.top || (one.box.left - other.box.left) * (rtl ? -1 : 1))
    .map(({ host, box }) => ({ host, top: box.top, bottom: box.bottom }));
}
