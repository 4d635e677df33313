"""The tables of `docs/browsers.md` say what people see in each browser: here they are filled."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import TIMEOUT
from tests.browser.https.kinds import Kind
from tests.browser.https.names import CROSS_SITE, SAME_SITE
from tests.browser.https.tabs import PlaywrightTab, Tab
from tests.browser.https.walk import sign_in, walk
from tests.browser.https.webkit import webkit
from tests.browser.site.desk import Site

PAGE = Path(__file__).parents[3] / "docs" / "browsers.md"
SIGNED_IN, NOT_SIGNED_IN = 1, 2

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name.lower())]


@pytest.fixture
def tab(kind: Kind, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """The only tab of a browser that is empty at the start."""
    if kind is Kind.WEBKIT:
        with webkit() as opened:
            yield opened
        return
    browser_of: Callable[[Kind], Browser] = request.getfixturevalue("browser_of")
    with browser_of(kind).new_context() as context:
        context.set_default_timeout(TIMEOUT)
        yield PlaywrightTab(context.new_page())


def written(heading: str, kind: Kind, column: int) -> str:
    """What the page says in the table below that heading."""
    _, _, section = PAGE.read_text().partition(f"\n## {heading}\n")
    row = re.search(rf"^\| {re.escape(kind)} \|.*$", section.partition("\n## ")[0], re.MULTILINE)
    return row[0].split("|")[1:][column].strip() if row else "nothing"


@pytest.mark.parametrize(
    "names, heading",
    [
        pytest.param(SAME_SITE, "Same site", id="same-site"),
        pytest.param(CROSS_SITE, "Cross-site", id="cross-site"),
    ],
    indirect=["names"],
)
class TestWhatPeopleSee:
    def test_who_is_signed_in_on_the_site(
        self, tab: Tab, site: Site, chat_origin: str, heading: str, kind: Kind
    ) -> None:
        sign_in(tab, site.origin)
        assert walk(tab, chat_origin) == written(heading, kind, SIGNED_IN)

    def test_who_is_not_signed_in(self, tab: Tab, site: Site, chat_origin: str, heading: str, kind: Kind) -> None:
        assert walk(tab, chat_origin) == written(heading, kind, NOT_SIGNED_IN)
