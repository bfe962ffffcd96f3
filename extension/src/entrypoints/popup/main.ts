// Wires the popup: draws what is known at once, then the service's state, then what changes while it is open.
import { browser } from "wxt/browser";
import { askReadiness, goTo, tabInFront } from "../../pages/ask";
import { speak } from "../../pages/element";
import type { Listed } from "../../pages/fakes";
import { showing } from "../../pages/shown";
import { openPanel } from "../../panel";
import {
  allow,
  beginPairing,
  chooseMode,
  endPairing,
  gather,
  pairingNow,
  type State,
  switchEverywhere,
  switchSite,
} from "../../popup/state";
import { draw } from "../../popup/view";
import type { Mode } from "../../settings";
import { say, tongue } from "../../words";

const REFRESH = 1_000; // ms

const main = document.getElementById("popup");
speak(tongue());
if (main) void open(main);

async function open(main: HTMLElement): Promise<void> {
  const tab = await tabInFront();
  const first: State = { ...(await gather(tab)), pairing: await pairingNow(), readiness: null, gone: null };
  const shown = showing(first, (state) => draw(main, state, say, acts));
  const { update } = shown;
  const refresh = async () => update(await gather(tab));
  const ask = async (again: boolean) => update({ readiness: await askReadiness(again) });
  const send = async (code: string) => {
    update({ pairing: await endPairing(shown.state.pairing, code) });
    if (shown.state.pairing.kind === "none") await ask(true);
  };
  const find = async ({ frame, address }: Listed) => {
    const there = tab?.id !== undefined && (await goTo(tab.id, frame, address));
    update({ gone: there ? null : address });
  };
  const onSite = (change: (site: string) => Promise<unknown>) => {
    const { site } = shown.state;
    if (site) void change(site).then(refresh);
  };
  const acts = {
    pair: () => void beginPairing().then((pairing) => update({ pairing })),
    code: (typed: string) => void send(typed),
    again: () => void ask(true),
    allow: () => void allow().then(() => Promise.all([refresh(), ask(true)])),
    everywhere: (on: boolean) => void switchEverywhere(on).then(refresh),
    mode: (mode: Mode | null) => onSite((site) => chooseMode(site, mode)),
    goTo: (fake: Listed) => void find(fake),
    panel: () => {
      openPanel(tab?.windowId);
      window.close();
    },
    options: () => void browser.runtime.openOptionsPage().then(() => window.close()),
    site: (on: boolean) => onSite((site) => switchSite(site, on)),
  };

  update({});
  await ask(true);
  browser.permissions.onAdded.addListener(() => void refresh());
  setInterval(() => void Promise.all([refresh(), ask(false)]), REFRESH);
}
