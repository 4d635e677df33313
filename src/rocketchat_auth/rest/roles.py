"""Roles of chat accounts, in the whole workspace.

Documented at https://developer.rocket.chat/apidocs/roles-endpoints. What every version from 6 to 9 takes is read from
roles.ts of both rest-typings and the server: the role's `_id`, as 8.0 dropped its name, and the account's user name, as
the endpoints know no `_id` of accounts.
"""

from rocketchat_auth.rest.already import already
from rocketchat_auth.rest.client import Client


def every(client: Client) -> frozenset[str]:
    """The `_id` of each role that the workspace has.

    Raises:
        PermissionRefused: the service account may not see them.
        RocketChatError: as for every call.
    """
    answer = client.call("GET", "v1/roles.list")
    roles = answer.at("roles")
    if not isinstance(roles, list):
        raise answer.misshapen("roles")
    return frozenset(str(role["_id"]) for role in roles if isinstance(role, dict) and role.get("_id"))


def add(client: Client, username: str, role: str) -> None:
    """Give an account a role, unless it has it.

    Args:
        client: the client.
        username: the account's user name, as Rocket.Chat spells it.
        role: the role's `_id`; that of a role made by hand is no word.

    Raises:
        NotFound: there is no such account, or no such role.
        PermissionRefused: the service account lacks `access-permissions`, or for `admin` also `assign-admin-role`.
        RocketChatError: as for every call.
    """
    with already("error-user-already-in-role"):
        client.call("POST", "v1/roles.addUserToRole", json={"roleId": role, "username": username}, idempotent=True)


def remove(client: Client, username: str, role: str) -> None:
    """Take a role from an account, if it has it.

    Args:
        client: the client.
        username: the account's user name, as Rocket.Chat spells it.
        role: the role's `_id`.

    Raises:
        NotFound: there is no such account, or no such role.
        PermissionRefused: the service account lacks `access-permissions`.
        RocketChatError: as for every call; a plain `Refused` where it is the last administrator.
    """
    with already("error-user-not-in-role"):
        body = {"roleId": role, "username": username}
        client.call("POST", "v1/roles.removeUserFromRole", json=body, idempotent=True)
