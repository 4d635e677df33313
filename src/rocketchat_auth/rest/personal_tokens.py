"""Personal access tokens, which never expire. An account makes them for itself alone.

Documented at https://developer.rocket.chat/apidocs/users-endpoints.
"""

from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.errors import Refused
from rocketchat_auth.rest.secret import Secret


def replace(client: Client, name: str) -> Secret:
    """Make a token that needs no second factor; a former one of that name ends.

    It is removed and made anew: `users.regeneratePersonalAccessToken` keeps what the former one was, and that may have
    been one that needs a second factor.

    Args:
        client: a client that is signed in as the account.
        name: the token's name.

    Raises:
        PermissionRefused: the account lacks `create-personal-access-tokens`.
        SecondFactorRequired: the account has to give its second factor.
        RocketChatError: as for every call.
    """
    try:
        return _generate(client, name)
    except Refused as refusal:
        if refusal.code != "error-token-already-exists":
            raise
    client.call("POST", "v1/users.removePersonalAccessToken", json={"tokenName": name})
    return _generate(client, name)


def _generate(client: Client, name: str) -> Secret:
    body = {"tokenName": name, "bypassTwoFactor": True}
    return Secret(client.call("POST", "v1/users.generatePersonalAccessToken", json=body).text("token"))
