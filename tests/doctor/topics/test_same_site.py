"""Whether site and chat are one site to browsers."""

import pytest
from pytest_django import Settings

from rocketchat_auth.doctor.topics import same_site
from rocketchat_auth.doctor.topics.same_site import TOPIC
from tests.doctor.conftest import Site


def test_a_site_that_is_as_it_should_be_is_fine(site: Site) -> None:
    assert site.examine(TOPIC) == []


@pytest.mark.parametrize(
    "url, chat",
    [
        ("https://www.example.com", "https://example.com"),
        ("https://www.example.com", "https://chat.example.com:3000"),
        ("http://localhost:8000", "http://localhost:3000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:3000"),
    ],
)
def test_hosts_of_one_domain_are_one_site(site: Site, settings: Settings, url: str, chat: str) -> None:
    site.patient.site = url
    settings.ROCKETCHAT_URL = chat

    assert site.examine(TOPIC) == []


class TestWithoutTheAddressOfTheSite:
    def test_it_is_not_known(self, site: Site) -> None:
        site.patient.site = ""

        [found] = site.examine(TOPIC)

        assert (found.number, found.severity) == ("D221", "unknown")

    def test_the_settings_may_tell_all_the_same(self, site: Site, settings: Settings) -> None:
        site.patient.site = ""
        settings.ALLOWED_HOSTS = ["localhost", ".example.net", "127.0.0.1"]

        told, found = site.examine(TOPIC)

        assert (told.number, found.number) == ("D221", "D222")
        assert "example.net and chat.example.com are two sites" in found.text

    @pytest.mark.parametrize("hosts", [["*"], [], ["localhost"], ["www.example.net", "www.example.com"]])
    def test_they_may_leave_it_open(self, site: Site, settings: Settings, hosts: list[str]) -> None:
        site.patient.site = ""
        settings.ALLOWED_HOSTS = hosts

        assert site.numbers(TOPIC) == ["D221"]


class TestTwoSites:
    @pytest.mark.parametrize(
        "value, words", [("Lax", "=Lax"), ("Strict", "=Strict"), (None, "=(not said)"), (False, "=(not said)")]
    )
    def test_keep_the_session_s_cookie_apart(self, site: Site, settings: Settings, value: object, words: str) -> None:
        settings.ROCKETCHAT_URL = "https://chat.example.net"
        settings.SESSION_COOKIE_SAMESITE = value

        [found] = site.examine(TOPIC)

        assert (found.number, found.severity) == ("D222", "problem")
        assert f"SameSite{words}." in found.text
        assert "below one domain" in found.mend
        assert "ROCKETCHAT_CROSS_SITE = True" in found.mend

    def test_may_be_provided_for(self, site: Site, settings: Settings) -> None:
        settings.ROCKETCHAT_URL = "https://chat.example.net"
        settings.ROCKETCHAT_CROSS_SITE = True

        [found] = site.examine(TOPIC)

        assert (found.number, found.severity) == ("D229", "fine")

    @pytest.mark.parametrize("chat", ["https://chat.example.co.uk", "https://example.github.io"])
    def test_are_told_by_the_list_of_public_suffixes(self, site: Site, settings: Settings, chat: str) -> None:
        site.patient.site = "https://www.other.co.uk" if chat.endswith("uk") else "https://other.github.io"
        settings.ROCKETCHAT_URL = chat

        assert site.numbers(TOPIC) == ["D222"]

    def test_differ_by_browser_where_the_cookie_crosses(self, site: Site, settings: Settings) -> None:
        settings.ROCKETCHAT_URL = "https://chat.example.net"
        settings.SESSION_COOKIE_SAMESITE = "None"
        settings.SESSION_COOKIE_SECURE = True

        [found] = site.examine(TOPIC)

        assert (found.number, found.severity) == ("D223", "problem")
        for browser in "Chrome", "Edge", "Firefox", "Safari":
            assert browser in found.why


class TestACookieThatBrowsersRefuse:
    @pytest.fixture(autouse=True)
    def _refused(self, settings: Settings) -> None:
        settings.SESSION_COOKIE_SAMESITE = "None"
        settings.SESSION_COOKIE_SECURE = False

    def test_is_found(self, site: Site) -> None:
        [found] = site.examine(TOPIC)

        assert (found.number, found.severity) == ("D230", "problem")
        assert "SESSION_COOKIE_SECURE = True" in found.mend

    def test_is_found_without_the_address_of_the_site(self, site: Site) -> None:
        site.patient.site = ""

        assert set(site.numbers(TOPIC)) == {"D221", "D230"}

    def test_is_sent_by_no_browser_from_another_site(self, site: Site, settings: Settings) -> None:
        settings.ROCKETCHAT_URL = "https://chat.example.net"

        refused, stays = site.examine(TOPIC)

        assert (refused.number, stays.number) == ("D230", "D222")
        assert "SameSite=None without Secure." in stays.text

    def test_is_refused_also_where_two_sites_are_provided_for(self, site: Site, settings: Settings) -> None:
        settings.ROCKETCHAT_URL = "https://chat.example.net"
        settings.ROCKETCHAT_CROSS_SITE = True

        assert set(site.numbers(TOPIC)) == {"D230", "D229"}

    def test_is_taken_once_it_is_secure(self, site: Site, settings: Settings) -> None:
        settings.SESSION_COOKIE_SECURE = True

        assert site.examine(TOPIC) == []


class TestSchemes:
    def test_a_chat_without_https_is_another_site_to_chrome(self, site: Site, settings: Settings) -> None:
        settings.ROCKETCHAT_URL = "http://chat.example.com"

        assert site.numbers(TOPIC) == ["D224"]

    def test_a_site_without_https_is_blocked_in_a_chat_that_has_it(self, site: Site) -> None:
        site.patient.site = "http://www.example.com"

        assert site.numbers(TOPIC) == ["D225"]

    @pytest.mark.parametrize(
        "names", [["SESSION_COOKIE_SECURE"], ["CSRF_COOKIE_SECURE"], ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]]
    )
    def test_secure_cookies_need_https(self, site: Site, settings: Settings, names: list[str]) -> None:
        site.patient.site = "http://www.example.com"
        settings.ROCKETCHAT_URL = "http://chat.example.com"
        for name in names:
            setattr(settings, name, True)

        [found] = site.examine(TOPIC)

        assert (found.number, found.severity) == ("D226", "problem")
        assert f", and {', '.join(names)} is True" in found.text

    def test_this_machine_needs_no_https(self, site: Site, settings: Settings) -> None:
        site.patient.site = "http://localhost:8000"
        settings.ROCKETCHAT_URL = "http://localhost:3000"
        settings.SESSION_COOKIE_SECURE = True

        assert site.examine(TOPIC) == []


class TestNetworks:
    @pytest.mark.parametrize(
        "www, chat", [("10.0.0.7", "93.184.215.14"), ("127.0.0.1", "93.184.215.14"), ("127.0.1.1", "10.0.0.7")]
    )
    def test_a_site_in_a_more_private_network_is_found(self, site: Site, www: str, chat: str) -> None:
        site.look_up(www=www, chat=chat)

        [found] = site.examine(TOPIC)

        assert (found.number, found.severity) == ("D227", "warning")
        assert f"www.example.com is at {www} and chat.example.com at {chat}" in found.text

    @pytest.mark.parametrize(
        "www, chat", [("10.0.0.7", "10.0.0.8"), ("93.184.215.14", "10.0.0.8"), ("127.0.0.1", "127.0.0.1")]
    )
    def test_a_site_in_the_same_or_a_more_public_network_is_fine(self, site: Site, www: str, chat: str) -> None:
        site.look_up(www=www, chat=chat)

        assert site.examine(TOPIC) == []

    def test_a_name_that_nobody_knows_is_found(self, site: Site) -> None:
        site.look_up(www="93.184.215.14")

        [found] = site.examine(TOPIC)

        assert (found.number, found.severity) == ("D228", "unknown")
        assert "chat.example.com" in found.text


def test_each_finding_has_an_id_of_its_own() -> None:
    numbers = [finding.number for finding in same_site.FINDINGS]

    assert numbers == [f"D{number}" for number in range(221, 231)]
