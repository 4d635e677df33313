from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from pytest_django import Settings

from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat
from tests.browser.conftest import TIMEOUT
from tests.browser.console import Console
from tests.browser.https.authority import Authority
from tests.browser.https.chromium import agree, chromium
from tests.browser.https.firefox import firefox
from tests.browser.https.kinds import Kind
from tests.browser.https.names import CROSS_SITE, Names
from tests.browser.https.tabs import PlaywrightTab, Tab
from tests.browser.https.webkit import webkit
from tests.browser.serving import serve
from tests.browser.site.desk import Site


@pytest.fixture(scope="package")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="package")
def browser_of(
    playwright: Playwright, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Kind], Browser]]:
    """Gives the browser of a kind; each is started once, when it is first asked for."""
    started: dict[Kind, Browser] = {}
    with ExitStack() as stack:

        def find_or_start(kind: Kind) -> Browser:
            if kind not in started:
                home = tmp_path_factory.mktemp(kind.name.lower())
                started[kind] = stack.enter_context(_start(playwright, kind, authority, home))
            return started[kind]

        yield find_or_start


def _start(playwright: Playwright, kind: Kind, authority: Authority, home: Path) -> AbstractContextManager[Browser]:
    if kind is Kind.FIREFOX:
        return firefox(playwright, authority, home)
    return chromium(playwright, kind, authority, home)


@pytest.fixture
def names(request: pytest.FixtureRequest) -> Names:
    """Where site and chat are: cross-site, or what a test asks for by indirect parametrization."""
    asked_for = getattr(request, "param", CROSS_SITE)
    assert isinstance(asked_for, Names)
    return asked_for


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Kind:
    """The browser: Chromium that lets all cookies through, or what a test asks for by indirect parametrization."""
    return Kind(getattr(request, "param", Kind.CHROMIUM))


@pytest.fixture
def context(browser_of: Callable[[Kind], Browser], kind: Kind, console: Console) -> Iterator[BrowserContext]:
    """One person's browser, empty at the start."""
    with browser_of(kind).new_context(viewport={"width": 1100, "height": 760}) as opened:
        opened.set_default_timeout(TIMEOUT)
        opened.on("console", console.hear_message)
        opened.on("weberror", console.hear_error)
        yield opened


@pytest.fixture
def tab(kind: Kind, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """The only tab of a browser that is empty at the start; its person lets the site have its cookies if asked."""
    if kind is Kind.WEBKIT:
        with webkit() as opened:
            yield opened
        return
    browser_of: Callable[[Kind], Browser] = request.getfixturevalue("browser_of")
    with browser_of(kind).new_context() as context:
        context.set_default_timeout(TIMEOUT)
        page = context.new_page()
        # Firefox was told when it was started. Where the site's cookies are blocked, Chromium refuses without asking.
        asks = kind in {Kind.CHROMIUM, Kind.CHROMIUM_PARTITIONED}
        yield PlaywrightTab(page, agree if asks else None)


@pytest.fixture
def chat_origin(
    rocketchat_in_real_time: StandIn, names: Names, authority: Authority, settings: Settings
) -> Iterator[str]:
    """The chat's origin, where browsers find the stand-in; the site itself reaches it without a socket."""
    stand_in = rocketchat_in_real_time
    with serve(stand_in.wsgi, name=names.chat, tls=authority.tls_of(names.chat)) as origin:
        settings.ROCKETCHAT_URL = stand_in.settings["Site_Url"] = origin
        settings.CORS_ORIGIN_WHITELIST = [origin]
        yield origin
        stand_in.application.watch.close()


@pytest.fixture
def django_application(transactional_db: None, names: Names, settings: Settings) -> WSGIApplication:
    """The Django site as it is in production."""
    settings.ROOT_URLCONF = "tests.browser.site.urls"
    settings.ALLOWED_HOSTS = [names.site]
    settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = True
    settings.CSRF_COOKIE_SECURE = True
    return StaticFilesHandler(get_wsgi_application())


@pytest.fixture
def site(
    django_application: WSGIApplication,
    chat_origin: str,
    rocketchat_in_real_time: StandIn,
    names: Names,
    authority: Authority,
) -> Iterator[Site]:
    """The site at its origin, and the chat set up for it; `ada` is a user of it."""
    with serve(django_application, name=names.site, tls=authority.tls_of(names.site)) as origin:
        rocketchat_in_real_time.settings.update(
            Accounts_iframe_enabled=True,
            Accounts_iframe_url=f"{origin}/login/?next=/rocketchat/redirect",
            Accounts_Iframe_api_url=f"{origin}/rocketchat/api",
            Accounts_Iframe_api_method="POST",
        )
        django_site = Site(origin)
        django_site.add_user("ada", first_name="Ada", last_name="Lovelace")
        yield django_site


@pytest.fixture
def chat(site: Site, chat_origin: str, page: Page) -> Chat:
    """A tab for the chat of the site."""
    return Chat(page, chat_origin)


@pytest.fixture
def own_page(page: Page) -> Page:
    """A second tab of the same browser, for the site."""
    return page.context.new_page()
