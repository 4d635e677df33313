"""Settings of the workspace that are not for everybody. `workspace.public_settings` has the others.

Documented at https://developer.rocket.chat/apidocs/settings-endpoints; read from
apps/meteor/app/api/server/v1/settings.ts.
"""

from typing import Any

from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.errors import NotFound, Refused


def get(client: Client, name: str) -> Any:
    """The value of a setting.

    Raises:
        NotFound: the server's version has no such setting.
        PermissionRefused: the account lacks `view-privileged-setting`.
        RocketChatError: as for every call.
    """
    try:
        return client.call("GET", f"v1/settings/{name}").body.get("value")
    except Refused as refusal:
        raise _as_not_found(refusal, name) from None


def put(client: Client, name: str, value: object) -> None:
    """Change a setting. The server looks at neither type nor sense of the value.

    Raises:
        NotFound: the server's version has no such setting.
        PermissionRefused: the account lacks `edit-privileged-setting`.
        SecondFactorRequired: the account has to give its second factor.
        RocketChatError: as for every call.
    """
    try:
        client.call("POST", f"v1/settings/{name}", json={"value": value}, idempotent=True)
    except Refused as refusal:
        raise _as_not_found(refusal, name) from None


def _as_not_found(refusal: Refused, name: str) -> Refused:
    """A setting that is unknown or hidden is refused with a bare 400."""
    if type(refusal) is Refused and refusal.status == 400 and not (refusal.message or refusal.code):
        return NotFound(f"there is no setting {name}", status=400, endpoint=refusal.endpoint)
    return refusal
