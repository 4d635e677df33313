"""The end of a session's chat login."""

import logging
from datetime import timedelta
from functools import partial

from django.core.exceptions import ImproperlyConfigured
from django.db import router, transaction
from django.db.models import Q, QuerySet

from rocketchat_auth import rest, signals
from rocketchat_auth.conf import conf
from rocketchat_auth.login import answered, one_time, store
from rocketchat_auth.login.sources import current_source
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service

logger = logging.getLogger("rocketchat_auth.login")

CATCH_UP = 3
"""How many overdue revocations are made up for at a sign-out."""

# Longer than a call waits for its turn. A worker that is killed leaves what it was at to the others so late.
_LEASE = timedelta(minutes=15)


def end_session(session: str, *, everywhere: bool = False, once_answered: bool = False) -> None:
    """End the chat logins of ``session`` once the current transaction is committed.

    ``once_answered`` waits for the end of the current request as well: a chat that is open
    in the browser asks again at once, and must meet the session that the answer brings.

    ``everywhere`` ends all logins of the account, other devices and personal access tokens
    included (``users.logout``). What Rocket.Chat can't be told now stays marked as ended and
    is revoked with later ones, or by ``overdue.revoke_overdue``.
    """
    one_time.end(session)
    ended = store.end(session, everywhere=everywhere)
    if ended:
        late = session if once_answered else None
        work = partial(_revoke_all, ended, late, everywhere=everywhere)
        transaction.on_commit(
            partial(answered.once_answered, work) if once_answered else work,
            using=router.db_for_write(LoginToken),
            robust=True,
        )


def _revoke_all(ended: list[int], session: str | None, *, everywhere: bool) -> None:
    """Revoke ``ended``, what ``session`` was given until its last request was answered, and some that are overdue."""
    late = store.end(session, everywhere=everywhere) if session is not None else []
    if revoke(ended + late) == len(ended + late):
        _catch_up()


def _catch_up() -> None:
    """Revoke a few of those that Rocket.Chat could not be told of, by its limit of ten a minute for example.

    Nothing is said where that fails again: it was said the first time.
    """
    for row in free()[:CATCH_UP]:
        try:
            revoke_row(row)
        except (rest.RocketChatError, ImproperlyConfigured):
            return


def end_logins_of(account: Account) -> None:
    """End the chat logins that sessions of the site have to ``account``, as the instance knows it, at once.

    Raises a :class:`~rocketchat_auth.rest.RocketChatError` or ``ImproperlyConfigured`` where that can't be done. What
    is left stays marked as ended.
    """
    logins = LoginToken.objects.filter(account_id=account.pk)
    logins.filter(ended_at=None).update(ended_at=service.now())
    for row in logins.order_by("pk"):
        row.account = account
        revoke_row(row)


def revoke(ended: list[int]) -> int:
    """Revoke the ended tokens with these primary keys; returns how many were."""
    revoked = 0
    for row in pending().filter(pk__in=ended):
        try:
            revoke_row(row)
        except (rest.RocketChatError, ImproperlyConfigured) as error:
            logger.warning(
                "The chat login of %s could not be ended yet (%s); it is tried again at the next sign-outs, and by"
                " manage.py rocketchat sweep",
                row.account,
                error,
            )
            _tell(row.account, revoked=False)
            break
        revoked += 1
    return revoked


def pending() -> QuerySet[LoginToken]:
    """The tokens that have ended and still have to be revoked, the oldest first."""
    return LoginToken.objects.exclude(ended_at=None).select_related("account__user").order_by("ended_at", "pk")


def free() -> QuerySet[LoginToken]:
    """Those of them that no sweep is at."""
    return pending().filter(Q(claimed_at=None) | Q(claimed_at__lte=service.now() - _LEASE))


def revoke_row(row: LoginToken) -> None:
    """End a login in Rocket.Chat, forget its row and tell the signal. Where the call fails, the row stays."""
    _revoke(row)
    row.delete()
    _tell(row.account, revoked=True)


def _revoke(row: LoginToken) -> None:
    # The service account would lose the token by which this very call is made.
    if row.ends_everywhere and row.account.rocketchat_id not in (None, conf.user_id):
        rest.users.logout_everywhere(service.client(), row.account.linked_id)
        return
    login = store.login_of(row)
    if login is not None:
        current_source().revoke(login)


def _tell(account: Account, *, revoked: bool) -> None:
    signals.logged_out.send_robust(sender=LoginToken, user=account.user, account=account, revoked=revoked)


def keeps_chat_after_logout() -> bool:
    return conf.logout == "none"
