// The list of a page's fakes, in the popup and the side panel. A click brings the picture into sight.
import { wordingOf } from "../badge/wording";
import type { TabReport } from "../counts";
import type { Say } from "../words";
import { button, make } from "./element";

export type Listed = TabReport["fakes"][number];

export function fakeList(
  fakes: readonly Listed[],
  small: ReadonlyMap<string, string>,
  gone: string | null, // the address of the one that was looked for in vain
  say: Say,
  go: (fake: Listed) => void,
): HTMLElement {
  const list = make("ol", { class: "pictures", id: "fakes-list" });
  for (const [index, fake] of fakes.entries()) {
    const { judged, address } = fake;
    const { words, tooltip } = wordingOf({ kind: "judged", judged, by: "backend" }, say);
    const press = button(`fake-${index}`, "", () => go(fake));
    press.append(
      preview(small.get(judged.picture.sha256)),
      make("span", {}, make("b", {}, words), make("small", {}, tooltip)),
    );
    const missing = address === gone && make("p", { class: "note", role: "status" }, say("listGone"));
    list.append(make("li", {}, press, missing));
  }
  return list;
}

export function preview(url: string | undefined): HTMLElement {
  return url
    ? make("img", { src: url, alt: "", width: "44", height: "44" })
    : make("span", { class: "no-preview" });
}
