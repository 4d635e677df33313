"""The site's users, and what becomes of them in chat: how many have a trouble, with a few names."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.accounts import planning
from rocketchat_auth.accounts.asking import AskEach, check_sees_all
from rocketchat_auth.accounts.changes import Action
from rocketchat_auth.accounts.directory import Directory
from rocketchat_auth.accounts.matching import key_of
from rocketchat_auth.accounts.planning import Planner
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import Memberships, conf
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.models import Account

logger = logging.getLogger("rocketchat_auth.doctor")

_EXAMPLES = 3

NO_EMAIL = Finding(
    "D231",
    Severity.PROBLEM,
    _("Users who may chat and have no e-mail address: {count} ({examples})."),
    why=_("Rocket.Chat makes no account without one, and they don't get in."),
    mend=_('Give them one, or set ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN = "users.example.com", a domain of yours.'),
)
SAME_EMAIL = Finding(
    "D232",
    Severity.PROBLEM,
    _("Users who may chat and share an e-mail address with another: {count} ({examples})."),
    why=_("Rocket.Chat gives an address to one account only, a and A alike: the others don't get in."),
    mend=_("Give each an address of their own. “Unique e-mail addresses” in the documentation says how to keep it so."),
)
OTHER_NAME = Finding(
    "D233",
    Severity.WARNING,
    _("Users who get another name in chat, since the workspace refuses theirs: {count} ({examples})."),
    why=_("They get in, under another spelling, by which others may not know them."),
    mend=_(
        "In Rocket.Chat, change UTF8_User_Names_Validation under Administration > Settings > General > UTF8, or give"
        " names by the method username() of ROCKETCHAT_ADAPTER."
    ),
)
CONFLICT = Finding(
    "D234",
    Severity.PROBLEM,
    _("Users in conflict with a chat account: {count} ({examples})."),
    why=_("An account that this site did not make has their name or address, and they don't get in."),
    mend=_("Link them: manage.py rocketchat link --by email, or by hand in the admin. The reason stands there, too."),
)
INACTIVE_IN_CHAT = Finding(
    "D235",
    Severity.PROBLEM,
    _("Users who may chat and whose account somebody deactivated in chat: {count} ({examples})."),
    why=_("They don't get in, and no sync undoes what was done in chat."),
    mend=_("Activate them in Rocket.Chat under Administration > Users, or take away what lets them chat on the site."),
)
ACTIVE_IN_CHAT = Finding(
    "D236",
    Severity.WARNING,
    _("Accounts that are active in chat though their users may not chat: {count} ({examples})."),
    why=_("Whoever still has a login there goes on reading."),
    mend="manage.py rocketchat sync",
)
GONE = Finding(
    "D237",
    Severity.WARNING,
    _("Users whose account was deleted in chat: {count} ({examples})."),
    why=_("They get a new, empty one at the next sign-in."),
    mend="manage.py rocketchat sync",
)
ADAPTER_FAILED = Finding(
    "D238",
    Severity.PROBLEM,
    _("Users for whom ROCKETCHAT_ADAPTER fails: {count} ({examples})."),
    why=_("They don't get in."),
    mend=_("The log has what failed, with the logger rocketchat_auth.doctor."),
)
IN_THE_WAY = Finding(
    "D239",
    Severity.PROBLEM,
    _("Users who come into conflict at their first sign-in: {count} ({examples})."),
    why=_("An account that this site did not make has their name or address, and they won't get in."),
    mend=_("Link them: manage.py rocketchat link --by email. To see the reason: manage.py rocketchat sync --dry-run"),
)
FINDINGS = (
    NO_EMAIL,
    SAME_EMAIL,
    OTHER_NAME,
    CONFLICT,
    INACTIVE_IN_CHAT,
    ACTIVE_IN_CHAT,
    GONE,
    ADAPTER_FAILED,
    IN_THE_WAY,
)


@dataclass(slots=True)
class _Seen:
    """How many of what were seen, and a few names."""

    counts: dict[Finding, int] = field(default_factory=dict)
    names: dict[Finding, list[str]] = field(default_factory=dict)

    def add(self, finding: Finding, name: str) -> None:
        self.counts[finding] = self.counts.get(finding, 0) + 1
        examples = self.names.setdefault(finding, [])
        if len(examples) < _EXAMPLES:
            examples.append(name)

    def found(self, *findings: Finding) -> Iterator[Found]:
        for finding in findings:
            if finding in self.counts:
                examples = ", ".join(self.names[finding])
                rest_of_them = ", …" if self.counts[finding] > _EXAMPLES else ""
                yield finding.seen(count=self.counts[finding], examples=examples + rest_of_them)


def probe(patient: Patient) -> Iterator[Found]:
    """Look at each user of the site, and at the list of the chat's accounts."""
    adapter, seen = current_adapter(), _Seen()
    users = _look_at_users(adapter)
    yield from users.seen.found(ADAPTER_FAILED, NO_EMAIL, SAME_EMAIL, CONFLICT)
    with Directory(Memberships(), AskEach(Memberships())) as directory:
        is_active = _read(patient, directory)
        _foretell(Planner(directory, adapter), adapter, users.newcomers, seen)
    _look_at_accounts(is_active, users.may_chat, seen)
    yield from seen.found(IN_THE_WAY, OTHER_NAME, INACTIVE_IN_CHAT, ACTIVE_IN_CHAT, GONE)


@dataclass(slots=True)
class _Users:
    """What was found out from the site alone: who may chat, and who of them is to get an account."""

    seen: _Seen = field(default_factory=_Seen)
    may_chat: set[Any] = field(default_factory=set)
    newcomers: set[Any] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)


def _look_at_users(adapter: Adapter) -> _Users:
    users = _Users()
    for user in planning.users(adapter).iterator(planning.CHUNK):
        try:
            if adapter.may_chat(user):
                users.may_chat.add(user.pk)
                _look_at(user, adapter.email(user), users)
        except Exception:
            logger.exception("ROCKETCHAT_ADAPTER failed for the user with the primary key %s", user.pk)
            users.seen.add(ADAPTER_FAILED, user.get_username())
    return users


def _look_at(user: AbstractBaseUser, email: str, users: _Users) -> None:
    account, key = planning.account_of(user), key_of(email)
    is_known = account is not None and account.is_known
    trouble = None
    if key and key in users.addresses:
        trouble = SAME_EMAIL
    elif account is not None and account.state == Account.State.CONFLICT:
        trouble = CONFLICT
    elif not (email or is_known or conf.placeholder_email_domain):
        trouble = NO_EMAIL
    users.addresses.add(key)
    if trouble is not None:
        users.seen.add(trouble, user.get_username())
    elif not is_known:
        users.newcomers.add(user.pk)


def _read(patient: Patient, directory: Directory) -> dict[str, bool]:
    """Read all accounts; tells of each whether it is active."""
    is_active: dict[str, bool] = {}
    seen = False
    for page in rest.users.pages(patient.client):
        directory.add(page.users)
        is_active |= {user.id: user.active for user in page.users}
        seen = seen or any(user.roles for user in page.users)
    check_sees_all(seen)
    return is_active


def _foretell(planner: Planner, adapter: Adapter, newcomers: set[Any], seen: _Seen) -> None:
    """See what becomes of those who are to get an account."""
    for user in planning.users(adapter).iterator(planning.CHUNK):
        if user.pk not in newcomers:
            continue
        for change in planner.of_user(user).plan.changes:
            if change.action is Action.CONFLICT:
                seen.add(IN_THE_WAY, user.get_username())
            elif change.action is Action.CREATE and change.after["username"] != adapter.username(user):
                seen.add(OTHER_NAME, user.get_username())


def _look_at_accounts(is_active: dict[str, bool], may_chat: set[Any], seen: _Seen) -> None:
    """Compare the rows with what Rocket.Chat lists."""
    known = Account.objects.filter(rocketchat_id__isnull=False).select_related("user").order_by("pk")
    for account in known.iterator(planning.CHUNK):
        name = account.user.get_username() if account.user is not None else str(account)
        active, allowed = is_active.get(account.linked_id), account.user_id in may_chat
        if active is None and allowed:
            seen.add(GONE, name)
        elif active is False and allowed and account.state != Account.State.DEACTIVATED:
            seen.add(INACTIVE_IN_CHAT, name)
        elif active and not allowed and _is_to_end(account):
            seen.add(ACTIVE_IN_CHAT, name)


def _is_to_end(account: Account) -> bool:
    return account.user is not None or conf.on_delete != "nothing"


TOPIC = Topic(
    name="users",
    title=_("Users"),
    findings=FINDINGS,
    probe=probe,
    fine=_("Whoever may chat can have an account, and site and chat agree on who is active."),
)
