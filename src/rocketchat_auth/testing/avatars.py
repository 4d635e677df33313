"""Avatars: set by REST, shown at `/avatar/USERNAME`."""

from html import escape

import httpx2
from werkzeug.wrappers import Response

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.errors import ApiError, Forbidden
from rocketchat_auth.testing.lookup import named_user
from rocketchat_auth.testing.routes import Call, route
from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.workspace import Avatar, Workspace

FETCH_TIMEOUT = 5.0


@route("POST", "v1/users.setAvatar")
def set_avatar(call: Call) -> Document:
    """POST /api/v1/users.setAvatar: a URL in JSON, which the server fetches, or an `image` in a form."""
    named = "userId" in call.body or "username" in call.body
    user = named_user(call.workspace, call.body) if named else call.user
    if user["_id"] != call.user["_id"] and not call.allows("edit-other-user-avatar"):
        raise Forbidden
    if "avatarUrl" in call.body:
        return _keep(call, user, _fetch(call, call.body["avatarUrl"]), "url")
    if call.request.mimetype != "multipart/form-data":
        raise ApiError(f"Unsupported content type: {call.request.mimetype}")
    image = call.request.files.get("image")
    if image is None:
        raise ApiError("The 'image' param is required")
    return _keep(call, user, Avatar(image.mimetype, image.read()), "upload")


def picture(workspace: Workspace, username: str) -> Response:
    """The avatar of a user, or the first letter of the name on a coloured square."""
    user = workspace.users.by_username(username)
    avatar = None if user is None else workspace.avatars.get(user["_id"])
    if avatar is not None:
        return Response(avatar.content, content_type=avatar.content_type)
    letter = escape(username[:1].upper())
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><rect width="200" height="200" fill="#1d74f5"/>'
        '<text x="100" y="140" font-family="sans-serif" font-size="110" fill="#fff" text-anchor="middle">'
        f"{letter}</text></svg>"
    )
    return Response(drawing, content_type="image/svg+xml")


def _fetch(call: Call, url: str) -> Avatar:
    # What serves the picture may need the stand-in meanwhile.
    with call.workspace.unlocked():
        try:
            response = httpx2.get(url, timeout=FETCH_TIMEOUT, trust_env=False, follow_redirects=True)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            response = None
    content_type = "" if response is None else response.headers.get("Content-Type", "")
    if response is None or response.status_code != httpx2.codes.OK or not content_type.startswith("image/"):
        details = {"function": "setUserAvatar", "url": url}
        raise ApiError(f"Invalid avatar URL: {url}", "error-avatar-invalid-url", details)
    return Avatar(content_type, response.content)


def _keep(call: Call, user: Document, avatar: Avatar, origin: str) -> Document:
    call.workspace.avatars[user["_id"]] = avatar
    changes = {"avatarETag": tokens.new_id(), "avatarOrigin": origin, "_updatedAt": call.workspace.now()}
    call.workspace.users.update(user["_id"], changes)
    return {}
