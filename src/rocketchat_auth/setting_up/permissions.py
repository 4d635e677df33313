"""Which permissions the service account needs, and what for; and giving them to the built-in role `bot`.

A role of the workspace's own would be better still, but making one is a paid feature of Rocket.Chat. The permissions
are those that the endpoints ask for: see the modules of `rocketchat_auth.rest`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import Memberships, conf

ROLE = "bot"
MAKES_TOKENS = "create-personal-access-tokens"


@dataclass(frozen=True, slots=True)
class Need:
    """A permission, and what the package does with it."""

    permission: str
    why: Promise


ALWAYS = (
    Need("create-user", _("makes an account for whoever signs in first")),
    Need("edit-other-user-info", _("keeps names and addresses as they are on the site")),
    Need("view-full-other-user-info", _("sees addresses, roles and who is deactivated")),
    Need("edit-other-user-active-status", _("deactivates and revives accounts")),
    Need("logout-other-user", _("ends all logins of somebody")),
    Need("view-d-room", _("lists the accounts")),
    Need("api-bypass-rate-limit", _("is not held up by the limit of ten calls a minute")),
)
CREATES_TOKENS = (Need("user-generate-access-token", _("signs people in")),)
SETS_PASSWORDS = (Need("edit-other-user-password", _("signs people in, by a password that it sets")),)
SENDS_AVATARS = (Need("edit-other-user-avatar", _("sends avatars")),)
DELETES = (Need("delete-user", _("deletes accounts, as ROCKETCHAT_ON_DELETE says")),)
GIVES_ROLES = (Need("access-permissions", _("gives roles; with it, it could give itself any other permission")),)
MOVES_PEOPLE = (Need("view-other-user-channels", _("sees who is in which room")),)
FILLS_CHANNELS = (
    Need("view-c-room", _("sees channels")),
    Need("add-user-to-any-c-room", _("puts people into channels")),
    Need("kick-user-from-any-c-room", _("takes people out of channels")),
)
FILLS_PRIVATE_CHANNELS = (
    Need("add-user-to-any-p-room", _("puts people into private channels")),
    Need("kick-user-from-any-p-room", _("takes people out of private channels")),
)
FILLS_TEAMS = (
    Need("view-all-teams", _("sees private teams")),
    Need("add-team-member", _("puts people into teams")),
    Need("edit-team-member", _("takes people out of teams")),
)
MAKES_CHANNELS = (Need("create-c", _("makes channels that are missing")),)
MAKES_PRIVATE_CHANNELS = (Need("create-p", _("makes private channels that are missing")),)
MAKES_TEAMS = (Need("create-team", _("makes teams that are missing")),)


def needed(source: str) -> tuple[Need, ...]:
    """What the features need that the site's settings and its adapter use.

    Args:
        source: where login tokens come from, as `ROCKETCHAT_LOGIN_SOURCE` names it.

    Raises:
        SettingError: a setting is wrong.
    """
    adapter = current_adapter()
    sets = [
        (ALWAYS, True),
        (CREATES_TOKENS, source == "create_token"),
        (SETS_PASSWORDS, source == "password"),
        (SENDS_AVATARS, type(adapter).avatar is not Adapter.avatar),
        (DELETES, conf.on_delete == "delete"),
        *_for(adapter.managed()),
    ]
    return tuple(need for needs, is_used in sets if is_used for need in needs)


def _for(managed: Memberships) -> list[tuple[tuple[Need, ...], bool]]:
    makes = conf.create_rooms
    return [
        (GIVES_ROLES, bool(managed.roles)),
        (MOVES_PEOPLE, bool(managed.channels or managed.groups or managed.teams)),
        (FILLS_CHANNELS, bool(managed.channels)),
        (FILLS_PRIVATE_CHANNELS, bool(managed.groups)),
        (FILLS_TEAMS, bool(managed.teams)),
        (MAKES_CHANNELS, makes and bool(managed.channels)),
        (MAKES_PRIVATE_CHANNELS, makes and bool(managed.groups or managed.teams)),
        (MAKES_TEAMS, makes and bool(managed.teams)),
    ]


@dataclass(frozen=True, slots=True)
class Grants:
    """The permissions of the role as they are, and as they will be.

    Args:
        needs: all that are needed.
        roles: who has which permission now, of all that the server knows.
    """

    needs: tuple[Need, ...]
    roles: rest.permissions.Roles

    def has(self, need: Need) -> bool:
        """Whether the role has it already."""
        return ROLE in self.roles.get(need.permission, ())

    def is_known(self, need: Need) -> bool:
        """Whether the server's version knows it; one that it does not know, it does not ask for."""
        return need.permission in self.roles

    @property
    def missing(self) -> tuple[Need, ...]:
        """What has to be given."""
        return tuple(need for need in self.needs if self.is_known(need) and not self.has(need))


def look(client: rest.Client, needs: Iterable[Need]) -> Grants:
    """See what the role lacks.

    Raises:
        RocketChatError: as for every call.
    """
    return Grants(tuple(needs), rest.permissions.every(client))


def grant(client: rest.Client, grants: Grants) -> None:
    """Give the role what it lacks, beside those that have it.

    Raises:
        PermissionRefused: the account may not.
        RocketChatError: as for every call.
    """
    if grants.missing:
        wanted = {need.permission: (*grants.roles[need.permission], ROLE) for need in grants.missing}
        rest.permissions.update(client, wanted)


@contextmanager
def lent(client: rest.Client, permission: str) -> Iterator[None]:
    """Give the role a permission for a moment, and take it back whatever happens, unless it had it before.

    Raises:
        PermissionRefused: the account may not.
        RocketChatError: as for every call.
    """
    before = rest.permissions.every(client).get(permission, ())
    if ROLE in before:
        yield
        return
    rest.permissions.update(client, {permission: (*before, ROLE)})
    try:
        yield
    finally:
        rest.permissions.update(client, {permission: before})
