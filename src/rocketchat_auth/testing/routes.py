"""Which function answers which endpoint, and what is asked of the caller before it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from rocketchat_auth.testing.errors import invalid_params
from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.version import ServerVersion
from rocketchat_auth.testing.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an endpoint."""

    workspace: Workspace
    request: Request
    user: Document
    """The caller, `{}` where the endpoint asks for no credentials and none were given."""
    token: Document
    """The entry of the login token that the caller gave."""
    query: dict[str, str]
    body: Document
    tail: str
    """What stands behind the endpoint's path, for those that take a name there."""

    @property
    def version(self) -> ServerVersion:
        """The version that is played."""
        return self.workspace.version

    def allows(self, permission: str) -> bool:
        """Whether the caller has the permission."""
        return self.workspace.allows(self.user, permission)


Handler = Callable[[Call], Document]
"""Returns the body of a 200, without `success`; raises `ApiError` for any other answer."""


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint."""

    handler: Handler
    authenticated: bool
    limited: bool
    permission: str | None
    asks_second_factor: Callable[[ServerVersion], bool]
    says_success: bool


ROUTES: dict[tuple[str, str], Route] = {}
"""By method and path, below `/api/`; a path that ends in `/` takes a name behind it."""


def never(version: ServerVersion) -> bool:
    """The endpoint asks for no second factor, whatever the version."""
    return False


def always(version: ServerVersion) -> bool:
    """The endpoint asks for a second factor, whatever the version."""
    return True


def route(
    method: str,
    path: str,
    *,
    authenticated: bool = True,
    limited: bool = True,
    permission: str | None = None,
    asks_second_factor: Callable[[ServerVersion], bool] = never,
    says_success: bool = True,
) -> Callable[[Handler], Handler]:
    """Register a function as an endpoint's."""

    def register(handler: Handler) -> Handler:
        ROUTES[method, path] = Route(handler, authenticated, limited, permission, asks_second_factor, says_success)
        return handler

    return register


_TYPE_NAMES = {str: "string", bool: "boolean", list: "array", dict: "object", int: "integer"}


def check_shape(
    document: Document, *, required: dict[str, type[Any]], optional: dict[str, type[Any]] | None = None
) -> None:
    """Check a body against an endpoint's schema, in the order and with the words of ajv.

    Raises:
        ApiError: `invalid-params`.
    """
    for name in required:
        if name not in document:
            raise invalid_params(f"must have required property '{name}'")
    types = {**required, **(optional or {})}
    if not document.keys() <= types.keys():
        raise invalid_params("must NOT have additional properties")
    for name, value in document.items():
        if not isinstance(value, types[name]):
            raise invalid_params(f"must be {_TYPE_NAMES[types[name]]}")
