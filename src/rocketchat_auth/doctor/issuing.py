"""A login token for a trial, by which nobody gets another password."""

import secrets

from rocketchat_auth import rest
from rocketchat_auth.accounts.passwords import derived_password
from rocketchat_auth.conf import conf
from rocketchat_auth.login.sources import current_source
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service


def token_for(account: Account) -> rest.Secret:
    """A token from the source. The source "password" itself would set another password where one is refused.

    Raises:
        AccountGone: the source does not know the account.
        SignInRefused: the source refuses it.
        CredentialsRefused: with the source "password", that the password is refused.
        RateLimited: so many calls of the kind are not to be had now.
        RocketChatError: as for every call.
    """
    if conf.login_source != "password":
        # Of the length and alphabet of Rocket.Chat's own.
        return current_source().issue(account, rest.Secret(secrets.token_urlsafe(32)))
    budget = service.login_budget()
    if not budget.take():
        raise rest.RateLimited("the ten logins a minute that it takes are used up")
    login = rest.users.login_with_password(service.client(), account.username, derived_password(account), budget=budget)
    return rest.Secret(login.auth_token)
