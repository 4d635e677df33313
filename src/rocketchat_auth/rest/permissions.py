"""Which roles may do what.

Documented at https://developer.rocket.chat/apidocs/permissions-endpoints; read from
apps/meteor/app/api/server/v1/permissions.ts.
"""

from collections.abc import Iterable, Mapping

from rocketchat_auth.rest.client import Client

Roles = Mapping[str, tuple[str, ...]]
"""The `_id` of each role that has a permission, by the permission's `_id`."""


def every(client: Client) -> Roles:
    """All permissions that the server's version knows, and who has them.

    Raises:
        RocketChatError: as for every call. Every account may ask.
    """
    answer = client.call("GET", "v1/permissions.listAll")
    found = answer.at("update")
    if not isinstance(found, list):
        raise answer.misshapen("update")
    return {
        permission["_id"]: tuple(role for role in permission["roles"] if isinstance(role, str))
        for permission in found
        if isinstance(permission, dict)
        and isinstance(permission.get("_id"), str)
        and isinstance(permission.get("roles"), list)
    }


def update(client: Client, roles: Mapping[str, Iterable[str]]) -> None:
    """Say who has some permissions. The roles are the whole list: name those too that have it already.

    Args:
        client: the client.
        roles: by permission. One that the server does not know makes it refuse them all.

    Raises:
        PermissionRefused: the account lacks `access-permissions`.
        RocketChatError: as for every call.
    """
    body = [{"_id": name, "roles": list(dict.fromkeys(names))} for name, names in roles.items()]
    client.call("POST", "v1/permissions.update", json={"permissions": body}, idempotent=True)
