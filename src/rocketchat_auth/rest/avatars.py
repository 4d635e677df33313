"""Pictures of chat accounts.

`POST /api/v1/users.setAvatar`: https://developer.rocket.chat/apidocs/set-user-avatar. What it takes is read from
getUploadFormData.ts, FileUpload.ts and setUserAvatar.ts. It is sent as a file: newer servers fetch no address that
seems to be inside their own network.
"""

import re
from dataclasses import dataclass

from rocketchat_auth.rest.call import File
from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.errors import BadAnswer, InvalidField, Refused

_ENDPOINT = "v1/users.setAvatar"
_PICTURE = re.compile(r"image/[A-Za-z0-9.+-]+")
_TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Image(File):
    """A picture: its bytes, its type, such as `image/png`, and a file name with the ending that fits."""


def set_avatar(client: Client, user_id: str, image: Image) -> None:
    """Give an account a picture.

    Args:
        client: the client.
        user_id: the account's `_id`.
        image: the picture.

    Raises:
        InvalidField: Rocket.Chat does not take it: no picture, none that it can read, or too large, be it for a server
            in front of it. `field` is "avatar".
        NotFound: there is no such account.
        PermissionRefused: the service account lacks `edit-other-user-avatar`.
        RocketChatError: as for every call.
    """
    if not image.content or not _PICTURE.fullmatch(image.content_type):
        raise _not_taken("it is no picture; nothing was sent", 0)
    try:
        client.call("POST", _ENDPOINT, form={"userId": user_id, "image": image}, idempotent=True)
    except BadAnswer as failure:
        if failure.status != _TOO_LARGE:
            raise
        not_taken = _not_taken("it is too large for a server in front of Rocket.Chat", failure.status)
    except Refused as refusal:
        if not _is_without_code(refusal):
            raise
        not_taken = _not_taken(refusal.message, refusal.status)
    else:
        return
    raise not_taken


def _is_without_code(refusal: Refused) -> bool:
    """So it is with the words of the library that reads pictures."""
    return type(refusal) is Refused and refusal.status in (400, _TOO_LARGE) and not refusal.code


def _not_taken(message: str, status: int) -> InvalidField:
    refusal = InvalidField(message, status=status, endpoint=_ENDPOINT)
    refusal.field = "avatar"
    return refusal
