"""What anyone may ask of a workspace, and its settings."""

from typing import Any

from rocketchat_auth.testing.directory import json_parameter, paginated
from rocketchat_auth.testing.errors import ApiError, Forbidden
from rocketchat_auth.testing.query import matches
from rocketchat_auth.testing.routes import Call, always, route
from rocketchat_auth.testing.settings import PUBLIC_SETTINGS
from rocketchat_auth.testing.store import Document

MINIMUM_CLIENTS = {"desktop": "3.9.6", "mobile": "4.39.0"}


@route("GET", "info", authenticated=False, limited=False)
def info(call: Call) -> Document:
    """GET /api/info: major and minor version, to those who may view statistics also the patch level, if one is played.

    `standIn` says that this is no Rocket.Chat.
    """
    stand_in = {"name": "rocketchat_auth.testing", "notice": "This is a stand-in for tests, not Rocket.Chat."}
    facts: Document = {"version": str(call.version), "minimumClientVersions": MINIMUM_CLIENTS, "standIn": stand_in}
    headers = call.request.headers
    holder = call.workspace.holder(headers.get("X-User-Id", ""), headers.get("X-Auth-Token", ""))
    if call.version.patch is not None and holder is not None and call.workspace.allows(holder[0], "view-statistics"):
        full = f"{call.version}.{call.version.patch}"
        facts.update(version=full, info={"version": full})
    return facts


@route("GET", "v1/settings.public", authenticated=False)
def public_settings(call: Call) -> Document:
    """GET /api/v1/settings.public, up to 6.x with a `query`, later with `_id`, a list with commas."""
    values = call.workspace.settings
    found = [_setting(name, values[name]) for name in sorted(PUBLIC_SETTINGS & values.keys())]
    if call.version.reads_query_parameters:
        wanted = json_parameter(call, "query")
        found = [setting for setting in found if matches(setting, wanted)]
    elif "_id" in call.query:
        names = [name.strip() for name in call.query["_id"].split(",")]
        found = [setting for setting in found if setting["_id"] in names]
    page, numbers = paginated(call, found)
    return {"settings": page, **numbers}


def _setting(name: str, value: Any) -> Document:
    return {"_id": name, "value": value, "enterprise": False}


@route("GET", "v1/settings.oauth", authenticated=False)
def oauth_services(call: Call) -> Document:
    """GET /api/v1/settings.oauth: none, for the stand-in has no OAuth."""
    return {"services": []}


@route("GET", "v1/settings/")
def setting(call: Call) -> Document:
    """GET /api/v1/settings/NAME."""
    if not call.allows("view-privileged-setting"):
        raise Forbidden
    return {"_id": call.tail, "value": call.workspace.settings[_known(call)]}


@route("POST", "v1/settings/", asks_second_factor=always)
def change_setting(call: Call) -> Document:
    """POST /api/v1/settings/NAME; the value's type is not checked, as recorded."""
    if not call.allows("edit-privileged-setting"):
        raise Forbidden
    if not call.workspace.custom_scripts and call.tail.startswith("Custom_Script_"):
        raise ApiError("Custom scripts are disabled", status=403)
    name = _known(call)
    if "value" not in call.body:
        raise ApiError(None)
    call.workspace.settings[name] = call.body["value"]
    return {}


def _known(call: Call) -> str:
    if call.tail not in call.workspace.settings:
        raise ApiError(None)
    return call.tail
