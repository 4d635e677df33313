import pytest
from pytest_django import Settings

from rocketchat_auth.setting_up.site import BadSite, Site


@pytest.mark.parametrize(
    "address, login_url, iframe_url, api_url",
    [
        (
            "https://www.example.com/",
            "login",
            "https://www.example.com/login/?next=/rocketchat/redirect",
            "https://www.example.com/rocketchat/api",
        ),
        (
            "HTTPS://WWW.example.com:443",
            "/admin/login/",
            "https://www.example.com/admin/login/?next=/rocketchat/redirect",
            "https://www.example.com/rocketchat/api",
        ),
        (
            "http://localhost:8000",
            "/login/?by=mail",
            "http://localhost:8000/login/?by=mail&next=/rocketchat/redirect",
            "http://localhost:8000/rocketchat/api",
        ),
        (
            "https://example.com/site",
            "https://login.example.com/",
            "https://login.example.com/?next=/rocketchat/redirect",
            "https://example.com/site/rocketchat/api",
        ),
        (
            "https://example.com/rocketchat",
            "/login/",
            "https://example.com/rocketchat/login/?next=/rocketchat/redirect",
            "https://example.com/rocketchat/api",
        ),
    ],
    ids=["by name", "by path", "with a query", "elsewhere", "below a path that is in the URLconf"],
)
def test_the_addresses_are_those_of_the_site(
    settings: Settings, address: str, login_url: str, iframe_url: str, api_url: str
) -> None:
    settings.LOGIN_URL = login_url

    site = Site.at(address)

    assert (site.iframe_url, site.api_url) == (iframe_url, api_url)


@pytest.mark.parametrize(
    "address", ["", "www.example.com", "https://user@www.example.com", "https://www.example.com#a"]
)
def test_others_are_none(address: str) -> None:
    with pytest.raises(BadSite):
        Site.at(address)
