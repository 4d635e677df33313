"""From what is wanted and what was found to what has to change. Pure functions of the two."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from rocketchat_auth.accounts.changes import Action, Change
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.accounts.usernames import candidates
from rocketchat_auth.accounts.wanted import Wanted
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account
from rocketchat_auth.rest import UsernameRule


def compare(
    account: Account, wanted: Wanted, found: Found, *, managed: Memberships, rule: UsernameRule
) -> list[Change]:
    """What has to change for a user's account to be as the site wants it.

    Args:
        account: the row that ties the two.
        wanted: what the site wants.
        found: what Rocket.Chat has.
        managed: the roles, rooms and teams that the site gives and takes away, of those that there are.
        rule: the workspace's rule for usernames.
    """
    if not wanted.may_chat:
        return [deactivation(_("may not chat"))] if found.user.active else []
    if not found.user.active and account.state != Account.State.DEACTIVATED:
        reason = _("Somebody deactivated the account in chat. Activate it there if the person may come back.")
        return [Change(Action.CONFLICT, reason=reason)]
    changes = [Change(Action.REVIVE)] if account.state == Account.State.DEACTIVATED else []
    changes += _profile_changes(account, wanted, found, rule)
    changes += _membership_changes(wanted.memberships, found.memberships, managed)
    if account.password_mark and account.password_mark not in wanted.password_marks:
        changes.append(Change(Action.SIGN_OUT, reason=_("the password changed")))
    return changes


def offboarding(found: Found, on_delete: str) -> list[Change]:
    """What has to change for an account whose user is gone from the site.

    Args:
        found: what Rocket.Chat has.
        on_delete: the setting `ROCKETCHAT_ON_DELETE`.
    """
    if on_delete == "delete":
        return [Change(Action.DELETE, before=found.user.username, reason=_("the user was deleted"))]
    if on_delete == "deactivate" and found.user.active:
        return [deactivation(_("the user was deleted"))]
    return []


def deactivation(reason: str) -> Change:
    """The end of an account, which can be undone."""
    return Change(Action.DEACTIVATE, reason=reason)


def memberships_for_new(wanted: Memberships, managed: Memberships) -> list[Change]:
    """What an account that is to be made has to join."""
    return list(_membership_changes(wanted, Memberships(), managed))


def details_for_new(wanted: Wanted) -> list[Change]:
    """What is told of an account that is to be made, once it is there."""
    profile = wanted.profile
    changes = [] if not profile.bio else [Change(Action.UPDATE, "bio", "", profile.bio)]
    if profile.custom_fields:
        changes.append(Change(Action.UPDATE, "custom_fields", {}, dict(profile.custom_fields)))
    if wanted.picture_mark:
        changes.append(Change(Action.UPDATE, "avatar", "", wanted.picture_mark))
    return changes


def _profile_changes(account: Account, wanted: Wanted, found: Found, rule: UsernameRule) -> Iterator[Change]:
    profile, user, told = wanted.profile, found.user, account.told
    username = renamed(account, profile.username, user.username, rule)
    if username:
        yield Change(Action.UPDATE, "username", user.username, username)
    if profile.name != user.name:
        yield Change(Action.UPDATE, "name", user.name, profile.name)
    if profile.email and not user.has_email(profile.email):
        yield Change(Action.UPDATE, "email", user.emails[0].address if user.emails else "", profile.email)
    # An account that the site made has no bio until it is told one; that of another is not known.
    bio = user.bio if found.in_detail else told.get("bio", "" if account.created_here else None)
    if profile.bio is not None and profile.bio != bio:
        yield Change(Action.UPDATE, "bio", bio or "", profile.bio)
    # A field that is not shown though it was told is one that the workspace does not define.
    fields = {**told.get("custom_fields", {}), **user.custom_fields}
    before = {name: fields.get(name, "") for name in profile.custom_fields}
    if before != profile.custom_fields:
        yield Change(Action.UPDATE, "custom_fields", before, dict(profile.custom_fields))
    if wanted.picture_mark and wanted.picture_mark != told.get("avatar"):
        yield Change(Action.UPDATE, "avatar", told.get("avatar", ""), wanted.picture_mark)


def _membership_changes(wanted: Memberships, found: Memberships, managed: Memberships) -> Iterator[Change]:
    """The managed set: what is managed is as wanted afterwards, and all else as it was."""
    for kind, names in ((found & managed) - wanted).items():
        yield from (Change(Action.LEAVE, kind, before=name) for name in sorted(names))
    for kind, names in ((wanted & managed) - found).items():
        yield from (Change(Action.JOIN, kind, after=name) for name in sorted(names))


def renamed(account: Account, site_username: str, chat_username: str, rule: UsernameRule) -> str:
    """The chat username to rename to, or "" where it stays.

    It changes only when the username on the site does: one that was given by hand in chat stays, and so does one that
    was numbered because another had the name first.
    """
    if account.site_username in ("", site_username):
        return ""
    spellings = list(candidates(site_username, rule))
    return "" if not spellings or chat_username in spellings else spellings[0]
