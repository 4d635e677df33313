"""The end of a session's chat login."""

import logging
from functools import partial

from django.core.exceptions import ImproperlyConfigured
from django.db import router, transaction

from rocketchat_auth import rest, signals
from rocketchat_auth.conf import conf
from rocketchat_auth.login import answered, store
from rocketchat_auth.login.sources import current_source
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service

logger = logging.getLogger("rocketchat_auth.login")


def end_session(session: str, *, everywhere: bool = False, once_answered: bool = False) -> None:
    """End the chat logins of ``session`` once the current transaction is committed.

    ``once_answered`` waits for the end of the current request as well: a chat that is open
    in the browser asks again at once, and must meet the session that the answer brings.

    ``everywhere`` ends all logins of the account, other devices and personal access tokens
    included (``users.logout``). What Rocket.Chat can't be told now stays marked as ended and
    is revoked by :func:`revoke_pending`.
    """
    ended = store.end(session)
    if ended:
        work = partial(revoke, ended, everywhere=everywhere)
        transaction.on_commit(
            partial(answered.once_answered, work) if once_answered else work,
            using=router.db_for_write(LoginToken),
            robust=True,
        )


def end_logins_of(account: Account) -> None:
    """End the chat logins that sessions of the site have to ``account``, as the instance knows it, at once.

    Raises a :class:`~rocketchat_auth.rest.RocketChatError` or ``ImproperlyConfigured`` where that can't be done. What
    is left stays marked as ended.
    """
    logins = LoginToken.objects.filter(account_id=account.pk)
    logins.filter(ended_at=None).update(ended_at=service.now())
    for row in logins.order_by("pk"):
        row.account = account
        _revoke(row, everywhere=False)
        row.delete()
        _tell(account, revoked=True)


def revoke_pending(limit: int | None = None) -> tuple[int, int]:
    """Revoke what could not be revoked when its session ended.

    Returns how many were revoked and how many are left. Stops where Rocket.Chat does not
    answer, since the rest would only wait as well.
    """
    pending = LoginToken.objects.exclude(ended_at=None)
    chosen = pending.order_by("ended_at", "pk").values_list("pk", flat=True)
    revoked = revoke(list(chosen[:limit]))
    return revoked, pending.count()


def revoke(ended: list[int], *, everywhere: bool = False) -> int:
    """Revoke the ended tokens with these primary keys; returns how many were."""
    revoked = 0
    rows = LoginToken.objects.filter(pk__in=ended).select_related("account__user").order_by("pk")
    for row in rows:
        try:
            _revoke(row, everywhere=everywhere)
        except (rest.RocketChatError, ImproperlyConfigured) as error:
            logger.warning(
                "The chat login of %s could not be ended yet (%s) and is kept for: manage.py rocketchat sweep",
                row.account,
                error,
            )
            _tell(row.account, revoked=False)
            break
        row.delete()
        revoked += 1
        _tell(row.account, revoked=True)
    return revoked


def _revoke(row: LoginToken, *, everywhere: bool) -> None:
    if everywhere and row.account.rocketchat_id:
        rest.users.logout_everywhere(service.client(), row.account.rocketchat_id)
        return
    login = store.login_of(row)
    if login is not None:
        current_source().revoke(login)


def _tell(account: Account, *, revoked: bool) -> None:
    signals.logged_out.send_robust(sender=LoginToken, user=account.user, account=account, revoked=revoked)


def keeps_chat_after_logout() -> bool:
    return conf.logout == "none"
