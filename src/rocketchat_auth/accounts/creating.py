"""What would become of a user who has no chat account yet: foretold, as `provisioning` would do it."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.accounts import comparing, policy
from rocketchat_auth.accounts.asking import ChatSide
from rocketchat_auth.accounts.changes import Action, Change
from rocketchat_auth.accounts.profile import Profile, with_address
from rocketchat_auth.accounts.refusals import SignInRefused
from rocketchat_auth.accounts.usernames import candidates
from rocketchat_auth.accounts.wanted import Wanted
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account
from rocketchat_auth.rest import UsernameRule


class Foreteller:
    """Tells what setting up an account would do, without doing it.

    Args:
        chat: the chat's side.
        rule: the workspace's rule for usernames.
    """

    def __init__(self, chat: ChatSide, rule: UsernameRule) -> None:
        self._chat = chat
        self._rule = rule
        # What accounts of the same plan are to get, and what others leave, in lower case.
        self._taken: set[str] = set()
        self._left: set[str] = set()

    def changes(self, user: AbstractBaseUser, account: Account | None, wanted: Wanted) -> list[Change]:
        """What has to be done to give `user` a chat account; a conflict where it cannot be done."""
        try:
            profile = with_address(wanted.profile, user)
        except SignInRefused as refusal:
            return [_conflict(refusal.detail)]
        own = account.pk if account is not None else None
        adopted = self._adoptable(profile)
        if adopted is not None:
            return self._adoption(adopted, profile, own, wanted)
        first = self._recovery(account, profile) or self._creation(profile, own)
        if first.action is Action.CONFLICT:
            return [first]
        self._taken |= {str(first.after["username"]).lower(), profile.email.lower()}
        details = comparing.details_for_new(wanted)
        return [first, *details, *comparing.memberships_for_new(wanted.memberships, self._chat.managed)]

    def heed(self, found: rest.User, changes: Iterable[Change]) -> None:
        """Take into account that an account of the same plan leaves a username or an address, or gets another."""
        for change in changes:
            if change.action is Action.DELETE:
                self._left |= {found.username.lower(), *(email.address.lower() for email in found.emails)}
            elif change.action is Action.UPDATE and change.field in ("username", "email"):
                self._left.add(str(change.before).lower())
                self._taken.add(str(change.after).lower())

    def may_get_free(self, wanted: Wanted) -> bool:
        """Whether another user of the site has the username or address that this one is to get, and may leave it."""
        found = (self._chat.with_username(wanted.profile.username), self._chat.with_email(wanted.profile.email))
        return any(other is not None and _is_of_another(other.id, None) for other in found)

    def _adoptable(self, profile: Profile) -> rest.User | None:
        found = None
        if conf.link_existing == "username":
            found = self._with_username(profile.username)
        elif conf.link_existing == "email" and profile.email_is_verified:
            found = self._with_email(profile.email)
            if found is not None and not _verified(found, profile.email):
                found = None
        return found

    def _with_username(self, username: str) -> rest.User | None:
        return None if username.lower() in self._left else self._chat.with_username(username)

    def _with_email(self, email: str) -> rest.User | None:
        return None if email.lower() in self._left else self._chat.with_email(email)

    def _adoption(self, found: rest.User, profile: Profile, own: int | None, wanted: Wanted) -> list[Change]:
        """Adopting an account that is there, and bringing it to what is wanted; a conflict where that may not be."""
        reason = self._obstacle(found, own)
        if reason:
            return [_conflict(reason)]
        self._taken |= {found.username.lower(), profile.email.lower()}
        link = Change(Action.LINK, after={"username": found.username, "email": profile.email})
        account = Account(rocketchat_id=found.id, state=Account.State.LINKED, site_username=profile.username)
        seen = self._chat.found(account)
        if seen is None:
            return [link]
        return [link, *comparing.compare(account, wanted, seen, managed=self._chat.managed, rule=self._rule)]

    def _obstacle(self, found: rest.User, own: int | None) -> str:
        """Why an account cannot be adopted, or "" where it can."""
        if found.id == conf.user_id:
            return _("The chat account %s is the service account of this site.") % found.username
        if policy.ADMINISTRATOR in found.roles:
            return _("The chat account %s is an administrator's and never adopted by a rule.") % found.username
        if _is_of_another(found.id, own):
            return _("The chat account %s belongs to another user of the site.") % found.username
        if not found.active:
            return _("The chat account %s is deactivated in chat.") % found.username
        return ""

    def _recovery(self, account: Account | None, profile: Profile) -> Change | None:
        """An account that was asked for before, but whose answer was lost; by its password, it is known to be ours."""
        if account is None or account.state != Account.State.PENDING or not account.username:
            return None
        found = self._chat.with_username(account.username)
        if found is None or _is_of_another(found.id, account.pk):
            return None
        return Change(Action.CREATE, after=_shown(found.username, profile))

    def _creation(self, profile: Profile, own: int | None) -> Change:
        if profile.email.lower() in self._taken or self._with_email(profile.email) is not None:
            return _conflict(
                _("Another chat account has the address %s. Link that account, or change one of the two.")
                % profile.email
            )
        for username in candidates(profile.username, self._rule):
            if username.lower() in self._taken:
                continue
            found = self._with_username(username)
            if found is None:
                return Change(Action.CREATE, after=_shown(username, profile))
            if not _is_of_another(found.id, own):
                return _conflict(
                    _("Chat has an account %s that this site did not create. Link it, or rename one of the two.")
                    % username
                )
        return _conflict(_("No spelling of %s is free and allowed in Rocket.Chat.") % profile.username)


def _shown(username: str, profile: Profile) -> dict[str, str]:
    return {"username": username, "name": profile.name, "email": profile.email}


def _verified(found: rest.User, address: str) -> bool:
    return any(email.verified and email.address.casefold() == address.casefold() for email in found.emails)


def _is_of_another(rocketchat_id: str, own: int | None) -> bool:
    others = Account.objects.filter(rocketchat_id=rocketchat_id)
    return (others if own is None else others.exclude(pk=own)).exists()


def _conflict(reason: str) -> Change:
    return Change(Action.CONFLICT, reason=reason)
