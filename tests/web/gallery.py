"""Every page that a person meets, as the site answers with it: what is looked at in each language and in a browser."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.login import LeftChat, LoginRefused, one_time
from tests.web.crossing import AS_PAGE, BY_CHAT, DIGEST, REDIRECT, TOP, WINDOW
from tests.web.desk import LoginDesk

HOME = "/rocketchat/"
PHONE = "/rocketchat/phone"


@dataclass
class Gallery:
    """A site on another site than its chat, and a person before it."""

    desk: LoginDesk
    settings: Settings
    language: str = "en"
    username: str = "ada"
    browser: Client = field(default_factory=Client)

    def anew(self) -> Self:
        """The same site before a person who was never there."""
        self.browser, self.desk.error = Client(), None
        return self

    def sign_in(self) -> None:
        self.browser.force_login(User.objects.get(username=self.username))

    def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        return self.browser.get(path, headers=self._headers(headers or {}), secure=True)

    def post(self, path: str, data: dict[str, str], headers: dict[str, str] | None = None) -> Any:
        return self.browser.post(path, data, headers=self._headers(headers or {}), secure=True)

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        return headers | {"Accept-Language": self.language}


def home(gallery: Gallery) -> Any:
    gallery.sign_in()
    return gallery.get(HOME)


def hand_over(gallery: Gallery) -> Any:
    gallery.sign_in()
    return gallery.get(REDIRECT, BY_CHAT)


def left_chat(gallery: Gallery) -> Any:
    gallery.desk.error = LeftChat()
    return hand_over(gallery)


def signed_out(gallery: Gallery) -> Any:
    gallery.sign_in()
    return gallery.post(REDIRECT, {"instead": "sign-out"}, BY_CHAT)


def steps(gallery: Gallery) -> Any:
    return gallery.get(REDIRECT, BY_CHAT)


def steps_without_form(gallery: Gallery) -> Any:
    return gallery.get(f"{REDIRECT}?here", BY_CHAT)


def steps_to_the_site(gallery: Gallery) -> Any:
    gallery.settings.ROCKETCHAT_TOKEN_IN_URL = True
    return steps_without_form(gallery)


def window_by_itself(gallery: Gallery) -> Any:
    return gallery.get(WINDOW, AS_PAGE)


def window_to_confirm(gallery: Gallery) -> Any:
    gallery.sign_in()
    gallery.post(WINDOW, {"digest": DIGEST}, AS_PAGE)
    return gallery.get(WINDOW, AS_PAGE)


def window_when_done(gallery: Gallery) -> Any:
    window_to_confirm(gallery)
    return gallery.post(WINDOW, {}, AS_PAGE)


def top(gallery: Gallery) -> Any:
    gallery.settings.ROCKETCHAT_TOKEN_IN_URL = True
    gallery.sign_in()
    return gallery.get(TOP, AS_PAGE)


def code_to_show(gallery: Gallery) -> Any:
    gallery.settings.ROCKETCHAT_TOKEN_IN_URL = True
    return home(gallery)


def phone_to_ask(gallery: Gallery) -> Any:
    gallery.settings.ROCKETCHAT_TOKEN_IN_URL = True
    user = User.objects.get(username=gallery.username)
    code = one_time.issue(one_time.Purpose.APP, user, "a session", timedelta(minutes=2))
    return gallery.get(f"{PHONE}?code={code.reveal()}", AS_PAGE)


def phone_of_another(gallery: Gallery) -> Any:
    gallery.browser.force_login(User.objects.get_or_create(username="grace")[0])
    return phone_to_ask(gallery)


def phone_too_late(gallery: Gallery) -> Any:
    gallery.settings.ROCKETCHAT_TOKEN_IN_URL = True
    return gallery.get(PHONE, AS_PAGE)


def unexpected(gallery: Gallery) -> Any:
    gallery.desk.error = RuntimeError("for a test")
    return hand_over(gallery)


def refused(reason: RefusalReason) -> Callable[[Gallery], Any]:
    def answer(gallery: Gallery) -> Any:
        retry_after = 30.0 if reason is RefusalReason.BUSY else None
        gallery.desk.error = LoginRefused(reason, "0A1B2C3D", retry_after)
        return hand_over(gallery)

    return answer


Page = Callable[[Gallery], Any]

PAGES: dict[str, Page] = {
    "home": home,
    "hand-over": hand_over,
    "continue": left_chat,
    "signed-out": signed_out,
    "steps": steps,
    "steps-without-form": steps_without_form,
    "steps-to-the-site": steps_to_the_site,
    "window-by-itself": window_by_itself,
    "window-to-confirm": window_to_confirm,
    "window-when-done": window_when_done,
    "top": top,
    "code-to-show": code_to_show,
    "phone-to-ask": phone_to_ask,
    "phone-of-another": phone_of_another,
    "phone-too-late": phone_too_late,
    "unexpected": unexpected,
    **{f"refused-{reason.value}": refused(reason) for reason in RefusalReason},
}

each_page = pytest.mark.parametrize("page", [pytest.param(page, id=name) for name, page in PAGES.items()])
