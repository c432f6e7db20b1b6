"""A person at a browser: counts taps and typed letters, and looks at every page that opens.

Looking means: axe finds nothing (target-size on), nothing scrolls sideways, one h1, the language is told, and nothing
came from another host, was refused by the policy or went wrong in a script.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request

AXE = Axe()
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}


class Walker:
    """One person with one browser window."""

    def __init__(self, context: BrowserContext, base: str, *, js: bool = True, language: str = "th") -> None:
        self.context, self.base, self.js, self.language = context, base, js, language
        self.taps = 0
        self.typed = 0
        self.pages: list[str] = []
        self.faults: list[str] = []
        context.on("request", self._outside)
        self.page: Page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))

    def _outside(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:", "about:")):
            self.faults.append(f"asked another host: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    # --- moving -------------------------------------------------------------------------------------------------

    def open(self, path: str, *, status: int = 200) -> Page:
        """Tap a link that is not on a page: the camera's notice, a message."""
        self.taps += 1
        answer = self.page.goto(path if path.startswith("http") else self.base + path)
        assert answer is not None
        assert answer.status == status, f"{path} answers {answer.status}"
        self.look()
        return self.page

    def go(self, target: str | Locator) -> Page:
        """Tap something that opens another page."""
        locator = self.page.locator(target) if isinstance(target, str) else target
        self.taps += 1
        with self.page.expect_navigation():
            locator.click()
        self.look()
        return self.page

    def tick(self, target: str | Locator) -> None:
        """Tap a choice: the words beside it, as a thumb does."""
        locator = self.page.locator(target) if isinstance(target, str) else target
        self.taps += 1
        words = self.page.locator("label").filter(has=locator)
        (words if words.count() else locator).click()
        assert locator.is_checked()

    def write(self, target: str, text: str) -> None:
        """Type into a field."""
        self.typed += len(text)
        self.page.locator(target).fill(text)

    def start_counting(self) -> None:
        self.taps = self.typed = 0

    def sign_in(self, username: str, password: str, *, next_page: str = "") -> None:
        """Through the real page; ends where it leads."""
        if next_page or "/sign-in" not in self.page.url:
            self.open(f"/sign-in?next={next_page or '/'}")
        self.write("input[name=username]", username)
        self.write("input[name=password]", password)
        self.go("form[action$='/sign-in'] button.primary")
        assert "/sign-in" not in self.page.url, self.page.locator("main").inner_text()

    # --- looking ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """What must hold on every page."""
        self.page.wait_for_load_state()
        where = self.page.url.removeprefix(self.base)
        self.pages.append(where)
        if self.js:
            self._measure(where)
            for violation in AXE.run(self.page, options=RULES).response["violations"]:
                targets = [node["target"] for node in violation["nodes"]][:3]
                self.faults.append(f"{where}: axe {violation['id']} {targets}")
        else:
            assert self.page.locator("h1").count() == 1, where
        assert self.faults == [], "\n".join(self.faults)

    def _measure(self, where: str) -> None:
        found: dict[str, Any] = self.page.evaluate(
            """() => ({
                wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
                heads: document.querySelectorAll('h1').length,
                lang: document.documentElement.lang,
                title: document.title,
                ids: [...document.querySelectorAll('[id]')].map(e => e.id),
                primary: [...document.querySelectorAll('main .button.primary')].filter(e => e.checkVisibility()).length,
            })"""
        )
        if found["wide"] > 0:
            self.faults.append(f"{where}: scrolls sideways by {found['wide']} px")
        if found["heads"] != 1:
            self.faults.append(f"{where}: {found['heads']} h1")
        if found["lang"] != self.language:
            self.faults.append(f"{where}: lang={found['lang']}")
        if not found["title"].strip():
            self.faults.append(f"{where}: no title")
        doubled = {name for name in found["ids"] if found["ids"].count(name) > 1}
        if doubled:
            self.faults.append(f"{where}: ids twice {doubled}")

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()
