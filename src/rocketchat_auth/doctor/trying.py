"""Trying whether the source of login tokens gives one for an account that is good. It is ended again at once."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth import rest
from rocketchat_auth.accounts.refusals import SignInRefused
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor import issuing
from rocketchat_auth.doctor.findings import Finding, Found, Severity
from rocketchat_auth.login.sources import AccountGone, ChatLogin, Source, current_source
from rocketchat_auth.models import Account

NO_TOKEN = Finding(
    "D253",
    Severity.PROBLEM,
    gettext_lazy("There is no login token to be had for {account}: {reason}"),
    why=gettext_lazy("They are told that chat is not set up properly."),
    mend=gettext_lazy("See what is said of the source of login tokens: manage.py rocketchat doctor"),
)
NOT_TAKEN = Finding(
    "D254",
    Severity.PROBLEM,
    gettext_lazy("Rocket.Chat does not take the login token that was just made for {account}."),
    why=gettext_lazy("Chat shows them the login page again and again."),
    mend=gettext_lazy(
        "See to it that ROCKETCHAT_LOGIN_SOURCE, and MONGO_DB if it is set, are those of ROCKETCHAT_URL."
    ),
)
LEFT_BEHIND = Finding(
    "D255",
    Severity.WARNING,
    gettext_lazy("The login token that was tried for {account} could not be ended: {reason}"),
    why=gettext_lazy("It counts as a login of theirs until it runs out."),
    mend=gettext_lazy("Nobody has it, and it runs out by itself. To end it now, sign the account out in the admin."),
)
OTHER_PASSWORD = Finding(
    "D256",
    Severity.WARNING,
    gettext_lazy("Rocket.Chat refuses the password that the site derives for {account}, and nothing was tried."),
    why=gettext_lazy(
        "Their next sign-in sets it anew. Where password login is switched off in Rocket.Chat, they can't sign in."
    ),
    mend=gettext_lazy(
        "Switch on Accounts_ShowFormLogin in Rocket.Chat, and leave ROCKETCHAT_PASSWORD_KEY as it once was."
    ),
)
FINDINGS = (NO_TOKEN, NOT_TAKEN, LEFT_BEHIND, OTHER_PASSWORD)


def token_of(account: Account) -> Iterator[Found]:
    """Have a token made, ask after it, and end it.

    Raises:
        RocketChatError: Rocket.Chat could not be asked, or refused the question.
        ImproperlyConfigured: a setting is missing or wrong.
    """
    try:
        login = ChatLogin(issuing.token_for(account), account.linked_id)
    except SignInRefused as refusal:
        yield NO_TOKEN.seen(account=account, reason=refusal.detail)
        return
    except AccountGone:
        yield NO_TOKEN.seen(account=account, reason=_("the source does not know the account."))
        return
    except rest.SecondFactorRequired as refusal:
        yield NO_TOKEN.seen(account=account, reason=refusal)
        return
    except rest.CredentialsRefused as refusal:
        is_set_anew = conf.login_source == "password" and account.created_here
        yield OTHER_PASSWORD.seen(account=account) if is_set_anew else NO_TOKEN.seen(account=account, reason=refusal)
        return
    source = current_source()
    try:
        found = _asked_after(source, account, login)
    finally:
        left_behind = _end(source, account, login)
    yield from found + left_behind


def _asked_after(source: Source, account: Account, login: ChatLogin) -> list[Found]:
    try:
        is_good = source.is_alive(login)
    except SignInRefused as refusal:
        return [NO_TOKEN.seen(account=account, reason=refusal.detail)]
    return [NOT_TAKEN.seen(account=account)] if is_good is False else []


def _end(source: Source, account: Account, login: ChatLogin) -> list[Found]:
    try:
        source.revoke(login)
    except rest.RocketChatError as error:
        return [LEFT_BEHIND.seen(account=account, reason=error)]
    return []
