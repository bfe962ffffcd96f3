// What stands in a card: the verdict in words, its probability and meaning, the evidence, model and picture.
import type { Evidence, Judged } from "../contract/types";
import type { JudgeName, Outcome } from "../judge/judge";
import type { Say } from "../words";
import { drawIcon } from "./icons";
import { EVIDENCE, percent, SAYS, STRENGTH, type Wording } from "./wording";

export interface Acts {
  close(): void;
  again(): void;
}

export function fill(
  inside: HTMLElement,
  outcome: Outcome | "pending",
  wording: Wording,
  say: Say,
  acts: Acts,
): void {
  const { ownerDocument: page } = inside;
  inside.dataset["mark"] = wording.mark;
  const parts: Element[] = [head(page, wording, say, acts), element(page, "p", wording.meaning)];
  if (outcome === "pending") parts.push(element(page, "div", element(page, "div"), "progress"));
  else if (outcome.kind === "failed") parts.push(button(page, say("cardTryAgain"), "again", acts.again));
  else parts.push(...details(page, outcome.judged, outcome.by, say));
  inside.replaceChildren(...parts);
}

function head(page: Document, wording: Wording, say: Say, acts: Acts): Element {
  const seal = element(page, "span", drawIcon(wording.icon, page), "seal");
  const close = button(page, "×", "close", acts.close);
  close.setAttribute("aria-label", say("cardClose"));
  const header = element(page, "header");
  header.append(seal, element(page, "h2", wording.words), close);
  return header;
}

function* details(page: Document, judged: Judged, by: JudgeName, say: Say): Iterable<Element> {
  const chance = element(page, "div", undefined, "chance");
  chance.append(
    element(page, "span", say("cardProbability")),
    element(page, "span", percent(judged.probability, say)),
  );
  const level = element(page, "div");
  level.style.width = `${Math.round(100 * judged.probability)}%`;
  yield chance;
  yield element(page, "div", level, "bar");
  yield element(page, "h3", say("cardEvidence"));
  const list = element(page, "ul");
  list.append(...judged.evidence.map((each) => evidence(page, each, say)));
  yield list;
  const { picture, model } = judged;
  yield facts(page, [
    [say("cardModel"), say("cardModelValue", model.name, model.version)],
    [say("cardPicture"), say("cardPictureValue", picture.width, picture.height, picture.format)],
    [say("cardJudgedBy"), say(by === "backend" ? "judgedByBackend" : "judgedByBrowser")],
  ]);
}

function evidence(page: Document, { kind, says, strength, summary }: Evidence, say: Say): Element {
  const item = element(page, "li");
  const weight = says === "failed" ? "" : ` (${say(STRENGTH[strength])})`;
  item.append(
    element(page, "b", `${say(EVIDENCE[kind])} ${say(SAYS[says])}${weight}`),
    element(page, "br"),
    element(page, "span", summary),
  );
  return item;
}

function facts(page: Document, rows: [string, string][]): Element {
  const list = element(page, "dl");
  for (const [name, value] of rows) list.append(element(page, "dt", name), element(page, "dd", value));
  return list;
}

function button(page: Document, text: string, className: string, act: () => void): HTMLElement {
  const made = element(page, "button", text, className);
  made.setAttribute("type", "button");
  made.addEventListener("click", act);
  return made;
}

function element(page: Document, tag: string, content?: string | Element, className?: string): HTMLElement {
  const made = page.createElement(tag);
  if (content !== undefined) made.append(content);
  if (className) made.className = className;
  return made;
}
