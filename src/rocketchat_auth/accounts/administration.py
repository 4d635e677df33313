"""What somebody in charge does to a chat account by hand."""

from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.accounts import recording
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change, Outcome, Result, Step
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service


class NotDone(Exception):
    """Nothing was done; the text is a sentence that says why and what to do instead."""


def sign_out_everywhere(account: Account) -> None:
    """End every login of an account: browsers, apps and personal access tokens.

    Whoever is still signed in to the site gets a new login there.

    Raises:
        NotDone: it has no account in Rocket.Chat, or that of this site itself.
        NotFound: its account is gone.
        PermissionRefused: the service account lacks `logout-other-user`.
        RocketChatError: as for every call.
    """
    rest.users.logout_everywhere(service.client(), _id_of_another(account))
    recording.end_logins(account)


def deactivate(account: Account) -> None:
    """Deactivate an account, which ends its logins. Rooms that it alone owns go to another member.

    The next sync revives it if its user may chat: see `comes_back`.

    Raises:
        NotDone: it has no account in Rocket.Chat, that of this site itself, or is deactivated already.
        NotFound: its account is gone.
        Federated: it is at home on another server.
        PermissionRefused: the service account lacks `edit-other-user-active-status`.
        RocketChatError: as for every call.
    """
    user_id = _id_of_another(account)
    if account.state == Account.State.DEACTIVATED:
        raise NotDone(_("It is deactivated already."))
    rest.users.set_active(service.client(), user_id, active=False, relinquish=True)
    plan = AccountPlan(
        user_pk=None if account.user_id is None else str(account.user_id),
        account_pk=account.pk,
        chat_username=account.username,
        rocketchat_id=user_id,
        changes=(Change(Action.DEACTIVATE, reason=_("deactivated by hand")),),
    )
    recording.record(account, None, Result(plan, tuple(Step(change, Outcome.DONE) for change in plan.changes)))


def comes_back(account: Account) -> bool:
    """Whether the next sync revives the account, because its user may chat."""
    return account.user is not None and current_adapter().may_chat(account.user)


def _id_of_another(account: Account) -> str:
    """The `_id` of the account, which must not be the one by which this site talks to Rocket.Chat."""
    if not account.rocketchat_id:
        raise NotDone(_("It is not linked to an account in Rocket.Chat."))
    if account.rocketchat_id == conf.user_id:
        raise NotDone(_("It is the service account of this site, which would lock itself out. Unlink it."))
    return account.rocketchat_id
