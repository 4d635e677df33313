"""Whether the service account is good, and may do what the site needs of it."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.accounts.needs import BYPASS, needed
from rocketchat_auth.accounts.policy import ADMINISTRATOR
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.rest import service

_NEW_TOKEN = _(
    "As the service account in Rocket.Chat: Profile → Personal Access Tokens, tick “Ignore Two Factor Authentication”,"
    " Add. Put the two values shown into ROCKETCHAT_AUTH_TOKEN and ROCKETCHAT_USER_ID."
)
_GIVE = _("Administration → Permissions in Rocket.Chat: tick {permission} for one of the roles {roles}.")

REFUSED = Finding(
    "D131",
    Severity.PROBLEM,
    _("Rocket.Chat refuses ROCKETCHAT_USER_ID and ROCKETCHAT_AUTH_TOKEN."),
    _("Nobody can sign in to chat, and no account is made or changed."),
    _NEW_TOKEN,
)
INACTIVE = Finding(
    "D132",
    Severity.PROBLEM,
    _("The service account {username} is deactivated."),
    _("Nobody can sign in to chat, and no account is made or changed."),
    _("Administration → Users → {username} → Activate. Deactivation deleted its token, so make a new one."),
)
ADMINISTRATOR_NOTE = Finding(
    "D133",
    Severity.FINE,
    _("The service account {username} is an administrator of the workspace."),
    _("It works, but whoever learns its token owns the workspace; a few permissions would do."),
    "python manage.py rocketchat connect {url}",
)
VITAL = Finding(
    "D134",
    Severity.PROBLEM,
    _("The service account {username} lacks the permission {permission}: without it, it can't {purpose}."),
    _("People can't sign in to chat."),
    _GIVE,
)
LACKING = Finding(
    "D135",
    Severity.WARNING,
    _("The service account {username} lacks the permission {permission}: without it, it can't {purpose}."),
    _("People get in, but what changes on the site does not all reach the chat."),
    _GIVE,
)
RATE_LIMITED = Finding(
    "D136",
    Severity.WARNING,
    _("Rocket.Chat limits the service account to {limit} calls of each kind a minute."),
    _("When many people sign in at a time they have to wait, and a sync takes long."),
    _GIVE,
)
SECOND_FACTOR = Finding(
    "D137",
    Severity.WARNING,
    _("Rocket.Chat asks the service account {username} for a second factor, which its token does not ignore."),
    _("Names, addresses and passwords of accounts can't be changed, nor accounts be made in newer versions."),
    _NEW_TOKEN,
)
FINDINGS = (REFUSED, INACTIVE, ADMINISTRATOR_NOTE, VITAL, LACKING, RATE_LIMITED, SECOND_FACTOR)


def probe(patient: Patient) -> Iterator[Found]:
    """Ask who it is, what it may do, and whether it is asked for more."""
    client = patient.client
    try:
        standing = rest.standing.standing(client, budget=service.me_budget())
    except rest.CredentialsRefused:
        yield REFUSED.seen()
        return
    user = standing.user
    if not user.active:
        yield INACTIVE.seen(username=user.username)
        return
    if ADMINISTRATOR in user.roles:
        yield ADMINISTRATOR_NOTE.seen(username=user.username, url=conf.url)
    if standing.rate is not None:
        yield RATE_LIMITED.seen(limit=standing.rate.limit, permission=BYPASS, roles=_listed(user))
    if rest.standing.asks_second_factor(client):
        yield SECOND_FACTOR.seen(username=user.username)
    yield from _lacking(user, rest.permissions.every(client))


def _lacking(user: rest.User, holders: rest.permissions.Roles) -> Iterator[Found]:
    """What it needs and lacks. A permission that this version does not know is not asked for by it either."""
    needs = [need for need in needed(conf.login_source) if need.permission != BYPASS]  # whose lack shows in the answers
    for need in needs:
        if need.permission in holders and set(user.roles).isdisjoint(holders[need.permission]):
            finding = VITAL if need.vital else LACKING
            yield finding.seen(
                username=user.username, permission=need.permission, purpose=need.purpose, roles=_listed(user)
            )


def _listed(user: rest.User) -> str:
    return ", ".join(user.roles)


TOPIC = Topic(
    "service_account",
    _("Service account"),
    FINDINGS,
    probe,
    _("Its credentials are good, and it may do all that the site needs."),
)
