"""Login tokens from ``users.createToken``."""

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.login.sources.base import AccountGone, Source, misconfigured
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service


class CreateTokenSource(Source):
    """Asks the service account for a token of the user.

    Documented on developer.rocket.chat, "Create Users Token". Up to 7.x the server needs
    ``CREATE_TOKENS_FOR_USERS=true`` in its environment, from 8.0
    ``CREATE_TOKENS_FOR_USERS_SECRET``, which ``ROCKETCHAT_TOKEN_SECRET`` repeats.
    """

    def issue(self, account: Account, proposed: rest.Secret) -> rest.Secret:
        try:
            return rest.Secret(
                rest.users.create_token(
                    service.client(),
                    account.linked_id,
                    secret=rest.Secret(conf.token_secret),
                    version=service.version(),
                ).auth_token
            )
        except rest.NotFound:
            raise AccountGone from None
        except (rest.PermissionRefused, rest.InvalidParameters) as refusal:
            raise misconfigured(
                f"users.createToken was refused ({refusal}). Up to Rocket.Chat 7 start the server"
                " with CREATE_TOKENS_FOR_USERS=true; from 8.0 start it with"
                " CREATE_TOKENS_FOR_USERS_SECRET and set ROCKETCHAT_TOKEN_SECRET to the same"
                " value. The service account needs the permission user-generate-access-token."
            ) from None
