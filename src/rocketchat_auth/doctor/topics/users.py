"""The site's users, and what becomes of them in chat: how many have a trouble, with a few names."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.accounts import planning
from rocketchat_auth.accounts.matching import key_of
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.accounts.usernames import candidates
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

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
    mend=_("Give each an address of their own. docs/unique-email.md says how to keep it so."),
)
OTHER_NAME = Finding(
    "D233",
    Severity.WARNING,
    _("Users whose name the workspace refuses: {count} ({examples})."),
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
FINDINGS = (NO_EMAIL, SAME_EMAIL, OTHER_NAME, CONFLICT, INACTIVE_IN_CHAT, ACTIVE_IN_CHAT, GONE, ADAPTER_FAILED)


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
    seen, may_chat = _Seen(), _look_at_users(patient)
    yield from may_chat.seen.found(ADAPTER_FAILED, NO_EMAIL, SAME_EMAIL, CONFLICT)
    _look_at_names(may_chat.newcomers, seen)
    _look_at_accounts({user.id: user.active for user in rest.users.every(patient.client)}, may_chat.pks, seen)
    yield from seen.found(OTHER_NAME, INACTIVE_IN_CHAT, ACTIVE_IN_CHAT, GONE)


@dataclass(slots=True)
class _Users:
    """What was found out from the site alone: who may chat, and the names of those who have no account yet."""

    seen: _Seen = field(default_factory=_Seen)
    pks: set[Any] = field(default_factory=set)
    newcomers: list[tuple[str, str]] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)


def _look_at_users(patient: Patient) -> _Users:
    adapter, users = current_adapter(), _Users()
    for user in planning.users(adapter).iterator(planning.CHUNK):
        try:
            if adapter.may_chat(user):
                users.pks.add(user.pk)
                _look_at(user, adapter.username(user), adapter.email(user), users)
        except Exception:
            logger.exception("ROCKETCHAT_ADAPTER failed for the user with the primary key %s", user.pk)
            users.seen.add(ADAPTER_FAILED, user.get_username())
    return users


def _look_at(user: AbstractBaseUser, chat_name: str, email: str, users: _Users) -> None:
    account, name = planning.account_of(user), user.get_username()
    if account is not None and account.state == Account.State.CONFLICT:
        users.seen.add(CONFLICT, name)
    if account is None or not account.is_known:
        users.newcomers.append((name, chat_name))
        if not email and not conf.placeholder_email_domain:
            users.seen.add(NO_EMAIL, name)
    if email:
        key = key_of(email)
        if key in users.addresses:
            users.seen.add(SAME_EMAIL, name)
        users.addresses.add(key)


def _look_at_names(newcomers: list[tuple[str, str]], seen: _Seen) -> None:
    rule = service.username_rule()
    for name, chat_name in newcomers:
        if next(candidates(chat_name, rule), None) != chat_name:
            seen.add(OTHER_NAME, name)


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
