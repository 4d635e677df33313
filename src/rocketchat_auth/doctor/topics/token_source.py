"""Whether a login token comes from the source that the site uses, is good, and ends when it is revoked.

It is tried on the service account, of which nobody minds one login more: as an account may always make tokens of its
own, a refusal is then about the server's environment, and of permissions `service_account` speaks. Where the service
account can't be signed in to that way, an account that the site has made is taken. Neither gets another password.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor import issuing
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.login.sources import AccountGone, ChatLogin, current_source
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service
from rocketchat_auth.rest.logins import TOKEN_SECRET_SINCE

_NOBODY_GETS_IN = _("Nobody can sign in to chat.")
_THE_SAME = _(
    "Start Rocket.Chat with CREATE_TOKENS_FOR_USERS_SECRET in its environment, and set ROCKETCHAT_TOKEN_SECRET to the"
    " same value, without a space or quotation mark too many."
)

SWITCHED_OFF = Finding(
    "D141",
    Severity.PROBLEM,
    _("Rocket.Chat makes no login tokens: its environment lacks CREATE_TOKENS_FOR_USERS."),
    _NOBODY_GETS_IN,
    _("Start Rocket.Chat with CREATE_TOKENS_FOR_USERS=true in its environment."),
)
NO_SECRET = Finding(
    "D142",
    Severity.PROBLEM,
    _("Rocket.Chat {version} wants a secret with which login tokens are made, and ROCKETCHAT_TOKEN_SECRET is not set."),
    _NOBODY_GETS_IN,
    _THE_SAME,
)
WRONG_SECRET = Finding(
    "D143",
    Severity.PROBLEM,
    _("ROCKETCHAT_TOKEN_SECRET is not what CREATE_TOKENS_FOR_USERS_SECRET is on the server, or it is not set there."),
    _NOBODY_GETS_IN,
    _THE_SAME,
)
SECOND_FACTOR = Finding(
    "D144",
    Severity.PROBLEM,
    _("Rocket.Chat asks for a second factor where a login token is to be made."),
    _NOBODY_GETS_IN,
    _(
        "With the source create_token: make the service account's token anew, with “Ignore Two Factor Authentication”"
        " ticked. With password: switch off Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In in Rocket.Chat, and"
        " take the second factor off the accounts."
    ),
)
FAILED = Finding(
    "D145",
    Severity.PROBLEM,
    _("The source {source} gives no login token: {reason}"),
    _NOBODY_GETS_IN,
    _("See docs/settings.md, ROCKETCHAT_LOGIN_SOURCE, for what it needs."),
)
DEAD = Finding(
    "D146",
    Severity.PROBLEM,
    _("The source {source} gave a login token that Rocket.Chat does not take."),
    _("People stay on the login page, or come back to it again and again."),
    _("See that ROCKETCHAT_URL and MONGO_DB, where it is set, are of the same workspace."),
)
LEFT = Finding(
    "D147",
    Severity.WARNING,
    _("A login token that was made for the trial could not be ended: {reason}"),
    _("Who signs out of the site may stay signed in to chat."),
    _("Log {account} out in Rocket.Chat: Administration → Users → {account}."),
)
BUSY = Finding(
    "D148",
    Severity.UNKNOWN,
    _(
        "The source {source} could not be tried to the end: Rocket.Chat takes so few such calls a minute, and they are"
        " used up."
    ),
    mend=_("Run this again in a minute."),
)
NOBODY = Finding(
    "D149",
    Severity.UNKNOWN,
    _("The source {source} could not be tried: the site has made no chat account yet on which to do that."),
    mend=_("Sign in to the site, open its chat page, and run this again."),
)
PASSWORD_REFUSED = Finding(
    "D150",
    Severity.WARNING,
    _("Rocket.Chat refuses the password that the site derives for the chat account {account}."),
    _("It gets a new password at its next sign-in. Where password login is switched off, it can't sign in at all."),
    _("Switch on Accounts_ShowFormLogin in Rocket.Chat, and leave ROCKETCHAT_PASSWORD_KEY as it once was."),
)
FINDINGS = (
    SWITCHED_OFF,
    NO_SECRET,
    WRONG_SECRET,
    SECOND_FACTOR,
    FAILED,
    DEAD,
    LEFT,
    BUSY,
    NOBODY,
    PASSWORD_REFUSED,
)


def probe(patient: Patient) -> Iterator[Found]:
    """Try the source on one account."""
    for account in _subjects():
        try:
            secret = issuing.token_for(account)
        except SignInRefused as refusal:
            if refusal.reason is RefusalReason.ADMINISTRATOR:
                continue
            yield _refused(refusal)
        except rest.SecondFactorRequired:
            yield SECOND_FACTOR.seen()
        except rest.CredentialsRefused:
            # With another source it is the site's own token that is refused, which `service_account` tells.
            if conf.login_source == "password":
                yield PASSWORD_REFUSED.seen(account=account)
        except rest.RateLimited:
            yield BUSY.seen(source=conf.login_source)
        except AccountGone:
            yield FAILED.seen(source=conf.login_source, reason=_("there is no account {}").format(account.linked_id))
        else:
            yield from _tried(patient.client, account, ChatLogin(secret, account.linked_id))
        return
    yield NOBODY.seen(source=conf.login_source)


def _subjects() -> list[Account]:
    """On whom the source may be tried, those first of whom nobody minds."""
    service_account = Account(rocketchat_id=conf.user_id, username=conf.user_id, state=Account.State.LINKED)
    if conf.login_source == "create_token":
        return [service_account]
    made_here = list(Account.objects.filter(state=Account.State.LINKED, created_here=True).order_by("pk")[:1])
    return [service_account, *made_here] if conf.login_source == "mongo" else made_here


def _refused(refusal: SignInRefused) -> Found:
    if conf.login_source != "create_token":
        return FAILED.seen(source=conf.login_source, reason=refusal.detail)
    version = service.version()
    if version < TOKEN_SECRET_SINCE:
        return SWITCHED_OFF.seen()
    return WRONG_SECRET.seen() if conf.token_secret else NO_SECRET.seen(version=version)


def _tried(client: rest.Client, account: Account, login: ChatLogin) -> Iterator[Found]:
    """Use the token, and end it whatever comes of that."""
    try:
        alive = _is_alive(client, login)
    finally:
        left = _ended(account, login)
    if alive is None:
        yield BUSY.seen(source=conf.login_source)
    elif not alive:
        yield DEAD.seen(source=conf.login_source)
    if left is not None:
        yield left


def _is_alive(client: rest.Client, login: ChatLogin) -> bool | None:
    budget = service.me_budget()
    if not budget.take():
        return None
    return rest.users.me(client, login.credentials, budget=budget).alive


def _ended(account: Account, login: ChatLogin) -> Found | None:
    try:
        current_source().revoke(login)
    except rest.RocketChatError as error:
        return LEFT.seen(reason=error, account=account)
    return None


TOPIC = Topic(
    "token_source", _("Login tokens"), FINDINGS, probe, _("A login token was made, was good, and was ended again.")
)
