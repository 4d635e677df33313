"""The chat's word that somebody logged out there, which counts only where their own login has ended in fact.

The script that gives it runs in every page of the chat, whenever a login ends there: also when an administrator or the
site ended it, and when somebody else is signed in to the site by then. And whatever else runs in such a page could
give the word as well.
"""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.http import HttpRequest

from rocketchat_auth.accounts.refusals import SignInRefused
from rocketchat_auth.conf import conf
from rocketchat_auth.login import leaving, store
from rocketchat_auth.login.identity import existing_session_name
from rocketchat_auth.login.sources import ChatLogin, current_source
from rocketchat_auth.login.store import Owned, Standing
from rocketchat_auth.rest.shared_cache import SharedCache

TIMES = 6
SECONDS = 60
"""A session is believed so many times in so many seconds: each takes a call of Rocket.Chat, which counts them too."""


class TooOften(Exception):
    """The same session was asked about too often. Waiting for ``SECONDS`` helps."""


def has_left_chat(request: HttpRequest) -> bool:
    """Whether the chat login of the request's session has ended in chat.

    Not where the session has no chat login, or a live one. Where Rocket.Chat can't be asked within its rate limit, the
    chat's word is taken for it.

    Raises:
        TooOften: it was asked too often.
        RocketChatError: the source could not be asked.
        ImproperlyConfigured: a setting is missing or wrong.
    """
    session = existing_session_name(request.session)
    if session is None:
        return False
    if SharedCache(cache, conf.url).count(f"left-{session}", SECONDS) > TIMES:
        raise TooOften
    owned = store.newest_settled(session)
    if owned is None or not owned.belongs_to(cast("AbstractBaseUser", request.user)):
        return False
    return _has_ended(owned, owned.login)


def _has_ended(owned: Owned, login: ChatLogin | None) -> bool:
    if login is None or owned.standing == Standing.BACK:
        return False
    if owned.standing == Standing.LEFT:
        return True
    try:
        alive = current_source().is_alive(login)
    except SignInRefused:  # of an account that became an administrator's: the login lives
        return False
    return alive is None or (not alive and leaving.is_logout(owned, login))
