// Wires the content script: badges where the site is switched on, cards on demand everywhere.
import { browser } from "wxt/browser";
import { defineContentScript } from "wxt/utils/define-content-script";
import { walkIn } from "../badge/walking";
import { NOTHING } from "../counts";
import { askBackground } from "../feed/asking";
import { Checking } from "../feed/checking";
import { onConnection } from "../feed/connection";
import { Feed } from "../feed/feed";
import { Lookup } from "../feed/lookup";
import { PageCache } from "../feed/page-cache";
import type { Picture } from "../feed/shown";
import { labelOf } from "../feed/sites/label";
import { siteOf } from "../feed/sites/table";
import type { Outcome } from "../judge/judge";
import { asToContent, type Here, type ToContent } from "../messages";
import { KEY } from "../settings";
import { say } from "../words";

export default defineContentScript({
  matches: ["http://*/*", "https://*/*", "file:///*"],
  allFrames: true,
  matchAboutBlank: true,
  matchOriginAsFallback: true, // frames that a page writes itself: about:blank, srcdoc, blob:
  runAt: "document_idle",

  main(ctx) {
    const { signal } = ctx;
    const asking = askBackground(() => ctx.abort());
    const site = siteOf(location.hostname, document);
    const checking = new Checking(asking, say, signal, (picture) => labelOf(site, picture));
    const lookup = new Lookup(signal);
    const cache = new PageCache();
    let on: { feed: Feed; stop: AbortController } | null = null;
    let drawn = "";
    const own = { id: browser.runtime.id, home: browser.runtime.getURL("/") };

    async function follow(): Promise<void> {
      const here = await asking.here();
      const wanted = JSON.stringify(here);
      if (signal.aborted || wanted === drawn) return;
      drawn = wanted;
      on?.stop.abort();
      on = here.on ? start(here) : null;
      if (!on) asking.report(NOTHING);
    }

    function start(here: Here) {
      const stop = new AbortController();
      const show = (picture: Picture, outcome: Outcome) => checking.show(picture, outcome);
      return { stop, feed: new Feed(asking, say, here, show, stop.signal, site) };
    }

    const messages: Parameters<typeof browser.runtime.onMessage.addListener>[0] = (data, sender, respond) => {
      const message = asToContent(data, sender, own);
      if (!message) return false;
      void Promise.resolve(obey(message)).then(respond);
      return true; // the answer comes later
    };
    const obey = (message: ToContent): boolean | Promise<string | null> => {
      switch (message.kind) {
        case "show-card":
          checking.check(lookup.clicked(message.address), message.address);
          return true;
        case "check-here":
          checkHere();
          return true;
        case "walk":
          return document.activeElement?.localName !== "iframe" && document.hasFocus() && walkIn();
        case "go-to":
          return on?.feed.goTo(message.address) ?? false;
        case "bytes":
          return bytesOf(message.address);
      }
    };
    const bytesOf = async (address: string): Promise<string | null> => {
      const picture = on?.feed.showing(address) ?? lookup.showing(address);
      return picture && cache.bytesOf(picture, address);
    };
    const checkHere = () => {
      const meant = lookup.meant();
      if (meant !== "elsewhere") checking.check(meant === "none" ? null : meant, null);
    };
    const changes = (items: Record<string, unknown>) => KEY in items && void follow();

    document.addEventListener("visibilitychange", () => void asking.alive(), { signal });
    addEventListener("pagehide", () => asking.leave(), { signal });
    browser.runtime.onMessage.addListener(messages);
    browser.storage.local.onChanged.addListener(changes);
    signal.addEventListener("abort", () => {
      on?.stop.abort();
      if (browser.runtime?.id === undefined) return; // the listeners went with the extension
      browser.runtime.onMessage.removeListener(messages);
      browser.storage.local.onChanged.removeListener(changes);
    });
    onConnection(() => void follow(), signal);
    void follow();
  },
});
