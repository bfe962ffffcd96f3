// The popup's page from its state. Ids and data attributes stay the same, for tests and style alike.
import { type Counts, isNone } from "../counts";
import type { Readiness } from "../judge/judge";
import { button, choice, make, redraw, section, toggle } from "../pages/element";
import { fakeList, type Listed } from "../pages/fakes";
import { MODE_WORDS } from "../pages/modes";
import { choiceFor, isOn, MODES, type Mode } from "../settings";
import type { Key, Say } from "../words";
import { type PairingActs, pairingPanel } from "./pairing-panel";
import type { State } from "./state";

export interface Acts extends PairingActs {
  again(): void;
  allow(): void;
  everywhere(on: boolean): void;
  site(on: boolean): void;
  /** Of this site; null: as everywhere. */
  mode(mode: Mode | null): void;
  goTo(fake: Listed): void;
  panel(): void;
  options(): void;
}

export function draw(main: HTMLElement, state: State, say: Say, acts: Acts): void {
  main.dataset["state"] = state.readiness?.kind ?? "asking";
  const parts = [
    status(state.readiness, say, acts),
    ...(wantsPairing(state.readiness) ? [pairingPanel(state.pairing, say, acts)] : []),
    ...(state.allowed ? [] : [permission(say, acts)]),
    page(state, say),
    fakes(state, say, acts),
    switches(state, say, acts),
    footer(say, acts),
  ];
  redraw(main, ...parts);
}

const wantsPairing = (readiness: Readiness | null): boolean =>
  readiness?.kind === "unpaired" || (readiness?.kind === "ready" && readiness.unpaired === true);

function status(readiness: Readiness | null, say: Say, acts: Acts): HTMLElement {
  const about = { class: "panel status", id: "status", role: "status", "aria-label": say("popupStatus") };
  const words = readiness ? say(STATES[readiness.kind]) : say("popupAsking");
  const panel = make(
    "section",
    about,
    make("span", { class: "lamp" }),
    make("strong", { id: "status-words" }, words),
    readiness && readiness.kind !== "ready"
      ? button("status-again", say("popupAgain"), acts.again)
      : make("span"),
  );
  if (!readiness) return panel;
  const detail = make("div", { id: "status-detail", class: "detail" }, detailOf(readiness, say));
  if (readiness.kind === "ready") {
    panel.dataset["judge"] = readiness.judge;
    const judge = readiness.judge === "backend" ? "popupByBackend" : "popupByBrowser";
    detail.append(make("div", {}, say(judge)));
  }
  if (readiness.kind === "unreachable")
    detail.append(make("code", {}, "make run"), make("code", {}, "python -m backend"));
  panel.append(detail);
  return panel;
}

const STATES: Readonly<Record<Readiness["kind"], Key>> = {
  ready: "popupReady",
  starting: "popupStarting",
  unpaired: "popupUnpaired",
  unreachable: "popupUnreachable",
  incompatible: "popupIncompatible",
  refused: "popupRefused",
};

function detailOf(readiness: Readiness, say: Say): string {
  if (readiness.kind === "starting") return say("popupStartingDetail");
  if (readiness.kind === "unpaired") return say("popupUnpairedDetail");
  if (readiness.kind === "unreachable") return say("popupUnreachableDetail");
  if (readiness.kind === "incompatible") return say("popupIncompatibleDetail");
  if (readiness.kind === "refused") return say("popupRefusedDetail", whyRefused(readiness.message, say));
  const { name, version } = readiness.model;
  const device = readiness.judge === "browser" ? say("popupDeviceBrowser") : readiness.device;
  return say("popupReadyDetail", say("cardModelValue", name, version), device);
}

/** From what the self-test failed on (judge/tfjs/self-test.ts); what is not from it came in loading. */
function whyRefused(message: string, say: Say): string {
  if (message.startsWith("pixels:")) return say("refusedPixels");
  const [, off] = /^probability:.* off by (\S+)$/.exec(message) ?? [];
  return off ? say("refusedProbability", off) : say("refusedLoading");
}

function permission(say: Say, acts: Acts): HTMLElement {
  const allow = button("allow", say("popupAllowButton"), acts.allow, "main");
  return make("section", { class: "panel", id: "permission" }, make("p", {}, say("popupAllow")), allow);
}

const COUNTED: readonly [keyof Counts, Key][] = [
  ["fake", "popupFake"],
  ["real", "popupReal"],
  ["unsure", "popupUnsure"],
  ["failed", "popupFailed"],
];

function page({ site, settings, report: { counts } }: State, say: Say): HTMLElement {
  const note =
    site === null
      ? "popupNotHere"
      : !isOn(settings, site)
        ? "popupOff"
        : isNone(counts)
          ? "popupNoPictures"
          : null;
  if (note) return section("page", say("popupThisPage"), make("p", { class: "note" }, say(note)));
  const list = make("dl");
  for (const [kind, words] of COUNTED) {
    const some = counts[kind] > 0 ? "some" : undefined;
    const number = make("dd", { id: `count-${kind}` }, String(counts[kind]));
    list.append(
      make("div", { "data-count": kind, ...(some && { class: some }) }, make("dt", {}, say(words)), number),
    );
  }
  return section("page", say("popupThisPage"), list);
}

function fakes(
  { site, settings, report, thumbnails, gone }: State,
  say: Say,
  acts: Acts,
): HTMLElement | null {
  if (report.fakes.length === 0 || !isOn(settings, site)) return null;
  return section("fakes", say("popupFakes"), fakeList(report.fakes, thumbnails, gone, say, acts.goTo));
}

function switches({ site, settings }: State, say: Say, acts: Acts): HTMLElement {
  const parts: HTMLElement[] = [];
  if (site !== null) {
    const words = site === "file" ? say("popupOnFiles") : say("popupOnSite", site);
    const here = toggle("switch-site", words, choiceFor(settings, site).on, acts.site);
    here.input.disabled = !settings.everywhere;
    parts.push(here.label);
  }
  parts.push(toggle("switch-everywhere", say("popupEverywhere"), settings.everywhere, acts.everywhere).label);
  const modes = MODES.map((mode) => [mode, say(MODE_WORDS[mode])] as const);
  if (site !== null && settings.everywhere) {
    const here = choiceFor(settings, site);
    const as = ["", say("modeAsEverywhere", say(MODE_WORDS[settings.mode]))] as const;
    if (here.on)
      parts.push(
        choice("mode", say("popupMode"), [as, ...modes], here.mode ?? "", (mode) => acts.mode(mode || null)),
      );
  }
  return section("switches", say("popupSwitches"), ...parts);
}

function footer(say: Say, acts: Acts): HTMLElement {
  return make(
    "footer",
    {},
    make(
      "nav",
      {},
      button("open-panel", say("popupPanel"), acts.panel),
      button("open-options", say("popupOptions"), acts.options),
    ),
    make("p", {}, say("popupFooter")),
  );
}
