// Walks a page's elements through its open shadow roots.
export type Root = Document | ShadowRoot;

/** The node and all below it, open shadow roots included. */
export function* everyElement(node: Root | Element): Generator<Element> {
  if (node instanceof Element) {
    yield node;
    if (node.shadowRoot) yield* everyElement(node.shadowRoot);
  }
  for (const each of node.querySelectorAll("*")) {
    yield each;
    if (each.shadowRoot) yield* everyElement(each.shadowRoot);
  }
}
