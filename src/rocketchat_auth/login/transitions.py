"""What becomes of a session's chat login when the session's key or user changes."""

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from rocketchat_auth.login import one_time, store
from rocketchat_auth.login.ending import end_session, keeps_chat_after_logout
from rocketchat_auth.login.identity import name_of_key, session_name
from rocketchat_auth.login.traces import trace_of


def session_key_changed(request: HttpRequest, old_key: str, new_key: str | None) -> str | None:
    """Follow a browser's session from ``old_key`` to ``new_key``.

    The same user's chat login goes on under the new key; anybody else's ends. With
    ``ROCKETCHAT_LOGOUT = "none"`` the login of somebody who signed out goes on as well: then
    its session's name is returned, to be kept in the browser for :func:`follow`.
    """
    old = name_of_key(old_key)
    if old is None:
        return None
    one_time.end(old)
    if store.newest(old) is None:
        return None
    if new_key is None and keeps_chat_after_logout():
        return old
    follow(request, old, request.user if new_key is not None else None)
    return None


def follow(request: HttpRequest, old: str, user: object) -> None:
    """Give the chat login of the session named ``old`` to the request's, if it is ``user``'s."""
    owned = store.newest(old)
    if owned is None:
        return
    if isinstance(user, AbstractBaseUser) and owned.belongs_to(user):
        new = session_name(request.session)
        if old == new:
            return
        if store.newest(new) is None:
            store.move(old, new, trace_of(request.session))
            return
    end_session(old, once_answered=True)
