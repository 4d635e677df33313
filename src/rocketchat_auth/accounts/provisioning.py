"""The chat account of a user: found, created or refused, never taken over."""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts import claims, policy
from rocketchat_auth.accounts.linking import adopt_by_rule, conflict, link, proves_ours
from rocketchat_auth.accounts.passwords import derived_password
from rocketchat_auth.accounts.profile import Profile, profile_of, with_address
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.accounts.usernames import candidates
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger("rocketchat_auth.accounts")

# How long what Rocket.Chat said of an account (active, roles) is taken for granted.
SEEN_FOR = timedelta(hours=1)


def account_for(user: AbstractBaseUser) -> Account:
    """Return the linked chat account of ``user``, created on the way where there is none.

    Raises :class:`SignInRefused` where there can be none, and a
    :class:`~rocketchat_auth.rest.RocketChatError` where Rocket.Chat does not answer.
    """
    account = Account.objects.filter(user_id=user.pk).first()
    if account is not None and account.state == Account.State.DEACTIVATED and account.is_known:
        return _revived(account, user)
    if account is None or not account.is_linked:
        account = claims.claim(user)
    account.user = cast("User", user)  # saves asking for it again; a custom model will do as well
    if account.is_linked:
        return account
    try:
        _set_up(account, with_address(profile_of(user), user))
    except SignInRefused as refusal:
        _note_conflict(account, refusal)
        raise
    finally:
        if account.claimed_at is not None:
            claims.release(account)
    return account


def check(account: Account, *, for_sure: bool = False) -> Account:
    """Ask Rocket.Chat whether ``account`` may be signed in to, unless it was seen of late.

    An account that is gone there is set up anew; the account to go on with is returned.
    """
    if not for_sure and account.seen_at and account.seen_at > service.now() - SEEN_FOR:
        return account
    try:
        chat_user = rest.users.info(service.client(), user_id=account.linked_id)
    except rest.NotFound:
        return set_up_anew(account)
    policy.check_may_sign_in(account, active=chat_user.active, roles=chat_user.roles)
    account.username = chat_user.username
    account.seen_at = policy.seen_at(chat_user)
    account.save(update_fields=["username", "seen_at", "updated_at"])
    return account


def set_up_anew(account: Account) -> Account:
    """Give the user of ``account``, whose chat account is gone, another one.

    Requests that find this at the same time go on with the one that the first of them sets up.
    """
    if forget(account):
        logger.warning("The chat account %s is gone in Rocket.Chat; it is set up anew.", account)
    return account_for(cast("AbstractBaseUser", account.user))


def forget(account: Account) -> bool:
    """Let a row go back to where it was before there was a chat account; ``False`` where another one is tied by now."""
    forgotten = Account.objects.filter(pk=account.pk, rocketchat_id=account.rocketchat_id).update(
        rocketchat_id=None,
        username="",
        site_username="",
        state=Account.State.PENDING,
        reason="",
        created_here=False,
        seen_at=None,
        synced_at=None,
        failed_at=None,
        told={},
        wanted_mark="",
        password_mark="",
        updated_at=timezone.now(),
    )
    account.refresh_from_db()
    return bool(forgotten)


def _revived(account: Account, user: AbstractBaseUser) -> Account:
    """The account that this site deactivated, live again: its user is back."""
    try:
        rest.users.set_active(service.client(), account.linked_id, active=True)
    except rest.NotFound:
        return set_up_anew(account)
    account.user = cast("User", user)
    account.state = Account.State.LINKED
    account.save(update_fields=["state", "updated_at"])
    signals.account_revived.send_robust(sender=Account, user=user, account=account)
    return account


def _set_up(account: Account, profile: Profile) -> None:
    if adopt_by_rule(account, profile):
        return
    if account.username and _recover(account):
        return
    for username in candidates(profile.username, service.username_rule()):
        if _is_of_another_user(account, username):
            continue
        if _create(account, profile, username):
            return
    raise conflict(f"no spelling of {profile.username!r} is free and allowed in Rocket.Chat")


def _recover(account: Account) -> bool:
    """Link an account whose creation was asked for before, but whose answer was lost."""
    try:
        chat_user = rest.users.info(service.client(), username=account.username)
    except rest.NotFound:
        return False
    if not proves_ours(account, chat_user):
        return False
    link(account, chat_user, created_here=True)
    signals.account_created.send_robust(sender=Account, user=account.user, account=account)
    return True


def _is_of_another_user(account: Account, username: str) -> bool:
    return (
        Account.objects.filter(username__iexact=username, rocketchat_id__isnull=False).exclude(pk=account.pk).exists()
    )


def _create(account: Account, profile: Profile, username: str) -> bool:
    try:
        found = rest.users.info(service.client(), username=username)
    except rest.NotFound:
        pass
    else:
        if Account.objects.filter(rocketchat_id=found.id).exclude(pk=account.pk).exists():  # renamed in chat
            return False
        raise conflict(
            f"Rocket.Chat already has an account {username!r} that this site did not create."
            " Link it by hand or rename one of the two."
        )
    # Kept before the call: should its answer be lost, the account is recognised by it.
    account.username = username
    account.save(update_fields=["username", "updated_at"])
    new_user = rest.NewUser(
        username=username,
        name=profile.name,
        email=profile.email,
        verified=profile.email_is_verified,
        password=derived_password(account),
    )
    try:
        chat_user = rest.users.create(service.client(), new_user)
    except (rest.BlockedUsername, rest.Taken, rest.InvalidField) as refusal:
        # None was made: whoever has the name later is not to be tried with the password, and locked out by it.
        account.username = ""
        account.save(update_fields=["username", "updated_at"])
        if isinstance(refusal, rest.BlockedUsername):
            return False
        raise _as_conflict(refusal) from None
    link(account, chat_user, created_here=True)
    signals.account_created.send_robust(sender=Account, user=account.user, account=account)
    return True


def _as_conflict(refusal: rest.Taken | rest.InvalidField) -> SignInRefused:
    if isinstance(refusal, rest.Taken):
        return conflict(
            f"Rocket.Chat already has an account with this {refusal.field or 'user name or e-mail address'},"
            f" which this site did not create. Link it by hand, or change the one or the other."
        )
    return conflict(f"Rocket.Chat does not take the user's data: {refusal}")


def _note_conflict(account: Account, refusal: SignInRefused) -> None:
    if refusal.reason in (RefusalReason.CONFLICT, RefusalReason.ADMINISTRATOR):
        account.state = Account.State.CONFLICT
        account.reason = refusal.detail
        account.save(update_fields=["state", "reason", "updated_at"])
