"""The tables of `docs/browsers.md` say what people see in each browser: here they are filled."""

import pytest
from pytest_django import Settings

from tests.browser.https.kinds import Kind
from tests.browser.https.names import CROSS_SITE, SAME_SITE
from tests.browser.https.page import written
from tests.browser.https.tabs import Tab
from tests.browser.https.walk import sign_in, walk
from tests.browser.site.desk import Site

SIGNED_IN, NOT_SIGNED_IN = 0, 1

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", list(Kind), indirect=True, ids=Kind.id_of)]


@pytest.mark.parametrize(
    "names, cross_site, heading",
    [
        pytest.param(SAME_SITE, False, "Same site", id="same-site"),
        pytest.param(CROSS_SITE, False, "Cross-site", id="cross-site"),
        pytest.param(CROSS_SITE, True, "Cross-site, with ROCKETCHAT_CROSS_SITE", id="cross-site-on"),
    ],
    indirect=["names"],
)
class TestWhatPeopleSee:
    @pytest.fixture(autouse=True)
    def cross_site_setting(self, settings: Settings, cross_site: bool) -> None:
        settings.ROCKETCHAT_CROSS_SITE = cross_site

    def test_who_is_signed_in_on_the_site(
        self, tab: Tab, site: Site, chat_origin: str, heading: str, kind: Kind
    ) -> None:
        sign_in(tab, site.origin)
        assert walk(tab, chat_origin) == written(heading, kind)[SIGNED_IN]

    def test_who_is_not_signed_in(self, tab: Tab, site: Site, chat_origin: str, heading: str, kind: Kind) -> None:
        assert walk(tab, chat_origin) == written(heading, kind)[NOT_SIGNED_IN]
