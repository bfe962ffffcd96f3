// Wires the side panel: pictures given here, the page in front, the history.
import { browser } from "wxt/browser";
import { dress } from "../../badge/style";
import { forgetAll, recall } from "../../history/store";
import { uniqueId } from "../../ids";
import { failed, MAX_BYTES } from "../../judge/judge";
import { check, goTo, NO_REPORT, reportOf, tabInFront, thumbnails } from "../../pages/ask";
import { make, speak } from "../../pages/element";
import type { Listed } from "../../pages/fakes";
import { showing } from "../../pages/shown";
import { onHandedOver } from "../../panel";
import { changeSettings, readSettings } from "../../settings";
import { CheckedCard } from "../../sidepanel/checked";
import { type Given, givenIn, sourceOf } from "../../sidepanel/given";
import { drawLists, giveSection, type Lists } from "../../sidepanel/view";
import { say, tongue } from "../../words";

const REFRESH = 1_500; // ms

const main = document.getElementById("panel");
speak(tongue());
if (main) open(main);

function open(main: HTMLElement): void {
  const result = make("div", { id: "result" });
  const lists = make("div", { id: "lists" });
  main.append(
    giveSection(say, (given) => void judge(given)),
    result,
    lists,
  );
  document.addEventListener("paste", (event) => {
    const given = givenIn(event.clipboardData);
    if (given) void judge(given);
  });
  const root = result.attachShadow({ mode: "open" });
  dress(root, "panel");

  let latest = "";
  async function judge(given: Given): Promise<void> {
    const id = uniqueId();
    latest = id;
    const source = await sourceOf(given);
    const shown = given.kind === "file" ? URL.createObjectURL(given.file) : null;
    const card = new CheckedCard(source, shown, say, () => void judge(given));
    root.replaceChildren(card.element);
    if (given.kind === "file" && given.file.size > MAX_BYTES) return card.show(failed("too_many_bytes"));
    const outcome = await check({
      to: "background",
      kind: "check",
      id,
      source,
      platformLabel: null,
      byHand: true,
    });
    if (latest === id) card.show(outcome);
    await refresh();
  }

  void onHandedOver((address) => void judge({ kind: "address", address }));

  const first: Lists = { report: NO_REPORT, thumbnails: new Map(), gone: null, history: false, entries: [] };
  const { update } = showing(first, (state) => drawLists(lists, state, say, acts));
  let tab: number | undefined;
  const acts = {
    goTo: (fake: Listed) => void find(fake),
    keep: () =>
      void changeSettings(browser.storage.local, (now) => ({ ...now, history: true })).then(refresh),
    clear: () => void forgetAll().then(refresh),
  };
  async function find({ frame, address }: Listed): Promise<void> {
    const there = tab !== undefined && (await goTo(tab, frame, address));
    update({ gone: there ? null : address });
  }
  const addresses = new Map<string, string>(); // object URLs of thumbnails, by the picture's hash
  async function refresh(): Promise<void> {
    const front = (await tabInFront())?.id;
    const { history } = await readSettings(browser.storage.local);
    const [report, kept] = await Promise.all([reportOf(front), recall()]);
    const small = await thumbnails(report.fakes.map(({ judged }) => judged.picture.sha256));
    const entries = kept.map((entry) => ({ ...entry, small: addressOf(entry.sha256, entry.thumbnail) }));
    update({ report, thumbnails: small, history, entries, ...(front !== tab && { gone: null }) });
    tab = front;
  }
  function addressOf(sha256: string, thumbnail: Blob | null): string | null {
    if (thumbnail && !addresses.has(sha256)) addresses.set(sha256, URL.createObjectURL(thumbnail));
    return addresses.get(sha256) ?? null;
  }
  void refresh();
  setInterval(() => document.visibilityState === "visible" && void refresh(), REFRESH);
}
