"""What every source of login tokens is and does."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rocketchat_auth import rest
from rocketchat_auth.accounts import policy
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service


@dataclass(frozen=True, slots=True)
class ChatLogin:
    """A login token and the Rocket.Chat ``_id`` it signs in. Its repr shows no token."""

    secret: rest.Secret
    user_id: str

    @property
    def token(self) -> str:
        """The token itself. Use it in an expression, never keep it in a variable."""
        return self.secret.reveal()

    @property
    def credentials(self) -> rest.Credentials:
        return rest.Credentials(user_id=self.user_id, auth_token=self.token)


class AccountGone(Exception):
    """Rocket.Chat no longer knows the ``_id`` that an account is linked to."""


class Source:
    """Where login tokens come from. A site's own source subclasses this one.

    Lives and ends are asked and told over REST with the token itself; a source that
    knows a cheaper way overrides :meth:`is_alive` and :meth:`revoke`.
    """

    #: Whether :meth:`issue` takes the token it is given and may be called twice with the same.
    takes_token: ClassVar[bool] = False
    #: Whether :meth:`issue` itself refuses accounts that are deactivated or administrators.
    checks_account: ClassVar[bool] = False

    def issue(self, account: Account, proposed: rest.Secret) -> rest.Secret:
        """Return a live login token of ``account``.

        ``proposed`` is a token of Rocket.Chat's own length for sources that store it
        themselves. Raises :class:`AccountGone`, :class:`SignInRefused` or a
        :class:`~rocketchat_auth.rest.RocketChatError`.
        """
        raise NotImplementedError

    def is_alive(self, login: ChatLogin) -> bool | None:
        """Whether Rocket.Chat still takes the token; ``None`` where it can't be told now.

        ``GET /api/v1/me`` is limited to ten calls a minute for the whole site
        (Rocket.Chat's rate limiter counts by address and route), so the answer is ``None``
        once that budget is spent.

        Raises :class:`SignInRefused` where the account became an administrator's, see :func:`check_roles`.
        """
        budget = service.me_budget()
        if not budget.take():
            return None
        try:
            life = rest.users.me(service.client(), login.credentials, budget=budget)
        except rest.RocketChatError:
            return None
        check_roles(login, life.roles)
        return life.alive

    def may_have_logged_out(self, login: ChatLogin) -> bool:
        """Whether ``login``, which is dead, can have ended because its person logged out in chat.

        REST tells only that it is dead, so this takes it for that. A source that sees whether the token was pushed
        out by newer ones, or the account deactivated, says so.
        """
        return True

    def revoke(self, login: ChatLogin) -> None:
        """End ``login`` in Rocket.Chat; that it ended before is no error.

        Raises a :class:`~rocketchat_auth.rest.RocketChatError` where it may still live.
        """
        rest.users.logout(service.client(), login.credentials)


def check_roles(login: ChatLogin, roles: Iterable[str]) -> None:
    """Raise :class:`SignInRefused` where ``login`` is one to an administrator's account that is closed to its user.

    What was seen of the account before does not count from then on, so that other sessions are refused as well.
    """
    if policy.ADMINISTRATOR not in roles:
        return
    accounts = Account.objects.filter(rocketchat_id=login.user_id)
    accounts.exclude(seen_at=None).update(seen_at=None)
    for account in accounts.select_related("user"):
        policy.check_may_sign_in(account, active=True, roles=roles)


def misconfigured(detail: str) -> SignInRefused:
    return SignInRefused(RefusalReason.MISCONFIGURED, detail)
