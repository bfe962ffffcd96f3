// The options page from the settings. Each control changes one field at once; there is nothing to save.
import { percent } from "../badge/wording";
import type { ModelJson, Thresholds } from "../contract/types";
import { button, choice, make, redraw, section, toggle } from "../pages/element";
import { MODE_WORDS, SENSITIVITY_WORDS } from "../pages/modes";
import {
  LARGEST_SIDE,
  MODES,
  type Mode,
  SENSITIVITIES,
  type Sensitivity,
  type Settings,
  type Site,
  SMALLEST_SIDE,
} from "../settings";
import type { Say } from "../words";
import { modelSection, share } from "./model";

export interface State {
  readonly settings: Settings;
  readonly model: ModelJson | null; // the one that the extension carries
  /** What became of the last import, export or clearing. */
  readonly said: string | null;
}

export interface Acts {
  change(change: Partial<Settings>): void;
  site(site: string, change: Partial<Site>): void;
  exportSettings(): void;
  importSettings(file: File): void;
  clearHistory(): void;
}

export function draw(main: HTMLElement, state: State, say: Say, acts: Acts): void {
  const { settings, model, said } = state;
  redraw(
    main,
    section("show", say("optionsShow"), ...showing(settings, say, acts)),
    sensitivity(state, say, acts),
    sites(settings, say, acts),
    section("keep", say("optionsKeep"), ...keeping(settings, say, acts)),
    transfer(said, say, acts),
    modelSection(model, say),
  );
}

function* showing({ everywhere, mode, minimumSide, onSaveData }: Settings, say: Say, { change }: Acts) {
  yield toggle("everywhere", say("optionsEverywhere"), everywhere, (on) => change({ everywhere: on })).label;
  const modes = MODES.map((each) => [each, say(MODE_WORDS[each])] as const);
  yield choice("mode", say("popupMode"), modes, mode, (chosen) => change({ mode: chosen }));
  const range = { min: String(SMALLEST_SIDE), max: String(LARGEST_SIDE), step: "8" };
  const input = make("input", { id: "minimum", type: "range", ...range }) as HTMLInputElement;
  input.value = String(minimumSide);
  const shown = make("output", { for: "minimum" }, say("optionsPixels", minimumSide));
  input.setAttribute("aria-valuetext", say("optionsPixels", minimumSide));
  input.addEventListener("input", () => {
    shown.textContent = say("optionsPixels", input.value);
  });
  input.addEventListener("change", () => change({ minimumSide: Number(input.value) }));
  yield make(
    "label",
    { class: "choice", for: "minimum" },
    make("span", {}, say("optionsMinimum"), shown),
    input,
  );
  const saving = (on: boolean) => change({ onSaveData: on });
  yield toggle("save-data", say("optionsSaveData"), onSaveData, saving, say("optionsSaveDataMore")).label;
}

function sensitivity({ settings, model }: State, say: Say, { change }: Acts): HTMLElement {
  const group = make("fieldset", {}, make("legend", {}, say("optionsSensitivityAsk")));
  for (const each of SENSITIVITIES) {
    const [name, meaning] = SENSITIVITY_WORDS[each];
    const input = make("input", { id: each, type: "radio", name: "sensitivity" }) as HTMLInputElement;
    input.checked = settings.sensitivity === each;
    input.setAttribute("aria-describedby", `${each}-means`);
    input.addEventListener("change", () => change({ sensitivity: each }));
    const words = [say(meaning), ...(model ? rates(model.thresholds, each, say) : [])].join(" ");
    const text = make("span", {}, make("b", {}, say(name)), make("small", { id: `${each}-means` }, words));
    group.append(make("label", { class: "radio", for: each }, input, text));
  }
  return section(
    "sensitivity",
    say("optionsSensitivity"),
    group,
    make("p", { class: "note" }, say("optionsSensitivityNote")),
  );
}

/** Where `fake` begins and what that was measured to cost; where the model has no such threshold, that. */
function rates(thresholds: Thresholds, each: Sensitivity, say: Say): string[] {
  const chosen = each === "measured" ? thresholds : thresholds[each];
  if (!chosen) return [say("optionsNotMeasured")];
  const { fake, false_alarm_rate: alarms, recall } = chosen;
  const found = recall == null ? [] : [say("optionsRates", share(alarms, say), share(recall, say))];
  return [say("optionsFrom", percent(fake, say)), ...found];
}

function sites(settings: Settings, say: Say, acts: Acts): HTMLElement {
  const chosen = Object.entries(settings.sites).sort(([one], [other]) => one.localeCompare(other));
  if (chosen.length === 0)
    return section("sites", say("optionsSites"), make("p", { class: "note" }, say("optionsNoSites")));
  const list = make("ul", { class: "sites" });
  for (const [index, [site, { on, mode }]] of chosen.entries()) {
    const name = site === "file" ? say("popupOnFiles") : site;
    const as = ["", say("modeAsEverywhere", say(MODE_WORDS[settings.mode]))] as const;
    const modes = MODES.map((each) => [each, say(MODE_WORDS[each])] as const);
    const pick = (value: Mode | "") => acts.site(site, { mode: value || null });
    const forget = button(`forget-${index}`, say("optionsForget"), () =>
      acts.site(site, { on: true, mode: null }),
    );
    forget.setAttribute("aria-label", say("optionsForgetSite", name));
    list.append(
      make(
        "li",
        {},
        toggle(`site-${index}`, name, on, (now) => acts.site(site, { on: now })).label,
        on && choice<Mode | "">(`site-mode-${index}`, say("popupMode"), [as, ...modes], mode ?? "", pick),
        forget,
      ),
    );
  }
  return section("sites", say("optionsSites"), list);
}

function* keeping({ history }: Settings, say: Say, acts: Acts) {
  const change = (on: boolean) => acts.change({ history: on });
  yield toggle("history", say("optionsHistory"), history, change, say("optionsHistoryMore")).label;
  yield button("clear-history", say("historyClear"), acts.clearHistory);
}

function transfer(said: string | null, say: Say, acts: Acts): HTMLElement {
  const file = make("input", {
    id: "import",
    type: "file",
    accept: ".json,application/json",
  }) as HTMLInputElement;
  file.className = "unseen";
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    if (chosen) acts.importSettings(chosen);
    file.value = "";
  });
  return section(
    "transfer",
    say("optionsTransfer"),
    make(
      "div",
      { class: "row" },
      button("export", say("optionsExport"), acts.exportSettings),
      file,
      make("label", { for: "import", class: "button" }, say("optionsImport")),
    ),
    make("p", { class: "note", role: "status", id: "said" }, said ?? say("optionsTransferNote")),
  );
}
