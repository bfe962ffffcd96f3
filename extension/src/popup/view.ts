// The popup's page from its state. Ids and data attributes stay the same, for tests and style alike.
import { type Counts, isNone } from "../counts";
import type { Readiness } from "../judge/judge";
import { choiceFor, isOn } from "../settings";
import type { Key, Say } from "../words";
import { type PairingActs, pairingPanel } from "./pairing-panel";
import type { State } from "./state";

export interface Acts extends PairingActs {
  again(): void;
  allow(): void;
  everywhere(on: boolean): void;
  site(on: boolean): void;
}

export function draw(main: HTMLElement, state: State, say: Say, acts: Acts): void {
  const focused = document.activeElement?.id;
  main.dataset["state"] = state.readiness?.kind ?? "asking";
  const parts = [
    status(state.readiness, say, acts),
    ...(wantsPairing(state.readiness) ? [pairingPanel(state.pairing, say, acts)] : []),
    ...(state.allowed ? [] : [permission(say, acts)]),
    page(state, say),
    switches(state, say, acts),
    element("footer", say("popupFooter")),
  ];
  main.replaceChildren(...parts);
  if (focused) document.getElementById(focused)?.focus();
}

const wantsPairing = (readiness: Readiness | null): boolean =>
  readiness?.kind === "unpaired" || (readiness?.kind === "ready" && readiness.unpaired === true);

function status(readiness: Readiness | null, say: Say, acts: Acts): HTMLElement {
  const panel = element("section");
  panel.className = "panel status";
  panel.id = "status";
  panel.setAttribute("role", "status");
  panel.setAttribute("aria-label", say("popupStatus"));
  const lamp = element("span");
  lamp.className = "lamp";
  const words = element("strong", readiness ? say(STATES[readiness.kind]) : say("popupAsking"));
  words.id = "status-words";
  const again = element("button", say("popupAgain"));
  again.id = "status-again";
  again.addEventListener("click", acts.again);
  panel.append(lamp, words, readiness && readiness.kind !== "ready" ? again : element("span"));
  if (!readiness) return panel;
  const detail = element("div", detailOf(readiness, say));
  detail.id = "status-detail";
  detail.className = "detail";
  if (readiness.kind === "unreachable")
    detail.append(element("code", "make run"), element("code", "python -m backend"));
  panel.append(detail);
  return panel;
}

const STATES: Readonly<Record<Readiness["kind"], Key>> = {
  ready: "popupReady",
  starting: "popupStarting",
  unpaired: "popupUnpaired",
  unreachable: "popupUnreachable",
  incompatible: "popupIncompatible",
};

function detailOf(readiness: Readiness, say: Say): string {
  if (readiness.kind === "starting") return say("popupStartingDetail");
  if (readiness.kind === "unpaired") return say("popupUnpairedDetail");
  if (readiness.kind === "unreachable") return say("popupUnreachableDetail");
  if (readiness.kind === "incompatible") return say("popupIncompatibleDetail");
  const { name, version } = readiness.model;
  return say("popupReadyDetail", say("cardModelValue", name, version), readiness.device);
}

function permission(say: Say, acts: Acts): HTMLElement {
  const panel = element("section", element("p", say("popupAllow")));
  panel.className = "panel";
  panel.id = "permission";
  const button = element("button", say("popupAllowButton"));
  button.id = "allow";
  button.className = "main";
  button.addEventListener("click", acts.allow);
  panel.append(button);
  return panel;
}

const COUNTED: readonly [keyof Counts, Key][] = [
  ["fake", "popupFake"],
  ["real", "popupReal"],
  ["unsure", "popupUnsure"],
  ["failed", "popupFailed"],
];

function page({ site, settings, report: { counts } }: State, say: Say): HTMLElement {
  const section = element("section", element("h2", say("popupThisPage")));
  section.id = "page";
  const note =
    site === null
      ? "popupNotHere"
      : !isOn(settings, site)
        ? "popupOff"
        : isNone(counts)
          ? "popupNoPictures"
          : null;
  if (note) {
    const text = element("p", say(note));
    text.className = "note";
    section.append(text);
    return section;
  }
  const list = element("dl");
  for (const [kind, words] of COUNTED) {
    const pair = element("div");
    pair.dataset["count"] = kind;
    if (counts[kind] > 0) pair.className = "some";
    const number = element("dd", String(counts[kind]));
    number.id = `count-${kind}`;
    pair.append(element("dt", say(words)), number);
    list.append(pair);
  }
  section.append(list);
  return section;
}

function switches({ site, settings }: State, say: Say, acts: Acts): HTMLElement {
  const section = element("section", element("h2", say("popupSwitches")));
  section.id = "switches";
  if (site !== null) {
    const words = site === "file" ? say("popupOnFiles") : say("popupOnSite", site);
    const here = toggle("switch-site", words, choiceFor(settings, site).on, acts.site);
    here.input.disabled = !settings.everywhere;
    section.append(here.label);
  }
  section.append(
    toggle("switch-everywhere", say("popupEverywhere"), settings.everywhere, acts.everywhere).label,
  );
  return section;
}

function toggle(id: string, words: string, on: boolean, act: (on: boolean) => void) {
  const input = document.createElement("input");
  input.type = "checkbox";
  input.setAttribute("role", "switch");
  input.id = id;
  input.checked = on;
  input.addEventListener("change", () => act(input.checked));
  const label = element("label", element("span", words));
  label.className = "switch";
  label.append(input);
  return { label, input };
}

function element(tag: string, content?: string | Element): HTMLElement {
  const made = document.createElement(tag);
  if (content !== undefined) made.append(content);
  return made;
}
