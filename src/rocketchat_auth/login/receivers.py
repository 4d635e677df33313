"""Django's sign-in and sign-out, in the browser or by code, carried over to chat."""

import logging
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from rocketchat_auth.accounts.receiving import never_in_the_way
from rocketchat_auth.conf import conf
from rocketchat_auth.login import answered, store
from rocketchat_auth.login.ending import end_session, keeps_chat_after_logout
from rocketchat_auth.login.former import former_session
from rocketchat_auth.login.identity import cookie_key, existing_session_name, name_of_key
from rocketchat_auth.login.transitions import follow

logger = logging.getLogger("rocketchat_auth.login")
_guarded = never_in_the_way(logger, "Signing in to or out of chat failed; the site's own went on.")


def connect() -> None:
    answered.connect()
    user_logged_in.connect(signed_in, dispatch_uid="rocketchat_auth.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="rocketchat_auth.signed_out")


@_guarded
def signed_in(sender: object, request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    """End the chat login that somebody else left in this browser."""
    if request is None:
        return
    key = cookie_key(request)
    for old in {name_of_key(key) if key else None, former_session(request)}:
        if old is not None:
            follow(request, old, user)
    session = existing_session_name(request.session) if conf.logout_site else None
    if session is not None:
        store.note_back(session)


@_guarded
def signed_out(sender: object, request: HttpRequest | None, user: AbstractBaseUser | None, **kwargs: Any) -> None:
    """End the chat login of the session that is being left."""
    if request is None or keeps_chat_after_logout():
        return
    session = existing_session_name(request.session)
    if session is not None:
        end_session(session, everywhere=conf.logout == "everywhere", once_answered=True)
