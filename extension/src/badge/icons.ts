// The badges' icons, drawn in 16 x 16 units with the text's colour. Built node by node: a page's Trusted
// Types would refuse markup. Each has its own silhouette.
import type { Icon } from "./wording";

const SVG = "http://www.w3.org/2000/svg";

type Shape = [tag: "path" | "circle" | "rect", attributes: Record<string, string>];
const line = (d: string): Shape => [
  "path",
  {
    d,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "1.6",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  },
];
const ring = (r: string, more: Record<string, string> = {}): Shape => [
  "circle",
  { cx: "8", cy: "8", r, fill: "none", stroke: "currentColor", "stroke-width": "1.6", ...more },
];
const dot = (cx: string, cy: string, r: string): Shape => ["circle", { cx, cy, r, fill: "currentColor" }];

const SHAPES: Readonly<Record<Icon, readonly Shape[]>> = {
  // A warning triangle.
  fake: [line("M8 2.2 14.6 13.6H1.4Z"), line("M8 6.4v3.2"), dot("8", "11.6", "0.95")],
  // A lens: looked at, nothing found. No tick, which would promise more.
  real: [ring("6"), ring("2.4")],
  // A question mark.
  unsure: [
    line("M5.3 5.6A2.7 2.7 0 0 1 8 3c1.6 0 2.7 1 2.7 2.4C10.7 7.4 8 7.5 8 9.6"),
    dot("8", "12.6", "1.05"),
  ],
  // A label with its hole.
  label: [line("M8.6 2H14v5.4L7.6 13.8 2.2 8.4Z"), dot("11.2", "4.8", "1")],
  // A seal with its band.
  credentials: [ring("4", { cy: "6" }), line("M5.6 9.4 4.6 14.4 8 12.6l3.4 1.8-1-5")],
  // Crossed out: no answer.
  failed: [ring("6"), line("M3.9 3.9l8.2 8.2")],
  // Three dots.
  pending: [dot("3.2", "8", "1.4"), dot("8", "8", "1.4"), dot("12.8", "8", "1.4")],
};

export function drawIcon(icon: Icon, document: Document): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  for (const [tag, attributes] of SHAPES[icon]) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    svg.append(shape);
  }
  return svg;
}
