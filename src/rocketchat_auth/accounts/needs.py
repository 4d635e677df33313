"""Which permissions the service account needs for what the site uses, and what for.

They are those that the endpoints ask for: see the modules of `rocketchat_auth.rest`. Names as in
apps/meteor/app/authorization/server/constant/permissions.ts.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import Memberships, conf
from rocketchat_auth.rest import Version, patches

BYPASS = "api-bypass-rate-limit"


@dataclass(frozen=True, slots=True)
class Need:
    """A permission, and what it is for.

    Args:
        permission: its `_id`.
        purpose: completes "with it, the site can ...".
        vital: whether people can't get in without.
    """

    permission: str
    purpose: Promise
    vital: bool = False


ALWAYS = (
    Need("create-user", _("make an account for whoever signs in first"), vital=True),
    Need("view-full-other-user-info", _("see addresses, roles and who is deactivated"), vital=True),
    Need("view-d-room", _("list the accounts")),
    Need("edit-other-user-info", _("keep names and addresses as they are on the site")),
    Need("edit-other-user-active-status", _("deactivate and revive accounts")),
    Need("logout-other-user", _("end all logins of somebody")),
    Need(BYPASS, _("go on without being held up by the limit of ten calls a minute")),
)
SEES_PATCH = (Need("view-statistics", _("be told which patch of Rocket.Chat runs: some have grave faults")),)
CREATES_TOKENS = (Need("user-generate-access-token", _("sign people in"), vital=True),)
SETS_PASSWORDS = (Need("edit-other-user-password", _("sign people in, by a password that it sets"), vital=True),)
SENDS_AVATARS = (Need("edit-other-user-avatar", _("send avatars")),)
DELETES = (Need("delete-user", _("delete accounts, as ROCKETCHAT_ON_DELETE says")),)
GIVES_ROLES = (Need("access-permissions", _("give roles; with it, it could give itself any other permission")),)
GIVES_ADMIN = (Need("assign-admin-role", _("give the role admin")),)
MOVES_PEOPLE = (Need("view-other-user-channels", _("see who is in which room")),)
FILLS_CHANNELS = (
    Need("view-c-room", _("see channels")),
    Need("add-user-to-any-c-room", _("put people into channels")),
    Need("kick-user-from-any-c-room", _("take people out of channels")),
)
FILLS_PRIVATE_CHANNELS = (
    Need("add-user-to-any-p-room", _("put people into private channels")),
    Need("kick-user-from-any-p-room", _("take people out of private channels")),
)
FILLS_TEAMS = (
    Need("view-all-teams", _("see private teams")),
    Need("add-team-member", _("put people into teams")),
    Need("edit-team-member", _("take people out of teams")),
)
MAKES_CHANNELS = (Need("create-c", _("make channels that are missing")),)
MAKES_PRIVATE_CHANNELS = (Need("create-p", _("make private channels that are missing")),)
MAKES_TEAMS = (Need("create-team", _("make teams that are missing")),)


def needed(source: str, version: Version | None = None) -> tuple[Need, ...]:
    """What the features need that the site's settings and its adapter use.

    Args:
        source: where login tokens come from, as `ROCKETCHAT_LOGIN_SOURCE` names it.
        version: of the server, where what the doctor needs to tell its faults is wanted, too.

    Raises:
        SettingError: a setting is wrong.
    """
    adapter = current_adapter()
    sets = [
        (CREATES_TOKENS, source == "create_token"),
        (SETS_PASSWORDS, source == "password"),
        (ALWAYS, True),
        (SEES_PATCH, version is not None and patches.matters(version)),
        (SENDS_AVATARS, type(adapter).avatar is not Adapter.avatar),
        (DELETES, conf.on_delete == "delete"),
        *_for(adapter.managed()),
    ]
    return tuple(need for needs, is_used in sets if is_used for need in needs)


def _for(managed: Memberships) -> list[tuple[tuple[Need, ...], bool]]:
    makes = conf.create_rooms
    return [
        (GIVES_ROLES, bool(managed.roles)),
        (GIVES_ADMIN, "admin" in managed.roles),
        (MOVES_PEOPLE, bool(managed.channels or managed.groups or managed.teams)),
        (FILLS_CHANNELS, bool(managed.channels)),
        (FILLS_PRIVATE_CHANNELS, bool(managed.groups)),
        (FILLS_TEAMS, bool(managed.teams)),
        (MAKES_CHANNELS, makes and bool(managed.channels)),
        (MAKES_PRIVATE_CHANNELS, makes and bool(managed.groups or managed.teams)),
        (MAKES_TEAMS, makes and bool(managed.teams)),
    ]
