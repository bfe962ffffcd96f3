// Wires the background: messages to checks, the menu, the button. All listeners are added while the
// script runs for the first time, because a sleeping background is woken for an event it listens to.
import { browser } from "wxt/browser";
import { defineBackground } from "wxt/utils/define-background";
import { showCounts, showReadiness } from "../background/action";
import { Askers } from "../background/askers";
import { Checks } from "../background/checks";
import { download } from "../background/download";
import { addMenu, checkClicked, commanded } from "../background/menu";
import { TabCounts } from "../background/tab-counts";
import { backendJudge } from "../judge/backend";
import { browserJudge } from "../judge/browser";
import { type Store, VerdictCache } from "../judge/cache";
import { Judges } from "../judge/choose";
import { type Checked, checked, hereOn } from "../messages";
import { readSettings, siteOf } from "../settings";

export default defineBackground(() => {
  const session = browser.storage.session as unknown as Store;
  const judges = new Judges([backendJudge(), browserJudge()], Date.now, showReadiness);
  const checks = new Checks(judges, new VerdictCache(session), download);
  const askers = new Askers();
  const counts = new TabCounts(session);

  async function answer(ask: Checked): Promise<unknown> {
    if (ask.from === "popup") {
      if (ask.message.kind === "readiness") return judges.readiness(ask.message.again);
      return counts.of(ask.message.tab);
    }
    const { message, tab, frame, pages } = ask;
    switch (message.kind) {
      case "check":
        return askers.while(tab, message.id, (signal) => checks.check({ ...message, pages }, signal));
      case "cancel":
        return askers.cancel(tab, message.id);
      case "here":
        return hereOn(await readSettings(browser.storage.local), siteOf(pages.at(-1)));
      case "counts":
        return showCounts(tab, await counts.report(tab, frame, message.counts));
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
  browser.contextMenus.onClicked.addListener((info, tab) => void checkClicked(info, tab));
  browser.commands?.onCommand.addListener((command, tab) => void commanded(command, tab)); // not on Android
  browser.tabs.onRemoved.addListener((tab) => {
    askers.leave(tab);
    void counts.forget(tab);
  });
  browser.runtime.onInstalled.addListener(() => void addMenu());
  browser.runtime.onStartup.addListener(() => void addMenu());
  void judges.readiness(); // the button says early that the service does not run
});
