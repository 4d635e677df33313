"""The pages of the stand-in: its web client, which lives in `testing/web/`."""

import json
import mimetypes
from pathlib import Path

from werkzeug.wrappers import Response

from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.version import ServerVersion

WEB = Path(__file__).parent / "web"

CONTENT_SECURITY_POLICY = (
    "default-src 'self' ; connect-src *; font-src 'self'  data:; frame-src *; img-src * data: blob:; "
    "media-src * data:; script-src 'self' 'unsafe-eval' "
    "'sha256-jqxtvDkBbRAl9Hpqv68WdNOieepg8tJSYu1xIy7zT34='  ; style-src 'self' 'unsafe-inline' "
)
"""As recorded. It lets the page call and frame any site."""

IFRAME_SETTINGS = (
    "Accounts_iframe_enabled",
    "Accounts_iframe_url",
    "Accounts_Iframe_api_url",
    "Accounts_Iframe_api_method",
)

INTEGRATION_SETTINGS = (
    "Iframe_Integration_send_enable",
    "Iframe_Integration_send_target_origin",
    "Iframe_Integration_receive_enable",
    "Iframe_Integration_receive_origin",
)

ON_LOGOUT = "Custom_Script_On_Logout"


def page() -> Response:
    """The web client, whatever the path of the room or page that it shows."""
    return _file(WEB / "index.html")


def static_file(name: str) -> Response:
    """A file beside the web client's page."""
    if "/" in name or name.startswith("."):
        return Response("Not found", 404)
    return _file(WEB / name)


def era(version: ServerVersion, settings: Document) -> Response:
    """How the web client of that version behaves, and the settings it goes by."""
    facts = {
        "version": str(version),
        "era": version.client_era,
        "alwaysCalls": version.client_always_calls,
        "scriptAtEveryEnd": version.client_runs_script_at_every_end,
        "meteorInConsole": version.client_keeps_meteor_in_console,
        "settings": {name: settings[name] for name in (*IFRAME_SETTINGS, *INTEGRATION_SETTINGS)},
    }
    response = Response(json.dumps(facts), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def scripts(settings: Document) -> Response:
    """`/scripts.js`, as app/ui-master/server/scripts.ts makes it: the operator's script, to be run by an event."""
    listener = f"window.addEventListener('Custom_Script_On_Logout', function() {{\n\t{settings[ON_LOGOUT]}\n}})\n"
    response = Response(listener, content_type="application/javascript; charset=UTF-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def frame_headers(settings: Document) -> dict[str, str]:
    """The headers that say who may frame the workspace, by its settings."""
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Access-Control-Allow-Origin": "*"}
    if settings["Iframe_Restrict_Access"]:
        headers["X-Frame-Options"] = settings["Iframe_X_Frame_Options"]
    return headers


def _file(path: Path) -> Response:
    try:
        content = path.read_bytes()
    except OSError:
        return Response("Not found", 404)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind == "application/json"
    response = Response(content, content_type=f"{kind}; charset=utf-8" if text else kind)
    response.headers["Cache-Control"] = "no-cache"
    return response
