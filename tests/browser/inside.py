"""Looks into the closed shadow roots of badges and cards, through Chromium's debugger.

A page's scripts cannot reach what stands there, and neither can playwright's locators.
"""

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page

LOOK = 0.1  # s between two looks


@dataclass(frozen=True)
class Inside:
    """What stands in the closed root of a host element of ours."""

    session: CDPSession
    host: int  # the debugger's node
    root: int

    def find(self, selector: str) -> int | None:
        found = self.session.send("DOM.querySelector", {"nodeId": self.root, "selector": selector})
        return found["nodeId"] or None

    def text(self, selector: str) -> str:
        return str(self._call(selector, "function () { return this.textContent; }"))

    def attribute(self, selector: str, name: str) -> str | None:
        got: str | None = self._call(selector, f"function () {{ return this.getAttribute('{name}'); }}")
        return got

    def style(self, selector: str, name: str) -> str:
        """Computed."""
        return str(
            self._call(
                selector, f"function () {{ return getComputedStyle(this).getPropertyValue('{name}'); }}"
            )
        )

    def press(self, selector: str) -> None:
        self._call(selector, "function () { this.click(); }")

    def wait_for(self, selector: str, timeout: float = 10.0) -> None:
        until = time.monotonic() + timeout
        while self.find(selector) is None:
            assert time.monotonic() < until, f"{selector} did not come within {timeout:.0f} s"
            time.sleep(LOOK)

    def show_to_the_page(self) -> None:
        """The page's scripts can go from the host into the root, as if it were open: axe-core does."""
        root = self.session.send("DOM.resolveNode", {"nodeId": self.root})["object"]["objectId"]
        host = self.session.send("DOM.resolveNode", {"nodeId": self.host})["object"]["objectId"]
        declaration = "function (root) { Object.defineProperty(this, 'shadowRoot', { get: () => root }); }"
        self.session.send(
            "Runtime.callFunctionOn",
            {"objectId": host, "functionDeclaration": declaration, "arguments": [{"objectId": root}]},
        )

    def _call(self, selector: str, declaration: str) -> Any:
        node = self.find(selector)
        assert node is not None, f"there is no {selector}"
        held = self.session.send("DOM.resolveNode", {"nodeId": node})["object"]["objectId"]
        answer = self.session.send(
            "Runtime.callFunctionOn",
            {"objectId": held, "functionDeclaration": declaration, "returnByValue": True},
        )
        return answer["result"].get("value")


def inside(page: Page, selector: str) -> Inside:
    """Of the first host element that fits."""
    session = page.context.new_cdp_session(page)
    # With all of the tree, so that the nodes in closed roots have numbers, too.
    document = session.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
    host = session.send("DOM.querySelector", {"nodeId": document["nodeId"], "selector": selector})["nodeId"]
    assert host, f"there is no {selector}"
    described = _node(document, host)
    assert described is not None
    [root] = described["shadowRoots"]
    assert root["shadowRootType"] == "closed", f"{selector} can be reached by the page"
    return Inside(session, host, root["nodeId"])


def _node(tree: dict[str, Any], number: int) -> dict[str, Any] | None:
    if tree["nodeId"] == number:
        return tree
    for name in ("children", "shadowRoots"):
        for each in tree.get(name, []):
            if found := _node(each, number):
                return found
    document = tree.get("contentDocument")
    return _node(document, number) if document else None
