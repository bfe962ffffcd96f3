// Builds the nodes of our own pages. Text is always text: nothing here takes markup.
type Content = string | Node | null | undefined | false;

interface Given {
  readonly id?: string;
  readonly class?: string;
  readonly [attribute: string]: string | undefined;
}

export function make(tag: string, given: Given = {}, ...content: Content[]): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) if (value !== undefined) made.setAttribute(name, value);
  made.append(
    ...content.filter((each): each is string | Node => each !== null && each !== undefined && each !== false),
  );
  return made;
}

export function button(id: string, words: string, press: () => void, className?: string): HTMLElement {
  const made = make("button", { id, type: "button", ...(className && { class: className }) }, words);
  made.addEventListener("click", press);
  return made;
}

/** A switch with its words. */
export function toggle(id: string, words: string, on: boolean, act: (on: boolean) => void, more?: string) {
  const input = make("input", { id, type: "checkbox", role: "switch" }) as HTMLInputElement;
  input.checked = on;
  input.addEventListener("change", () => act(input.checked));
  const note = more && make("small", { id: `${id}-more` }, more);
  if (note) input.setAttribute("aria-describedby", `${id}-more`);
  const label = make("label", { class: "switch", for: id }, make("span", {}, words, note), input);
  return { label, input };
}

/** A list to choose one from. */
export function choice<T extends string>(
  id: string,
  words: string,
  options: readonly (readonly [T, string])[],
  chosen: T,
  act: (value: T) => void,
): HTMLElement {
  const select = make("select", { id }) as HTMLSelectElement;
  for (const [value, text] of options) select.append(make("option", { value }, text));
  select.value = chosen;
  select.addEventListener("change", () => act(select.value as T));
  return make("label", { class: "choice", for: id }, make("span", {}, words), select);
}

export function section(id: string, title: string, ...content: Content[]): HTMLElement {
  return make(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    make("h2", { id: `${id}-title` }, title),
    ...content,
  );
}

/** Draws anew without losing the keyboard's place. */
export function redraw(main: HTMLElement, ...content: Content[]): void {
  const focused = document.activeElement?.id;
  main.replaceChildren(...content.filter((each): each is string | Node => Boolean(each)));
  if (focused) document.getElementById(focused)?.focus();
}

/** The page's language and direction are those of its words, which need not be the browser's. */
export function speak({ language, direction }: { language: string; direction: string }): void {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
}
