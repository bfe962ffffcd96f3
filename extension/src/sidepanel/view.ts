// The side panel's parts: where a picture is given, this page's fakes, the history.
import { wordingOf } from "../badge/wording";
import type { TabReport } from "../counts";
import type { Entry } from "../history/entry";
import { button, make, redraw, section } from "../pages/element";
import { fakeList, type Listed, preview } from "../pages/fakes";
import type { Say } from "../words";
import { type Given, givenIn } from "./given";

export function giveSection(say: Say, give: (given: Given) => void): HTMLElement {
  const file = make("input", {
    id: "file",
    type: "file",
    accept: "image/*",
    class: "unseen",
  }) as HTMLInputElement;
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    if (chosen) give({ kind: "file", file: chosen });
    file.value = "";
  });
  const zone = make(
    "div",
    { id: "drop" },
    make("p", {}, say("panelDrop")),
    file,
    make("label", { for: "file", class: "button" }, say("panelChoose")),
  );
  const over = (event: DragEvent) => {
    event.preventDefault(); // else the browser opens the picture
    zone.classList.toggle("over", event.type === "dragover");
  };
  for (const type of ["dragover", "dragleave"] as const) zone.addEventListener(type, over);
  zone.addEventListener("drop", (event) => {
    over(event);
    const given = givenIn(event.dataTransfer);
    if (given) give(given);
  });
  return section("give", say("panelCheck"), zone);
}

export interface Lists {
  readonly report: TabReport;
  readonly thumbnails: ReadonlyMap<string, string>;
  readonly gone: string | null;
  readonly history: boolean; // whether one is kept
  readonly entries: readonly (Entry & { readonly small: string | null })[];
}

export interface ListActs {
  goTo(fake: Listed): void;
  keep(): void;
  clear(): void;
}

export function drawLists(into: HTMLElement, lists: Lists, say: Say, acts: ListActs): void {
  const { report, thumbnails, gone } = lists;
  const fakes =
    report.fakes.length > 0
      ? fakeList(report.fakes, thumbnails, gone, say, acts.goTo)
      : make("p", { class: "note" }, say("panelNoFakes"));
  redraw(into, section("fakes", say("popupFakes"), fakes), historySection(lists, say, acts));
}

function historySection({ history, entries }: Lists, say: Say, acts: ListActs): HTMLElement {
  const parts: HTMLElement[] = [];
  if (!history)
    parts.push(
      make("p", { class: "note" }, say("historyOff")),
      button("keep-history", say("historyKeep"), acts.keep),
    );
  else if (entries.length === 0) parts.push(make("p", { class: "note" }, say("historyEmpty")));
  if (entries.length > 0) {
    const list = make("ol", { class: "pictures", id: "history-list" });
    for (const entry of entries) list.append(line(entry, say));
    parts.push(list, button("clear-history", say("historyClear"), acts.clear));
  }
  return section("history", say("historyTitle"), ...parts);
}

function line({ at, site, judged, by, small }: Lists["entries"][number], say: Say): HTMLElement {
  const wording = wordingOf({ kind: "judged", judged, by }, say);
  const date = new Date(at);
  const time = make("time", { datetime: date.toISOString() }, when(date, say));
  const where = site === "file" ? say("popupOnFiles") : (site ?? say("historyNoSite"));
  return make(
    "li",
    { "data-verdict": judged.verdict },
    preview(small ?? undefined),
    make(
      "span",
      {},
      make("b", {}, wording.words),
      make("small", {}, wording.tooltip),
      make("small", {}, `${where} · `, time),
    ),
  );
}

const when = (date: Date, say: Say): string =>
  new Intl.DateTimeFormat(say("language"), { dateStyle: "medium", timeStyle: "short" }).format(date);
