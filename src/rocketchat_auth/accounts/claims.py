"""One at a time: who is setting up a user's chat account right now."""

from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, router, transaction

from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

_POLL_SECONDS = 0.02


def lease() -> timedelta:
    """How long a claim holds: longer than the calls that one set-up makes can take."""
    return timedelta(seconds=6 * (conf.connect_timeout + conf.read_timeout))


def claim(user: AbstractBaseUser) -> Account:
    """Return the account of ``user``: linked, or claimed by the caller.

    Waits while somebody else holds the claim, at most for one connect and read timeout,
    and raises :class:`SignInRefused` (busy) after that.
    """
    waited = 0.0
    while True:
        account = _own_or_claimed(user)
        if account is not None:
            return account
        if waited > conf.connect_timeout + conf.read_timeout:
            raise SignInRefused(
                RefusalReason.BUSY,
                "the chat account is being set up by another request; try again",
                retry_after=conf.read_timeout,
            )
        service.clock().sleep(_POLL_SECONDS)
        waited += _POLL_SECONDS


def release(account: Account) -> None:
    account.claimed_at = None
    account.save(update_fields=["claimed_at", "updated_at"])


def _own_or_claimed(user: AbstractBaseUser) -> Account | None:
    now = service.now()
    account = Account.objects.filter(user_id=user.pk).first()
    if account is None:
        try:
            with transaction.atomic(using=router.db_for_write(Account)):
                return Account.objects.create(user_id=user.pk, claimed_at=now)
        except IntegrityError:
            return None
    if account.is_linked:
        return account
    if account.claimed_at is not None and account.claimed_at > now - lease():
        return None
    taken = Account.objects.filter(pk=account.pk, claimed_at=account.claimed_at).update(claimed_at=now)
    account.claimed_at = now
    return account if taken else None
