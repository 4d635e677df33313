import pytest
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from rocketchat_auth.testing import StandIn, StandInServer
from tests.browser.chat import Chat
from tests.browser.site.desk import Site
from tests.conftest import TOKEN_SECRET


@pytest.fixture
def source(request: pytest.FixtureRequest) -> str:
    """Where the site takes login tokens from: `create_token`, or what a test asks for by indirect parametrization."""
    return str(getattr(request, "param", "create_token"))


@pytest.fixture
def stand_in(request: pytest.FixtureRequest, source: str) -> StandIn:
    """A Rocket.Chat by the machine's clock; with the source `mongo`, its users live in a real MongoDB."""
    version = getattr(request, "param", "8.4")
    database = request.getfixturevalue("mongo_database") if source == "mongo" else None
    return StandIn(version, token_secret=TOKEN_SECRET, mongo=database)


@pytest.fixture
def site(
    request: pytest.FixtureRequest,
    live_server: LiveServer,
    stand_in_server: StandInServer,
    source: str,
    settings: Settings,
) -> Site:
    """The Django site and the stand-in set up for each other, as the README says; both on origins of their own."""
    stand_in = stand_in_server.stand_in
    settings.ROOT_URLCONF = "tests.browser.site.urls"
    settings.ROCKETCHAT_URL = stand_in_server.url
    settings.CORS_ORIGIN_WHITELIST = [stand_in_server.url]
    settings.ROCKETCHAT_USER_ID = stand_in.admin.user_id
    settings.ROCKETCHAT_AUTH_TOKEN = stand_in.admin.auth_token
    if source == "mongo":
        settings.MONGO_DB = request.getfixturevalue("mongo_uri")
    else:
        settings.ROCKETCHAT_TOKEN_SECRET = TOKEN_SECRET
    stand_in.settings.update(
        Accounts_iframe_enabled=True,
        Accounts_iframe_url=f"{live_server.url}/login/?next=/rocketchat/redirect",
        Accounts_Iframe_api_url=f"{live_server.url}/rocketchat/api",
        Accounts_Iframe_api_method="POST",
    )
    django_site = Site(live_server.url)
    django_site.add_user("ada", first_name="Ada", last_name="Lovelace")
    return django_site


@pytest.fixture
def chat(site: Site, stand_in_server: StandInServer, page: Page) -> Chat:
    """A tab for the chat of the site."""
    return Chat(page, stand_in_server.url)


@pytest.fixture
def own_page(page: Page) -> Page:
    """A second tab of the same browser, for the site."""
    return page.context.new_page()
