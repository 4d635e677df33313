"""Tying a user to an existing chat account, by an explicit rule only."""

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts import policy
from rocketchat_auth.accounts.passwords import derived_password
from rocketchat_auth.accounts.profile import Profile, current_adapter
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.accounts.wanted import password_marks
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service


def link(account: Account, chat_user: rest.User, *, created_here: bool) -> None:
    """Tie ``account`` to ``chat_user`` by its ``_id`` and end the claim."""
    account.rocketchat_id = chat_user.id
    account.username = chat_user.username
    account.created_here = created_here
    account.state = Account.State.LINKED
    account.reason = ""
    account.seen_at = policy.seen_at(chat_user)
    account.claimed_at = account.failed_at = None
    if account.user is not None:
        account.site_username = current_adapter().username(account.user)
        account.password_mark = password_marks(account.user)[0]
    account.save()


def adopt_by_rule(account: Account, profile: Profile) -> bool:
    """Link the chat account that ``ROCKETCHAT_LINK_EXISTING`` points at, if there is one.

    Raises :class:`SignInRefused` where there is one that must not be adopted.
    """
    rule = conf.link_existing
    chat_user = _pointed_at(rule, profile)
    if chat_user is None:
        return False
    if chat_user.id == conf.user_id:
        raise conflict(f"the chat account {chat_user.username!r} is the service account and is never adopted by a rule")
    if policy.ADMINISTRATOR in chat_user.roles:
        raise SignInRefused(
            RefusalReason.ADMINISTRATOR,
            f"the chat account {chat_user.username!r} has the role admin and is never adopted by"
            " a rule. Link it by hand.",
        )
    if Account.objects.filter(rocketchat_id=chat_user.id).exclude(pk=account.pk).exists():
        raise conflict(f"the chat account {chat_user.username!r} belongs to another user of the site")
    policy.check_may_sign_in(account, active=chat_user.active, roles=chat_user.roles)
    link(account, chat_user, created_here=False)
    signals.account_linked.send_robust(sender=Account, user=account.user, account=account, rule=rule)
    return True


def proves_ours(account: Account, chat_user: rest.User) -> bool:
    """Whether this site created ``chat_user``: only then it has the derived password."""
    client = service.client()
    try:
        login = rest.users.login_with_password(client, chat_user.username, derived_password(account))
    except rest.SecondFactorRequired:
        return True
    except (rest.CredentialsRefused, rest.Inactive):
        return False
    rest.users.logout(client, login)
    return True


def conflict(detail: str) -> SignInRefused:
    return SignInRefused(RefusalReason.CONFLICT, detail)


def _pointed_at(rule: str, profile: Profile) -> rest.User | None:
    if rule == "email" and profile.email_is_verified:
        found = rest.users.find_by_email(service.client(), profile.email, service.version())
        if found and any(
            email.verified and email.address.casefold() == profile.email.casefold() for email in found.emails
        ):
            return found
    elif rule == "username":
        try:
            return rest.users.info(service.client(), username=profile.username)
        except rest.NotFound:
            return None
    return None
