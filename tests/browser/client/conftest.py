from collections.abc import Callable, Iterator

import httpx2
import pytest
from playwright.sync_api import Page

from rocketchat_auth.testing import StandIn, StandInServer
from tests.browser.chat import PASSWORD, Chat
from tests.browser.scripted_site import ScriptedSite
from tests.browser.serving import serve


@pytest.fixture
def site() -> Iterator[ScriptedSite]:
    """A site on an origin of its own; it answers 401 until it is told otherwise."""
    scripted = ScriptedSite()
    with serve(scripted) as origin:
        scripted.origin = origin
        yield scripted


@pytest.fixture
def chat(stand_in_server: StandInServer, site: ScriptedSite, page: Page) -> Chat:
    """A tab for the stand-in, whose iframe login is set to the scripted site; there is a user `ada`."""
    stand_in_server.stand_in.settings.update(
        Accounts_iframe_enabled=True,
        Accounts_iframe_url=f"{site.origin}/login",
        Accounts_Iframe_api_url=f"{site.origin}/api",
        Accounts_Iframe_api_method="POST",
    )
    stand_in_server.stand_in.add_user("ada", name="Ada Lovelace", password=PASSWORD)
    return Chat(page, stand_in_server.url)


@pytest.fixture
def rest(stand_in: StandIn) -> Iterator[httpx2.Client]:
    """The stand-in's REST API, past its sockets."""
    with httpx2.Client(transport=httpx2.WSGITransport(app=stand_in.wsgi), base_url="http://chat/api/v1/") as client:
        yield client


@pytest.fixture
def new_token(rest: httpx2.Client) -> Callable[[], str]:
    """Makes a login token of `ada`."""

    def make() -> str:
        answer = rest.post("login", json={"user": "ada", "password": PASSWORD})
        token: str = answer.raise_for_status().json()["data"]["authToken"]
        return token

    return make


@pytest.fixture
def end_token(rest: httpx2.Client, stand_in: StandIn) -> Callable[[str], None]:
    """Ends a login token of `ada`, as a site does that signs somebody out."""

    def end(token: str) -> None:
        headers = {"X-User-Id": stand_in.user("ada")["_id"], "X-Auth-Token": token}
        rest.post("logout", headers=headers).raise_for_status()

    return end
