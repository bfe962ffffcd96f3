// Wires the content script: badges where the site is switched on, cards on demand everywhere.
import { browser } from "wxt/browser";
import { defineContentScript } from "wxt/utils/define-content-script";
import { NONE } from "../counts";
import { askBackground } from "../feed/asking";
import { Checking } from "../feed/checking";
import { Feed } from "../feed/feed";
import { Lookup } from "../feed/lookup";
import { labelOf } from "../feed/sites/label";
import { siteOf } from "../feed/sites/table";
import { asToContent } from "../messages";
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
    let on: AbortController | null = null;
    let drawn = "";

    async function follow(): Promise<void> {
      const here = await asking.here();
      const wanted = JSON.stringify(here);
      if (signal.aborted || wanted === drawn) return;
      drawn = wanted;
      on?.abort();
      on = here.on ? new AbortController() : null;
      if (on) new Feed(asking, say, here, (...shown) => checking.show(...shown), on.signal, site);
      else asking.report(NONE);
    }

    const messages: Parameters<typeof browser.runtime.onMessage.addListener>[0] = (data, sender, respond) => {
      const message = asToContent(data, sender, { id: browser.runtime.id });
      if (!message) return false;
      if (message.kind === "show-card") checking.check(lookup.clicked(message.address), message.address);
      else checkHere();
      respond(true);
      return false;
    };
    const checkHere = () => {
      const meant = lookup.meant();
      if (meant !== "elsewhere") checking.check(meant === "none" ? null : meant, null);
    };
    const changes = (items: Record<string, unknown>) => KEY in items && void follow();

    document.addEventListener("visibilitychange", () => void asking.alive(), { signal });
    browser.runtime.onMessage.addListener(messages);
    browser.storage.local.onChanged.addListener(changes);
    signal.addEventListener("abort", () => {
      on?.abort();
      if (browser.runtime?.id === undefined) return; // the listeners went with the extension
      browser.runtime.onMessage.removeListener(messages);
      browser.storage.local.onChanged.removeListener(changes);
    });
    void follow();
  },
});
