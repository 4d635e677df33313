"""What a person sees who wants into chat, and does what is offered to them until they are in or nothing is offered."""

from collections.abc import Callable
from enum import StrEnum

from tests.browser.chat import PASSWORD
from tests.browser.https.tabs import Tab, wait_until

_TOP = "[document.body?.dataset.state ?? '', document.body?.dataset.pending ?? '']"
_FRAMED = "[document.readyState, document.body?.innerText ?? '', document.documentElement.dataset.met ?? '']"
_MEET = "document.documentElement.dataset.met = 'yes'"


class Sight(StrEnum):
    """What there is to see; the values are what the documentation says."""

    CHAT = "chat"
    LOGIN_PAGE = "login page"
    STORAGE_ACCESS = "“Use my sign-in”"
    WINDOW = "“Open the window”"
    CSRF = "“CSRF verification failed”"
    REFUSED = "refused"


# How the pages in the frame are told apart: by words that are visible in them, the first that are found.
_WORDS = {
    "CSRF verification failed": Sight.CSRF,
    "Password:": Sight.LOGIN_PAGE,
    "Use my sign-in": Sight.STORAGE_ACCESS,
    "Open the window": Sight.WINDOW,
    "Reference": Sight.REFUSED,
}


def _fill_in_login_form(tab: Tab, *, framed: bool = True) -> None:
    tab.fill("Username", "ada", framed=framed)
    tab.fill("Password", PASSWORD, framed=framed)
    tab.press("Log in", framed=framed)


def _let_the_site_have_its_cookies(tab: Tab) -> None:
    tab.press_and_agree(Sight.STORAGE_ACCESS.strip("“”"), framed=True)


def _go_through_the_window(tab: Tab) -> None:
    tab.press(Sight.WINDOW.strip("“”"), framed=True)
    window = wait_until(tab.window)
    if "Password:" in wait_until(lambda: shown(window, "Password:", "Continue as")):
        _fill_in_login_form(window, framed=False)
        wait_until(lambda: shown(window, "Continue as"))
    window.press("Continue as")


def shown(tab: Tab, *words: str) -> str | None:
    """What is to be read in the tab, once it is some of these words."""
    text = tab.ask("document.body?.innerText") or ""
    return text if any(word in text for word in words) else None


# What a person does about what they see; where there is nothing, they have come to the end.
_ACTIONS: dict[Sight, Callable[[Tab], None]] = {
    Sight.LOGIN_PAGE: _fill_in_login_form,
    Sight.STORAGE_ACCESS: _let_the_site_have_its_cookies,
    Sight.WINDOW: _go_through_the_window,
}


def sign_in(tab: Tab, site: str) -> None:
    """Sign in on the site itself."""
    tab.go(f"{site}/login/")
    _fill_in_login_form(tab, framed=False)
    wait_until(lambda: shown(tab, "Signed in as"))


def walk(tab: Tab, chat: str) -> str:
    """Go to the chat, and on from sight to sight, each once; all that was seen, in order."""
    tab.go(f"{chat}/home")
    seen: list[Sight] = []
    while True:
        sight = _next_sight(tab, seen[-1] if seen else None)
        done = sight in seen
        seen.append(sight)
        if done or sight not in _ACTIONS:
            return " → ".join(seen)
        tab.ask(_MEET, framed=True)
        _ACTIONS[sight](tab)


def _next_sight(tab: Tab, former: Sight | None) -> Sight:
    """Wait for a sight: another one than the former, or the same one in a page that was loaded anew."""

    def look() -> Sight | None:
        sight, is_met = _look(tab)
        return None if sight is former and is_met else sight

    return wait_until(look)


def _look(tab: Tab) -> tuple[Sight | None, bool]:
    """What there is to see at this moment, and whether it is in a page in which something was done already."""
    state, pending = tab.ask(_TOP) or ("", "")
    if pending != "0":
        return None, False
    if state == "home":
        return Sight.CHAT, False
    ready, text, met = tab.ask(_FRAMED, framed=True) or ("", "", "")
    if ready != "complete":
        return None, False
    return next((sight for words, sight in _WORDS.items() if words in text), None), bool(met)
