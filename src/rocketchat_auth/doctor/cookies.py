"""Cookies as a browser receives them."""

from dataclasses import dataclass

import httpx2
from django.conf import settings


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that a response sets. `same_site` is in lower case, "" where it was not said."""

    name: str
    same_site: str
    secure: bool

    @property
    def is_session(self) -> bool:
        """Whether it is the session's."""
        return bool(self.name == settings.SESSION_COOKIE_NAME)

    @property
    def is_refused(self) -> bool:
        """Whether browsers refuse it: one that goes along from other sites has to be Secure."""
        return self.same_site == "none" and not self.secure


def form_cookies(headers: httpx2.Headers) -> list[Cookie]:
    """The cookies that a login form needs, of those that a page sets."""
    needed = settings.SESSION_COOKIE_NAME if settings.CSRF_USE_SESSIONS else settings.CSRF_COOKIE_NAME
    cookies = map(_cookie, headers.get_list("Set-Cookie"))
    return [cookie for cookie in cookies if cookie.name == needed]


def session_cookie() -> Cookie:
    """The session's cookie, as the settings say it is."""
    same_site = settings.SESSION_COOKIE_SAMESITE
    return Cookie(settings.SESSION_COOKIE_NAME, str(same_site or "").lower(), bool(settings.SESSION_COOKIE_SECURE))


def _cookie(line: str) -> Cookie:
    first, *attributes = (part.strip() for part in line.split(";"))
    said = {
        name.strip().lower(): value.strip().lower() for name, _, value in (part.partition("=") for part in attributes)
    }
    return Cookie(first.partition("=")[0].strip(), said.get("samesite", ""), "secure" in said)
