"""Login tokens from ``POST /api/v1/login`` with a password that only the site knows."""

from rocketchat_auth import rest
from rocketchat_auth.accounts.passwords import derived_password
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.conf import conf
from rocketchat_auth.login.sources.base import AccountGone, Source, misconfigured
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service


class PasswordSource(Source):
    """Signs in as the user, for workspaces where neither server nor database can be reached.

    Rocket.Chat limits logins to ten a minute and address, that is, for the whole site
    (documented on docs.rocket.chat, "Rate Limiter"): a sign-in waits for its turn up to
    ``ROCKETCHAT_READ_TIMEOUT`` seconds and is refused as busy after that.
    """

    def issue(self, account: Account, proposed: rest.Secret) -> rest.Secret:
        password = derived_password(account)
        try:
            return self._login(account, password)
        except rest.CredentialsRefused:
            self._set_password(account, password)
        try:
            return self._login(account, password)
        except rest.CredentialsRefused:
            raise misconfigured(
                f"Rocket.Chat refuses the password that was just set for {account}. Is password"
                " login switched off there (Accounts_ShowFormLogin, LDAP)?"
            ) from None

    def _login(self, account: Account, password: rest.Secret) -> rest.Secret:
        self._wait_for_turn()
        try:
            return rest.Secret(
                rest.users.login_with_password(
                    service.client(), account.username, password, budget=service.login_budget()
                ).auth_token
            )
        except rest.RateLimited as refusal:
            raise _busy(refusal.wait) from None
        except rest.SecondFactorRequired:
            raise misconfigured(
                "Rocket.Chat asks for a second factor at password logins. Switch off"
                " Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In there, or use another"
                " ROCKETCHAT_LOGIN_SOURCE."
            ) from None

    def _wait_for_turn(self) -> None:
        budget = service.login_budget()
        if budget.take():
            return
        wait = budget.wait()
        if wait <= conf.read_timeout:
            service.clock().sleep(wait)
            if budget.take():
                return
        raise _busy(budget.wait())

    def _set_password(self, account: Account, password: rest.Secret) -> None:
        if not account.created_here:
            raise SignInRefused(
                RefusalReason.CONFLICT,
                f"the chat account {account} was not created by this site, and"
                " ROCKETCHAT_LOGIN_SOURCE = 'password' would replace its password."
                " Use 'create_token' or 'mongo'.",
            )
        try:
            rest.users.update(service.client(), account.linked_id, {"password": password})
        except rest.NotFound:
            raise AccountGone from None


def _busy(wait: float) -> SignInRefused:
    return SignInRefused(
        RefusalReason.BUSY,
        "Rocket.Chat takes ten logins a minute from one address and they are used up;"
        f" try again in {wait:.0f} s. Raise API_Enable_Rate_Limiter_Limit_Calls_Default there"
        " for busier sites.",
        retry_after=wait,
    )
