// Wires the background: messages to checks, the menu, the button. All listeners are added while the
// script runs for the first time, because a sleeping background is woken for an event it listens to.
import { browser } from "wxt/browser";
import { defineBackground } from "wxt/utils/define-background";
import { showCounts, showReadiness } from "../background/action";
import { Askers } from "../background/askers";
import { Checks } from "../background/checks";
import { download, usable } from "../background/download";
import { FrontTab } from "../background/front";
import { addMenu, checkClicked, commanded } from "../background/menu";
import { type Place, pageFirst } from "../background/page-cache";
import { nameReferers } from "../background/referer";
import { TabReports } from "../background/tab-reports";
import { Thumbnails, thumbnailOf } from "../background/thumbnails";
import { isWorthKeeping } from "../history/entry";
import { remember } from "../history/store";
import { backendJudge } from "../judge/backend";
import { browserJudge, packaged, type Runner } from "../judge/browser";
import { type Store, VerdictCache } from "../judge/cache";
import { Judges } from "../judge/choose";
import type { Outcome } from "../judge/judge";
import { withSensitivity } from "../judge/sensitivity";
import { correct, heatOf } from "../judge/service-extras";
import { WorkerHost } from "../judge/tfjs/host";
import { offscreen } from "../judge/tfjs/offscreen";
import { type AboutCheck, type Checked, checked, hereOn, type Source } from "../messages";
import { readSettings, siteOf } from "../settings";

export default defineBackground(() => {
  const session = browser.storage.session as unknown as Store;
  // Firefox's background is a page and may start a worker itself.
  const host = new WorkerHost(() => new Worker("/judge-worker.js"));
  const runner: Runner = import.meta.env.FIREFOX ? host : offscreen;
  const inBrowser = browserJudge(runner, packaged(browser.runtime.getURL("/")));
  const judges = new Judges([backendJudge(), inBrowser], Date.now, showReadiness);
  const front = new FrontTab();
  const thumbnails = new Thumbnails(session);
  const judging = {
    ...thumbnails.over(judges),
    readiness: () => judges.readiness(),
    warm: () => judges.warm(),
  };
  const checks = new Checks(judging, new VerdictCache(session), bytesOf, (tab) => front.is(tab));
  const askers = new Askers();
  const reports = new TabReports(session);

  /** What is kept and sent is as the judge said it; what is shown is as sensitive as the reader chose. */
  async function asChosen(outcome: Outcome): Promise<Outcome> {
    if (outcome.kind === "failed") return outcome;
    const { sensitivity } = await readSettings(browser.storage.local);
    return { ...outcome, judged: withSensitivity(outcome.judged, sensitivity) };
  }

  function bytesOf(source: Source, place: Place, signal: AbortSignal) {
    return download(source, place.pages, signal, pageFirst(source, place));
  }

  /** Into the history, where the reader wants one. */
  async function noted(
    ask: Checked,
    place: Place,
    outcome: Outcome,
    { source, byHand }: AboutCheck,
  ): Promise<void> {
    if (outcome.kind === "failed" || ask.incognito || !isWorthKeeping(outcome.judged, byHand)) return;
    if (!(await readSettings(browser.storage.local)).history) return;
    const { judged, by } = outcome;
    const [first = null] = source.kind === "addresses" ? source.addresses : [];
    const site = ask.from === "content" ? siteOf(ask.pages.at(-1)) : null;
    const small = withBytes(source, place, thumbnailOf).then((made) => (made instanceof Blob ? made : null));
    const thumbnail = await small.catch(() => null);
    const { sha256 } = judged.picture;
    await remember({ sha256, at: Date.now(), site, address: first, judged, by, thumbnail }).catch(() => {});
  }

  /** The bytes of a picture that was judged before: most often from a cache. */
  async function withBytes<T>(source: Source, place: Place, use: (picture: Blob) => Promise<T>) {
    return usable(source, (left) => bytesOf(left, place, new AbortController().signal), use);
  }

  async function answer(ask: Checked): Promise<unknown> {
    const { message, tab, pages } = ask;
    const frame = ask.from === "content" ? ask.frame : 0;
    const place = { pages, tab, frame };
    switch (message.kind) {
      case "check": {
        const checking = (signal: AbortSignal) => checks.check({ ...message, ...place }, signal);
        const outcome = await asChosen(await askers.while(place, message.id, checking));
        const noting = noted(ask, place, outcome, message);
        if (ask.from === "own") await noting; // it lists the history next; a page's badge does not wait for it
        return outcome;
      }
      case "cancel":
        return askers.cancel(tab, message.id);
      case "heat":
        return withBytes(message.source, place, heatOf);
      case "correct":
        return withBytes(message.source, place, (picture) => correct(picture, message.label));
      case "readiness":
        return judges.readiness(message.again);
      case "page":
        return reports.of(message.tab);
      case "here":
        return hereOn(await readSettings(browser.storage.local), siteOf(pages.at(-1)), message.saving);
      case "leave":
        return askers.leave(tab, frame);
      case "report":
        return showCounts(tab, (await reports.report(tab, frame, message.report)).counts);
      case "about-model":
        return browser.tabs.create({ url: `${browser.runtime.getURL("/")}options.html#model` });
      case "ready":
        return (await judges.readiness()).kind === "ready";
    }
  }

  browser.runtime.onMessage.addListener((data: unknown, sender, respond) => {
    const ask = checked(data, sender, { id: browser.runtime.id, home: browser.runtime.getURL("/") });
    if (!ask) return false;
    answer(ask).then(respond, () => respond(undefined));
    return true; // the answer comes later
  });
  // Firefox for Android has neither menus nor keyboard commands.
  browser.contextMenus?.onClicked.addListener((info, tab) => void checkClicked(info, tab));
  browser.commands?.onCommand.addListener((command, tab) => void commanded(command, tab));
  browser.tabs.onRemoved.addListener((tab) => {
    askers.leave(tab);
    void reports.forget(tab);
  });
  browser.runtime.onInstalled.addListener(() => void addMenu());
  browser.runtime.onStartup.addListener(() => void addMenu());
  void nameReferers().catch(() => {}); // without it, those servers' pictures are marked as not fetched
  void judges.readiness(); // the button says early that the service does not run
});
