"""The tables of `docs/browsers.md` say what people see in each browser: here they are filled."""

import pytest

from tests.browser.https.kinds import Kind
from tests.browser.https.names import CROSS_SITE, SAME_SITE
from tests.browser.https.page import written
from tests.browser.https.tabs import Tab
from tests.browser.https.walk import sign_in, walk
from tests.browser.site.desk import Site

SIGNED_IN, NOT_SIGNED_IN = 0, 1

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", list(Kind), indirect=True, ids=Kind.id_of)]


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
        assert walk(tab, chat_origin) == written(heading, kind)[SIGNED_IN]

    def test_who_is_not_signed_in(self, tab: Tab, site: Site, chat_origin: str, heading: str, kind: Kind) -> None:
        assert walk(tab, chat_origin) == written(heading, kind)[NOT_SIGNED_IN]
