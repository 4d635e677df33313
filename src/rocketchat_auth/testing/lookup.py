"""Finding the user that a body or a query names."""

from collections.abc import Mapping
from typing import Any

from rocketchat_auth.testing.errors import ApiError
from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.workspace import Workspace


def named_user(workspace: Workspace, parameters: Mapping[str, Any]) -> Document:
    """The user whom `userId`, `username` or `user` names (getUserFromParams.ts).

    Raises:
        ApiError: none is named, or there is no such user.
    """
    name = parameters.get("username") or parameters.get("user")
    if parameters.get("userId"):
        user = workspace.users.get(str(parameters["userId"]))
    elif name:
        user = workspace.users.by_username(str(name))
    else:
        raise ApiError('The required "userId" or "username" param was not provided', "error-user-param-not-provided")
    if user is None:
        raise ApiError(
            'The required "userId" or "username" param provided does not match any users', "error-invalid-user"
        )
    return user
