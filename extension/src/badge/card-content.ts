// What stands in a card: the verdict in words, its probability and meaning, the evidence, model and picture,
// and what the reader can do about it. The same in the page and in the side panel.
import type { Judged } from "../contract/types";
import type { JudgeName, Outcome } from "../judge/judge";
import type { Label } from "../messages";
import type { Say } from "../words";
import { linesOf } from "./evidence-words";
import { drawIcon } from "./icons";
import { EVIDENCE, pending, percent, SAYS, STRENGTH, type Wording, wordingOf } from "./wording";

export interface CardState {
  readonly outcome: Outcome | "pending";
  /** `hidden`: nothing here can draw it. */
  readonly heat: "hidden" | "off" | "drawing" | "on" | "failed";
  /** `closed`: the question stands behind its button. */
  readonly correction: "hidden" | "closed" | "open" | "sending" | "kept" | "failed";
}

export interface Acts {
  close: (() => void) | null; // null: it stands where it is
  again(): void;
  heat(): void;
  wrong(): void;
  correct(label: Label): void;
  /** Opens what is known of the model. */
  about(): void;
}

export function fill(inside: HTMLElement, state: CardState, say: Say, acts: Acts): Wording {
  const { ownerDocument: page } = inside;
  const { outcome } = state;
  const wording = outcome === "pending" ? pending(say) : wordingOf(outcome, say);
  inside.dataset["mark"] = wording.mark;
  const parts: Element[] = [head(page, wording, say, acts), element(page, "p", wording.meaning)];
  if (outcome === "pending") parts.push(element(page, "div", element(page, "div"), "progress"));
  else if (outcome.kind === "failed") parts.push(button(page, "again", say("cardTryAgain"), acts.again));
  else parts.push(...details(page, outcome.judged, outcome.by, say), ...doings(page, state, say, acts));
  const focused = focusedIn(inside);
  inside.replaceChildren(...parts);
  if (focused) (inside.querySelector<HTMLElement>(`[data-act="${focused}"]`) ?? inside).focus();
  return wording;
}

/** The control that has the focus: a redraw must not lose it. */
function focusedIn(inside: HTMLElement): string | undefined {
  const { activeElement } = inside.getRootNode() as Document | ShadowRoot;
  const within =
    activeElement instanceof HTMLElement && inside.contains(activeElement) && activeElement !== inside;
  return within ? activeElement.dataset["act"] : undefined;
}

function head(page: Document, wording: Wording, say: Say, acts: Acts): Element {
  const seal = element(page, "span", drawIcon(wording.icon, page), "seal");
  // No <header>: in a page's body that would be a second banner of the page.
  const header = element(page, "div", undefined, "head");
  header.append(seal, element(page, "h2", wording.words));
  if (!acts.close) return header;
  const close = button(page, "close", "×", acts.close);
  close.setAttribute("aria-label", say("cardClose"));
  header.append(close);
  return header;
}

function* details(page: Document, judged: Judged, by: JudgeName, say: Say): Iterable<Element> {
  const decided = judged.decided_by === "model"; // else a low figure would seem to contradict the verdict
  const chance = element(page, "div", undefined, "chance");
  chance.append(
    element(page, "span", say(decided ? "cardProbability" : "cardPixels")),
    element(page, "span", percent(judged.probability, say)),
  );
  const level = element(page, "div");
  level.style.width = `${Math.round(100 * judged.probability)}%`;
  yield chance;
  yield element(page, "div", level, decided ? "bar" : "bar aside");
  yield element(page, "p", say(decided ? "cardProbabilityMeans" : "cardPixelsMeans"), "small");
  yield element(page, "h3", say("cardEvidence"));
  const list = element(page, "ul");
  list.append(...judged.evidence.map((each) => evidence(page, each, judged, say)));
  yield list;
  const { picture, model } = judged;
  yield facts(page, [
    [say("cardModel"), say("cardModelValue", model.name, model.version)],
    [say("cardPicture"), say("cardPictureValue", picture.width, picture.height, picture.format)],
    [say("cardJudgedBy"), say(by === "backend" ? "judgedByBackend" : "judgedByBrowser")],
  ]);
}

function evidence(page: Document, each: Judged["evidence"][number], judged: Judged, say: Say): Element {
  const { kind, says, strength } = each;
  const item = element(page, "li");
  const weight = says === "failed" ? "" : ` (${say(STRENGTH[strength])})`;
  item.append(element(page, "b", `${say(EVIDENCE[kind])} ${say(SAYS[says])}${weight}`));
  if (kind === judged.decided_by) item.append(" ", element(page, "em", say("cardDecided")));
  for (const { text, language } of linesOf(each, say)) {
    const line = element(page, "div", text);
    if (language) line.lang = language;
    item.append(line);
  }
  return item;
}

function* doings(page: Document, state: CardState, say: Say, acts: Acts): Iterable<Element> {
  const bar = element(page, "div", undefined, "doings");
  if (state.heat !== "hidden") {
    const show = button(page, "heat", say(state.heat === "on" ? "cardHeatHide" : "cardHeat"), acts.heat);
    show.setAttribute("aria-pressed", String(state.heat === "on"));
    if (state.heat === "drawing") show.setAttribute("aria-busy", "true");
    bar.append(show);
  }
  if (state.correction !== "hidden") {
    const wrong = button(page, "wrong", say("cardWrong"), acts.wrong);
    wrong.setAttribute("aria-expanded", String(state.correction !== "closed"));
    bar.append(wrong);
  }
  bar.append(button(page, "about", say("cardModelCard"), acts.about));
  yield bar;
  const heat = { on: "cardHeatMeans", failed: "cardHeatFailed", drawing: "cardHeatDrawing" } as const;
  if (state.heat in heat) yield status(page, say(heat[state.heat as keyof typeof heat]));
  if (state.correction === "open") yield question(page, say, acts);
  const said = { sending: "cardSending", kept: "cardKept", failed: "cardNotKept" } as const;
  if (state.correction in said) yield status(page, say(said[state.correction as keyof typeof said]));
}

function question(page: Document, say: Say, acts: Acts): Element {
  const box = element(page, "fieldset");
  box.append(element(page, "legend", say("cardWhatIsIt")));
  box.append(button(page, "real", say("cardItIsReal"), () => acts.correct("real")));
  box.append(button(page, "fake", say("cardItIsFake"), () => acts.correct("fake")));
  box.append(element(page, "p", say("cardWhereKept"), "small"));
  return box;
}

function status(page: Document, text: string): Element {
  const line = element(page, "p", text, "small");
  line.setAttribute("role", "status");
  return line;
}

function facts(page: Document, rows: [string, string][]): Element {
  const list = element(page, "dl");
  for (const [name, value] of rows) list.append(element(page, "dt", name), element(page, "dd", value));
  return list;
}

/** `act` names it for the focus, for tests and style alike. */
function button(page: Document, act: string, text: string, press: () => void): HTMLElement {
  const made = element(page, "button", text, act);
  made.setAttribute("type", "button");
  made.dataset["act"] = act;
  made.addEventListener("click", press);
  return made;
}

function element(page: Document, tag: string, content?: string | Element, className?: string): HTMLElement {
  const made = page.createElement(tag);
  if (content !== undefined) made.append(content);
  if (className) made.className = className;
  return made;
}
