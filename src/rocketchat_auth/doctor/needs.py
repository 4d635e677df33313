"""Which permissions the service account needs for what the site uses.

Names as in apps/meteor/app/authorization/server/constant/permissions.ts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.findings import Text


@dataclass(frozen=True, slots=True)
class Need:
    """A permission, and what it is for.

    Args:
        permission: its `_id`.
        purpose: completes "without it, it can't ...".
        vital: whether people can't get in without.
    """

    permission: str
    purpose: Text
    vital: bool = False


def needs() -> Iterator[Need]:
    """What the site's settings and its adapter make necessary.

    Raises:
        SettingError: a setting is wrong.
    """
    yield from _for_source()
    yield Need("create-user", _("make accounts"), vital=True)
    yield Need("view-full-other-user-info", _("see whose account it is: addresses and roles"), vital=True)
    yield Need("view-d-room", _("read the list of accounts, for a sync"))
    yield Need("edit-other-user-info", _("change names and addresses"))
    yield Need("edit-other-user-active-status", _("deactivate and revive accounts"))
    yield Need("logout-other-user", _("sign people out of chat everywhere"))
    if conf.on_delete == "delete":
        yield Need("delete-user", _("delete the accounts of deleted users"))
    if type(current_adapter()).avatar is not Adapter.avatar:
        yield Need("edit-other-user-avatar", _("set avatars"))
    yield from _for_memberships()


def _for_source() -> Iterator[Need]:
    if conf.login_source == "create_token":
        yield Need("user-generate-access-token", _("sign people in"), vital=True)
    if conf.login_source == "password":
        yield Need("edit-other-user-password", _("set the passwords by which people are signed in"), vital=True)


def _for_memberships() -> Iterator[Need]:
    managed = current_adapter().managed()
    if managed.roles:
        yield Need("access-permissions", _("give and take roles"))
    if "admin" in managed.roles:
        yield Need("assign-admin-role", _("give the role admin"))
    if managed.channels or managed.groups or managed.teams:
        yield Need("view-other-user-channels", _("see which rooms a person is in"))
    # As the owner of a room or team it needs no more; so it is where it makes them itself.
    if conf.create_rooms:
        yield from _for_making(channels=bool(managed.channels), groups=bool(managed.groups), teams=bool(managed.teams))
        return
    if managed.channels:
        yield Need("add-user-to-any-c-room", _("put people into channels of others"))
        yield Need("kick-user-from-any-c-room", _("take people out of channels of others"))
    if managed.groups:
        yield Need("add-user-to-any-p-room", _("put people into private channels of others"))
        yield Need("kick-user-from-any-p-room", _("take people out of private channels of others"))


def _for_making(*, channels: bool, groups: bool, teams: bool) -> Iterator[Need]:
    if channels:
        yield Need("create-c", _("make channels"))
    if groups:
        yield Need("create-p", _("make private channels"))
    if teams:
        yield Need("create-team", _("make teams"))
