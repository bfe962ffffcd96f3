// The popup's panel for pairing: first a button, then a field for the code that the service shows.
import type { Pairing, Trouble } from "../judge/pairing";
import type { Key, Say } from "../words";

export interface PairingActs {
  pair(): void;
  code(typed: string): void;
}

const TROUBLES: Readonly<Record<Trouble, Key>> = {
  wrong_code: "pairWrongCode",
  ended: "pairEnded",
  locked: "pairLocked",
  unreachable: "pairUnreachable",
};

export function pairingPanel(pairing: Pairing, say: Say, acts: PairingActs): HTMLElement {
  const panel = document.createElement("section");
  panel.className = "panel";
  panel.id = "pairing";
  panel.append(text("p", say(pairing.kind === "open" ? "pairType" : "pairWhy")));
  panel.append(
    ...(pairing.kind === "open" ? [codeForm(say, acts)] : [button("pair", say("pairButton"), acts.pair)]),
  );
  if (pairing.trouble) {
    const trouble = text("p", say(TROUBLES[pairing.trouble]));
    trouble.id = "pair-trouble";
    trouble.className = "trouble";
    trouble.setAttribute("role", "alert");
    panel.append(trouble);
  }
  return panel;
}

function codeForm(say: Say, acts: PairingActs): HTMLElement {
  const form = document.createElement("form");
  const input = document.createElement("input");
  input.id = "pair-code";
  input.autocomplete = "one-time-code";
  input.inputMode = "numeric";
  input.maxLength = 9; // six digits, and room for spaces
  input.required = true;
  input.placeholder = "000 000";
  input.setAttribute("aria-label", say("pairCodeLabel"));
  input.value = (document.getElementById("pair-code") as HTMLInputElement | null)?.value ?? ""; // redrawn while typing
  const send = text("button", say("pairSend")) as HTMLButtonElement;
  send.id = "pair-send";
  send.className = "main";
  send.type = "submit";
  form.append(input, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    acts.code(input.value);
    input.value = "";
  });
  return form;
}

function button(id: string, words: string, act: () => void): HTMLElement {
  const made = text("button", words) as HTMLButtonElement;
  made.id = id;
  made.className = "main";
  made.addEventListener("click", act);
  return made;
}

function text(tag: string, words: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}
