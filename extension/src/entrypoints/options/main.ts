// Wires the options page: settings from the store and back, also when they change elsewhere.
import { browser } from "wxt/browser";
import { asModelJson } from "../../contract/guards";
import { forgetAll } from "../../history/store";
import { draw, type State } from "../../options/view";
import { speak } from "../../pages/element";
import {
  changeSettings,
  KEY,
  parseSettings,
  readSettings,
  type Settings,
  serialised,
  withSite,
} from "../../settings";
import { say, tongue } from "../../words";

const main = document.getElementById("options");
speak(tongue());
document.title = say("optionsTitle");
if (main) void open(main);

async function open(main: HTMLElement): Promise<void> {
  const store = browser.storage.local;
  let state: State = { settings: await readSettings(store), model: await carriedModel(), said: null };
  const update = (change: Partial<State>) => {
    state = { ...state, ...change };
    draw(main, state, say, acts);
  };
  const change = async (next: (now: Settings) => Settings, said: string | null = null) =>
    update({ settings: await changeSettings(store, next), said });
  const acts = {
    change: (some: Partial<Settings>) => void change((now) => ({ ...now, ...some })),
    site: (site: string, some: Parameters<typeof withSite>[2]) =>
      void change((now) => withSite(now, site, some)),
    exportSettings: () => save(serialised(state.settings)),
    importSettings: async (file: File) => {
      const read = parseSettings(await file.text());
      if (read.kind === "read") await change(() => read.settings, say("optionsImported"));
      else update({ said: read.field ? say("optionsBadField", read.field) : say("optionsBadFile") });
    },
    clearHistory: () => void forgetAll().then(() => update({ said: say("historyCleared") })),
  };
  store.onChanged.addListener((changes: Record<string, unknown>) => {
    if (KEY in changes) void readSettings(store).then((settings) => same(settings) || update({ settings }));
  });
  const same = (settings: Settings) => JSON.stringify(settings) === JSON.stringify(state.settings);
  update({});
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

async function carriedModel() {
  try {
    return asModelJson(await (await fetch(browser.runtime.getURL("/model/model.json" as never))).json());
  } catch {
    return null; // built without a model
  }
}

function save(text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "candid-settings.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
