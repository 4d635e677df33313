"""Signing in to Rocket.Chat's mobile app by a code that a page of the site shows.

The phone has no session of the site. Its login is one of its own: it goes on when the session ends that showed the
code, and ends with the password, the account, signing out in the app or signing out everywhere.
"""

import secrets
from datetime import timedelta
from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest

from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.accounts.wanted import password_marks
from rocketchat_auth.login import ending, one_time
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.login.refusals import refuse
from rocketchat_auth.login.session_tokens import issue_for, tell_granted
from rocketchat_auth.login.sources import ChatLogin
from rocketchat_auth.login.sweeping import OF_NO_SESSION, may_sign_in
from rocketchat_auth.login.traces import Trace
from rocketchat_auth.models import LoginToken, OneTimeCode
from rocketchat_auth.rest import Secret

LIFETIME = timedelta(minutes=2)

LOGINS_OF_ONE = 10
"""How many logins of phones a user keeps.

Nobody tells the site of a phone that is gone, and Rocket.Chat keeps 50 logins of a user, browsers included.
"""


def code_for_phone(request: HttpRequest) -> Secret:
    """A code that signs a phone in as the user of the request, once and soon. It takes the place of the last one."""
    session = session_name(request.session)
    one_time.end(session)
    return one_time.issue(one_time.Purpose.APP, cast("AbstractBaseUser", request.user), session, LIFETIME)


def user_of_code(code: str) -> AbstractBaseUser | None:
    """Whom ``code`` signs in; ``None`` where it is not good, or not any more."""
    return _user_of(one_time.find(one_time.Purpose.APP, code))


def sign_in_phone(request: HttpRequest, code: str) -> ChatLogin | None:
    """Take ``code`` for a login of the phone's own; ``None`` where it is not good, or not any more.

    Raises :class:`~rocketchat_auth.login.LoginRefused`, logged with its reference.
    """
    user = _user_of(one_time.redeem(one_time.Purpose.APP, code))
    if user is None:
        return None
    try:
        return _new_login(request, user)
    except Exception as error:  # noqa: BLE001 (it is logged there)
        raise refuse(request, error, user) from None


def _user_of(code: OneTimeCode | None) -> AbstractBaseUser | None:
    return code.user if code is not None and may_sign_in(code.user) else None


def _new_login(request: HttpRequest, user: AbstractBaseUser) -> ChatLogin | None:
    if not current_adapter().may_chat(user):
        raise SignInRefused(RefusalReason.NOT_ALLOWED, "ROCKETCHAT_ADAPTER says may_chat: no")
    name = OF_NO_SESSION + secrets.token_hex(30)
    account, login = issue_for(user, name, 0, Trace(password_mark=password_marks(user)[0]))
    _end_oldest(user)
    tell_granted(request, user, account)
    return login


def count_phones(user: AbstractBaseUser) -> int:
    """How many phones were signed in by a code, and not signed out by the site since."""
    return _logins_of(user).count()


def sign_out_phones(user: AbstractBaseUser) -> None:
    """End the logins of all phones that were signed in by a code, and the codes that would sign in more."""
    OneTimeCode.objects.filter(purpose=one_time.Purpose.APP, user_id=user.pk).delete()
    _end(_logins_of(user))


def _end_oldest(user: AbstractBaseUser) -> None:
    _end(_logins_of(user)[LOGINS_OF_ONE:])


def _logins_of(user: AbstractBaseUser) -> QuerySet[LoginToken]:
    """The newest first."""
    logins = LoginToken.objects.filter(account__user_id=user.pk, session__startswith=OF_NO_SESSION, ended_at=None)
    return logins.order_by("-pk")


def _end(logins: QuerySet[LoginToken]) -> None:
    for session in list(logins.values_list("session", flat=True)):
        ending.end_session(session)
