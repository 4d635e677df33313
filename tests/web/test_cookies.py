"""Which cookies get through to the chat's frame, and that all others stay as they are."""

import pickle
from http.cookies import Morsel
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory
from django.urls import path
from pytest_django import Settings

from rocketchat_auth.login import FORMER_COOKIE
from rocketchat_auth.web.cookies import TWIN, PartitionedMorsel, adopt_twin
from tests.web.desk import ORIGIN, TOKEN, LoginDesk
from tests.web.urls import urlpatterns as of_the_site

LOGIN = "/login/?next=/rocketchat/redirect"
REDIRECT = "/rocketchat/redirect"
API = "/rocketchat/api"
FRAMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
FROM_CHAT = {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "empty"}
SESSION, CSRF = django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME
THROUGH = {"SameSite=None", "Secure", "Partitioned"}


class LoginWithOtherCookie(LoginView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        response.set_cookie("colour", "green", samesite="Lax")
        return response


def page_that_counts(request: HttpRequest) -> HttpResponse:
    request.session["count"] = 1
    return HttpResponse("Counted")


urlpatterns = [
    path("colourful/", LoginWithOtherCookie.as_view()),
    path("count/", page_that_counts),
    *of_the_site,
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def attributes(response: Any, name: str) -> set[str]:
    """The attributes of a cookie, as the handlers of Django write them."""
    _, *written = response.cookies[name].OutputString().split("; ")
    return set(written)


def sign_in(client: Client, *, url: str = LOGIN, **headers: str) -> Any:
    return client.post(url, {"username": "alice", "password": "wonderland-of-old"}, headers=headers, secure=True)


# In the frame


def test_the_login_form_s_cookie_gets_through_to_the_frame(client: Client) -> None:
    response = client.get(LOGIN, headers=FRAMED, secure=True)

    assert attributes(response, CSRF) >= THROUGH


def test_a_session_begun_in_the_frame_gets_through_to_it(client: Client, alice: User) -> None:
    response = sign_in(client, **FRAMED)

    assert response.status_code == 302
    assert attributes(response, SESSION) >= {*THROUGH, "HttpOnly", "Path=/"}
    assert attributes(response, CSRF) >= THROUGH


def test_the_login_form_s_cookie_gets_through_under_asgi_too(async_client: AsyncClient) -> None:
    response = async_to_sync(async_client.get)(LOGIN, headers=FRAMED, secure=True)

    assert attributes(response, CSRF) >= THROUGH


def test_the_cookie_that_remembers_the_chat_login_gets_through_to_the_frame(
    desk: LoginDesk, browser_of_alice: Client
) -> None:
    response = browser_of_alice.get(REDIRECT, headers=FRAMED, secure=True)

    assert attributes(response, FORMER_COOKIE) >= THROUGH


def test_a_session_ends_in_the_frame_as_it_began(client: Client) -> None:
    client.cookies[SESSION] = "a-session-that-ran-out"

    response = client.get(REDIRECT, headers=FRAMED, secure=True)

    assert attributes(response, SESSION) >= {*THROUGH, "Max-Age=0"}


def test_other_cookies_stay_as_they_are(client: Client) -> None:
    response = client.get("/colourful/", headers=FRAMED, secure=True)

    assert attributes(response, CSRF) >= THROUGH
    assert attributes(response, "colour") == {"Path=/", "SameSite=Lax"}


@pytest.mark.parametrize(
    "url, headers",
    [("/count/", FRAMED), ("/count/", {}), ("/count/", {"Sec-Fetch-Dest": "document"})],
)
def test_other_pages_stay_as_they_are(client: Client, url: str, headers: dict[str, str]) -> None:
    response = client.get(url, headers=headers, secure=True)

    assert attributes(response, SESSION).isdisjoint({"SameSite=None", "Partitioned"})
    assert "SameSite=Lax" in attributes(response, SESSION)


def test_what_is_not_for_a_frame_stays_as_it_is(client: Client, alice: User) -> None:
    response = sign_in(client, **{"Sec-Fetch-Dest": "document"})

    assert {"SameSite=Lax", "Secure"} <= attributes(response, SESSION)
    assert "Partitioned" not in attributes(response, SESSION)


@pytest.mark.parametrize("value", [False, "yes"])
def test_nothing_is_done_unless_the_setting_is_on(
    client: Client, alice: User, settings: Settings, value: object
) -> None:
    settings.ROCKETCHAT_CROSS_SITE = value

    response = sign_in(client, **FRAMED)

    assert "SameSite=Lax" in attributes(response, SESSION)
    assert TWIN not in response.cookies


def test_an_unusable_setting_of_login_pages_breaks_no_page(client: Client, settings: Settings) -> None:
    settings.LOGIN_URL = "elsewhere"
    settings.ROCKETCHAT_LOGIN_PAGES = 7

    response = client.get("/count/", headers=FRAMED, secure=True)

    assert response.status_code == 200
    assert "Partitioned" not in attributes(response, SESSION)


def test_calls_of_the_chat_s_page_share_the_frame_s_cookies(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.SESSION_SAVE_EVERY_REQUEST = True

    response = browser_of_alice.post(API, headers=FROM_CHAT, secure=True)

    assert attributes(response, SESSION) >= THROUGH


def test_calls_of_others_get_no_cookie(desk: LoginDesk, browser_of_alice: Client, settings: Settings) -> None:
    settings.SESSION_SAVE_EVERY_REQUEST = True
    others = {**FROM_CHAT, "Origin": "https://chat.example.org"}

    response = browser_of_alice.post(API, headers=others, secure=True)

    assert response.status_code == 403
    assert "Partitioned" not in str(response.cookies)


def test_a_partitioned_cookie_says_so_once_whatever_python_knows_of_it() -> None:
    cookie: Morsel[str] = Morsel()
    cookie.set("sessionid", "x", "x")
    dict.__setitem__(cookie, "partitioned", True)

    assert PartitionedMorsel.of(cookie).OutputString().count("Partitioned") == 1


def test_a_partitioned_cookie_can_be_kept_with_its_response(client: Client) -> None:
    response = client.get(LOGIN, headers=FRAMED, secure=True)

    kept = pickle.loads(pickle.dumps(response.cookies))  # noqa: S301

    assert kept[CSRF].OutputString() == response.cookies[CSRF].OutputString()


# The twin of the session


def test_the_session_s_twin_comes_and_goes_with_it(client: Client, alice: User) -> None:
    signed_in = sign_in(client)

    assert signed_in.cookies[TWIN].value == signed_in.cookies[SESSION].value
    assert attributes(signed_in, TWIN) >= {
        "HttpOnly",
        "Path=/rocketchat/",
        "SameSite=None",
        "Secure",
        "Max-Age=1209600",
    }

    signed_out = client.post("/logout/", secure=True)

    assert attributes(signed_out, TWIN) >= {"Max-Age=0", "Path=/rocketchat/"}


def test_the_twin_goes_with_the_browser_where_the_session_does(client: Client, alice: User, settings: Settings) -> None:
    settings.SESSION_EXPIRE_AT_BROWSER_CLOSE = True

    response = sign_in(client)

    assert not any(name.startswith(("Max-Age", "expires")) for name in attributes(response, TWIN))


def only_twin(browser: Client) -> Client:
    """The browser as the site meets it in the chat's frame: the twin alone comes along."""
    other = Client(enforce_csrf_checks=True)
    other.cookies[TWIN] = browser.cookies[SESSION].value
    return other


def test_the_twin_signs_in_the_chat(desk: LoginDesk, browser_of_alice: Client) -> None:
    in_frame = only_twin(browser_of_alice)

    assert in_frame.post(API, headers=FROM_CHAT, secure=True).json() == {"loginToken": TOKEN}
    assert TOKEN in in_frame.get(REDIRECT, headers=FRAMED, secure=True).content.decode()


def test_the_twin_signs_out_who_logs_out_in_chat(rf: RequestFactory) -> None:
    request = rf.post("/rocketchat/logout", headers=FROM_CHAT, secure=True)
    request.COOKIES[TWIN] = "key"

    adopt_twin(request)

    assert request.COOKIES[SESSION] == "key"


@pytest.mark.parametrize(
    "url, headers",
    [
        ("/page-of-user/", {}),
        ("/page-of-user/", FRAMED),
        ("/rocketchat/", {}),
        (REDIRECT, {}),
        ("/rocketchat/nowhere", FRAMED),
    ],
)
def test_the_twin_counts_nowhere_else(
    desk: LoginDesk, browser_of_alice: Client, url: str, headers: dict[str, str]
) -> None:
    response = only_twin(browser_of_alice).get(url, headers=headers, secure=True)

    assert "alice" not in response.content.decode()
    assert TOKEN not in response.content.decode()


def test_the_twin_counts_for_nothing_unless_the_setting_is_on(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.ROCKETCHAT_CROSS_SITE = False

    assert only_twin(browser_of_alice).post(API, headers=FROM_CHAT, secure=True).status_code == 401


def test_the_frame_s_own_session_comes_before_the_twin(desk: LoginDesk, browser_of_alice: Client) -> None:
    in_frame = only_twin(browser_of_alice)
    in_frame.cookies[SESSION] = "another"

    assert in_frame.post(API, headers=FROM_CHAT, secure=True).status_code == 401


def test_the_twin_never_becomes_a_session_of_the_frame_s_own(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.SESSION_SAVE_EVERY_REQUEST = True

    response = only_twin(browser_of_alice).get(REDIRECT, headers=FRAMED, secure=True)

    assert SESSION not in response.cookies


def test_a_session_from_before_gets_its_twin_on_the_package_s_pages(desk: LoginDesk, browser_of_alice: Client) -> None:
    assert TWIN not in browser_of_alice.get("/page-of-user/", secure=True).cookies

    first = browser_of_alice.get("/rocketchat/", secure=True)
    second = browser_of_alice.get("/rocketchat/", secure=True)

    assert first.cookies[TWIN].value == browser_of_alice.cookies[SESSION].value
    assert TWIN not in second.cookies


def test_a_page_of_the_site_in_somebody_s_frame_gives_no_twin(client: Client) -> None:
    assert TWIN not in client.get("/count/", headers=FRAMED, secure=True).cookies


def test_who_has_no_session_gets_no_twin(client: Client) -> None:
    assert TWIN not in client.get("/rocketchat/", secure=True).cookies


def test_a_session_that_lives_in_its_cookie_gets_no_twin(client: Client, alice: User, settings: Settings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"

    assert TWIN not in sign_in(client).cookies


def test_a_site_without_the_package_s_urls_goes_on_without_twins(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.checks.urls_without"

    response = sign_in(client)

    assert (SESSION in response.cookies, TWIN in response.cookies) == (True, False)
