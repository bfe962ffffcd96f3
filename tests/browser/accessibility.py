"""axe-core on what the reader meets: pages of the extension, and badge, veil and card in a page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "extension" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of the page around, not of what we put into it.
PAGE_RULES = [
    "region",
    "page-has-heading-one",
    "landmark-one-main",
    "document-title",
    "html-has-lang",
    "bypass",
]
RUN = """async ([within, tags, off]) => {
  const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
  const options = { runOnly: { type: "tag", values: tags }, rules };
  const { violations, passes } = await axe.run(within ?? document, options);
  const told = ({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id}: ${target.flat().join(" ")}: ${failureSummary}`);
  return { violations: violations.flatMap(told), passed: passes.map(({ id }) => id) };
}"""


def check_accessible(page: Page, within: list[str] | None = None, least: tuple[str, ...] = ()) -> None:
    """Raises AssertionError with what axe-core finds in the page, or in what the selectors name alone.

    `least` are rules that must have found something to look at: else the check looked at nothing.
    """
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(RUN, [within, TAGS, PAGE_RULES if within else []])
    assert found["violations"] == [], "\n".join(found["violations"])
    assert set(least) <= set(found["passed"]), f"axe-core looked at {found['passed']} alone"
