// The looks of badge and card, inside their shadow roots. A constructed sheet is no inline style: a page's
// content security policy does not refuse it.
//
// A page's own rules reach the host element (`.grid > * { width: 100% }`). In a :host rule, "important" wins
// over whatever the page says. One by one, not `all`: that would undo the anchor, which must stand inline,
// in the scope of the picture's name; and inline, `all` is 250 declarations on every badge.
const HOST = `
  :host { margin: 0 !important; padding: 0 !important; border: 0 !important; outline: 0 !important;
    right: auto !important; bottom: auto !important; min-width: 0 !important; min-height: 0 !important;
    max-width: none !important; max-height: none !important; height: auto !important; float: none !important;
    background: none !important; box-shadow: none !important; border-radius: 0 !important;
    opacity: 1 !important; visibility: inherit !important; filter: none !important; backdrop-filter: none !important;
    clip-path: none !important; mask: none !important; mix-blend-mode: normal !important; overflow: visible !important;
    transform: none !important; translate: none !important; rotate: none !important; scale: none !important;
    transition: none !important; animation: none !important; contain: none !important; zoom: 1 !important;
    pointer-events: auto !important; direction: ltr !important; display: block !important;
    place-self: auto !important; position-area: none !important;
    position-try: none !important; position-visibility: anchors-visible !important; }
`;
const COLOURS = `${HOST}
  :host { --ground: #ffffffeb; --ink: #3c4043; --edge: #00000029; --soft: #5f6368; --line: #e3e5e8;
          --fake: #b3261e; --fake-ink: #ffffff; --focus: #1a56c4; color-scheme: light; }
  @media (prefers-color-scheme: dark) {
    :host { --ground: #26282bec; --ink: #e8eaed; --edge: #ffffff47; --soft: #a7abb0; --line: #44474b;
            --focus: #a8c7fa; color-scheme: dark; }
  }
  * { box-sizing: border-box; }
  .pill, .card { all: initial; box-sizing: border-box; }
  .icon { flex: none; width: 16px; height: 16px; display: block; }
`;

const BADGE = `${COLOURS}
  :host { width: auto !important;
          top: calc(anchor(top, -9999px) + 8px + var(--candid-y, 0px)) !important;
          left: calc(anchor(left, -9999px) + 8px + var(--candid-x, 0px)) !important; }
  .pill { display: flex; align-items: center; gap: 5px; height: 24px; padding: 0 9px 0 6px; border-radius: 12px;
          background: var(--ground); color: var(--ink); white-space: nowrap; cursor: pointer;
          font: 600 12px/24px system-ui, sans-serif; letter-spacing: .1px;
          box-shadow: 0 0 0 1px var(--edge), 0 1px 4px #0000004d; user-select: none; }
  .pill[data-mark="fake"] { background: var(--fake); color: var(--fake-ink); box-shadow: 0 0 0 1px #ffffff8c, 0 1px 4px #0006; }
  .pill[data-mark="real"] { font-weight: 500; }
  .pill[data-mark="failed"], .pill[data-mark="pending"] { padding: 0 4px; opacity: .85; }
  .pill[data-mark="failed"] .word, .pill[data-mark="pending"] .word { display: none; }
  .pill[data-mark="pending"] { cursor: default; animation: appear .2s both; }
  .pill[data-mark="pending"] circle { animation: wait 1.2s infinite ease-in-out; }
  .pill[data-mark="pending"] circle:nth-child(2) { animation-delay: .2s; }
  .pill[data-mark="pending"] circle:nth-child(3) { animation-delay: .4s; }
  :host([data-silent]) { display: none !important; }
  .pill.compact { padding: 0 4px; }
  .pill.compact .word { display: none; }
  :host(:focus-visible) .pill { outline: 3px solid var(--focus); outline-offset: 2px; }
  .pill.pointed { outline: 4px solid var(--focus); outline-offset: 3px; animation: point .6s 3 ease-in-out; }
  @keyframes point { 50% { outline-color: transparent; } }
  @keyframes appear { from { opacity: 0; } }
  @keyframes wait { 50% { opacity: .25; } }
  @media (prefers-reduced-motion: reduce) { .pill, .pill * { animation: none !important; } }
  @media (forced-colors: active) { .pill { border: 1px solid CanvasText; background: Canvas; color: CanvasText; opacity: 1; }
    .pill[data-mark="fake"] { border-width: 3px; padding-inline: 4px 7px; } }
`;

const COVER = `
  :host { top: anchor(top, -9999px) !important; left: anchor(left, -9999px) !important;
          width: anchor-size(width, 0px) !important; height: anchor-size(height, 0px) !important; }
`;

const VEIL = `${COLOURS}${COVER}
  :host { cursor: pointer !important; overflow: hidden !important; display: grid !important; place-items: center !important;
          border-radius: var(--candid-round, 0) !important;
          background: #0b0c0ef2 !important; }
  :host([data-mode="blur"]) { background: #0b0c0e4d !important; backdrop-filter: blur(28px) saturate(.6) !important; }
  .note { all: initial; box-sizing: border-box; display: flex; align-items: center; gap: 7px; max-width: calc(100% - 16px); padding: 5px 12px;
          border-radius: 16px; background: #0b0c0ecc; color: #ffffff; cursor: pointer; text-align: center; overflow-wrap: anywhere;
          font: 600 13px/1.4 system-ui, sans-serif; box-shadow: 0 0 0 1px #ffffff59; direction: inherit; }
  :host(:hover) .note { background: #3c4043; }
  :host(:focus-visible) .note { outline: 3px solid #a8c7fa; outline-offset: 2px; }
  @media (forced-colors: active) { :host { background: Canvas !important; border: 2px solid CanvasText !important; forced-color-adjust: none; }
    .note { background: ButtonFace; color: ButtonText; border: 1px solid ButtonBorder; } }
`;

const HEAT = `${HOST}${COVER}
  :host { pointer-events: none !important; }
  canvas { display: block; box-sizing: border-box; width: 100%; height: 100%; opacity: .8; }
`;

/** What stands in a card, at a picture or in the side panel. */
const INSIDE = `
  .card:focus { outline: none; }
  .card { display: block; width: 100%; max-height: calc(100vh - 16px); overflow: auto; padding: 14px 16px; border-radius: 14px;
          background: var(--solid); color: var(--ink);
          font: 400 13px/1.45 system-ui, sans-serif; box-shadow: 0 0 0 1px var(--edge), 0 8px 28px #0000004d; }
  :host { --solid: #ffffff; }
  @media (prefers-color-scheme: dark) { :host { --solid: #26282b; } }
  .head { display: flex; align-items: center; gap: 9px; margin-bottom: 6px; }
  .head .icon { width: 20px; height: 20px; }
  h2 { flex: 1; margin: 0; font-size: 16px; line-height: 1.3; font-weight: 650; }
  .seal { display: grid; place-items: center; width: 32px; height: 32px; border-radius: 50%; flex: none;
          background: color-mix(in srgb, var(--ink) 10%, transparent); }
  [data-mark="fake"] .seal { background: var(--fake); color: var(--fake-ink); }
  p { margin: 0 0 10px; color: var(--soft); }
  h3 { margin: 12px 0 4px; font-size: 11px; font-weight: 650; letter-spacing: .5px; text-transform: uppercase; color: var(--soft); }
  .chance { display: flex; justify-content: space-between; font-weight: 600; }
  .bar { height: 6px; margin: 5px 0 2px; border-radius: 3px; background: var(--line); overflow: hidden; }
  .bar > div { height: 100%; border-radius: 3px; background: var(--soft); }
  [data-mark="fake"] .bar:not(.aside) > div { background: var(--fake); }
  ul { list-style: none; margin: 0; padding: 0; }
  li { padding: 5px 0; border-top: 1px solid var(--line); }
  li:first-child { border-top: 0; }
  li b { font-weight: 600; }
  li div { color: var(--soft); overflow-wrap: anywhere; }
  em { padding: 1px 6px; border-radius: 8px; font-style: normal; font-size: 11px; font-weight: 600; white-space: nowrap;
       background: color-mix(in srgb, var(--ink) 10%, transparent); }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 10px 0 0; padding-top: 9px;
       border-top: 1px solid var(--line); font-size: 12px; color: var(--soft); }
  dt, dd { margin: 0; overflow-wrap: anywhere; }
  dd { text-align: end; }
  button { font: inherit; color: inherit; cursor: pointer; border: 0; background: none; border-radius: 8px; }
  button:hover { background: color-mix(in srgb, var(--ink) 9%, transparent); }
  button:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
  .close { width: 30px; height: 30px; margin: -4px -6px 0 0; font-size: 18px; line-height: 1; align-self: start; }
  .again, .doings button, fieldset button { padding: 5px 11px; font-weight: 600; box-shadow: inset 0 0 0 1px var(--line); }
  .doings { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 12px; }
  [aria-pressed="true"], [aria-expanded="true"] { background: color-mix(in srgb, var(--ink) 12%, transparent); }
  fieldset { margin: 10px 0 0; padding: 8px 12px 10px; border: 1px solid var(--line); border-radius: 10px; }
  legend { padding: 0 4px; font-weight: 600; }
  fieldset button { margin-inline-end: 6px; }
  .small { margin: 6px 0 0; font-size: 12px; }
  .progress { height: 3px; margin: 10px 0 4px; border-radius: 2px; background: var(--line); overflow: hidden; }
  .progress > div { width: 40%; height: 100%; background: var(--soft); animation: pass 1.2s infinite ease-in-out; }
  @keyframes pass { from { transform: translateX(-100%); } to { transform: translateX(250%); } }
  @media (pointer: coarse) { .again, .doings button, fieldset button { min-height: 40px; padding: 8px 13px; }
    .close { width: 40px; height: 40px; margin: -8px -10px 0 0; } }
  @media (prefers-reduced-motion: reduce) { .progress > div { animation: none; width: 100%; opacity: .5; } }
  @media (forced-colors: active) { .card { border: 1px solid CanvasText; } .bar { border: 1px solid CanvasText; }
    .bar > div { background: Highlight !important; forced-color-adjust: none; } }
`;

const CARD = `${COLOURS}${INSIDE}
  :host { position: fixed !important; z-index: 2147483647 !important; }
`;

const PANEL = `${COLOURS}${INSIDE}
  .card { max-height: none; box-shadow: 0 0 0 1px var(--edge); }
  .frame { position: relative; margin-bottom: 10px; border-radius: 12px; overflow: hidden; background: var(--line); }
  .frame img { display: block; max-width: 100%; max-height: 320px; margin: 0 auto; }
  .frame canvas { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; opacity: .8; }
`;

const SHEETS = { badge: BADGE, veil: VEIL, heat: HEAT, card: CARD, panel: PANEL };
const made = new Map<keyof typeof SHEETS, CSSStyleSheet>();

export function dress(root: ShadowRoot, which: keyof typeof SHEETS): void {
  let sheet = made.get(which);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEETS[which]);
    made.set(which, sheet);
  }
  root.adoptedStyleSheets = [sheet];
}
