"""What a page looks like in Chromium: whether it fits, whether it can be read, and what stands on it."""

import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route

# Each piece of text that is to be seen, its colour, and the colours behind it from the nearest on.
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (["SCRIPT", "NOSCRIPT", "STYLE"].includes(element.tagName)) continue;
    const behind = [];
    for (let at = element; at; at = at.parentElement) behind.push(getComputedStyle(at).backgroundColor);
    found.push([walker.currentNode.data.trim(), getComputedStyle(element).color, behind]);
  }
  return found;
}"""
STICKING_OUT = """() => [...document.body.querySelectorAll("*")]
  .filter((element) => element.checkVisibility())
  .filter((element) => element.getBoundingClientRect().left < 0
    || element.getBoundingClientRect().right > document.documentElement.clientWidth
    || element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline")
  .map((element) => element.outerHTML.slice(0, 80))"""


def show(page: Page, origin: str, response: Any) -> None:
    """Show an answer of the site as its page, with its headers, its stylesheet and its scripts."""
    address = f"{origin}/shown"

    def answer(route: Route) -> None:
        headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
        route.fulfill(status=response.status_code, headers=headers, body=response.content)

    page.unroute(address)
    page.route(address, answer)
    page.goto(address)


def reveal(page: Page, state: str) -> None:
    """Show a part that a script shows in its time, in the place of those that it takes away then."""
    page.locator(state).evaluate_all("parts => parts.forEach((part) => { part.hidden = false; })")


def sticking_out(page: Page) -> list[str]:
    """The elements that are wider than the window, or than what they stand in."""
    found: list[str] = page.evaluate(STICKING_OUT)
    return found


def hard_to_read(page: Page, at_least: float = 4.5) -> list[tuple[str, float]]:
    """The texts whose contrast to what is behind them is less than WCAG 2.2 asks for (AA, texts of any size)."""
    contrasts = [
        (text, round(contrast(_channels(color), next(_opaque(behind))), 2))
        for text, color, behind in page.evaluate(TEXTS)
    ]
    assert contrasts
    return [(text, ratio) for text, ratio in contrasts if ratio < at_least]


def contrast(one: list[float], other: list[float]) -> float:
    """The contrast ratio of WCAG 2.2."""
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(channels: list[float]) -> float:
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _opaque(colors: list[str]) -> Iterator[list[float]]:
    for channels in map(_channels, colors):
        assert channels[3] in (0, 1), "a colour that lets shine through needs reckoning that is not here"
        if channels[3] == 1:
            yield channels


def _channels(color: str) -> list[float]:
    """Red, green, blue and alpha, from 0 to 1, of `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0)`."""
    red, green, blue, *alpha = [float(number) for number in re.findall(r"[\d.]+", color)]
    return [red / 255, green / 255, blue / 255, *(alpha or [1.0])]


def without_scripts(browser: Browser) -> BrowserContext:
    """A browser whose scripts are switched off."""
    return browser.new_context(java_script_enabled=False, viewport={"width": 760, "height": 480})
