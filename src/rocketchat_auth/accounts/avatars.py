"""The picture of an account: a mark by which a new one is known, and its bytes."""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import SuspiciousOperation
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from rocketchat_auth.accounts import fetching
from rocketchat_auth.rest.avatars import Image

MAX_BYTES = 5 * 1024 * 1024

# What browsers show, by how the files begin; never what a name or a header says of them.
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)


class AvatarUnusable(Exception):
    """A picture that can't be had or shown; the text is a sentence for people, without what a URL may keep secret."""


def key_of(picture: FieldFile | str | None) -> str:
    """A mark that changes when the picture does; "" where there is none. The picture is not read.

    Of a file it is the name, and its size where it lies on a local disk: another storage would have to be asked for
    it, each time and for each user. Of a URL, what may be secret stands in it as a digest.
    """
    if not picture:
        return ""
    if isinstance(picture, str):
        return _key_of_url(picture)
    size = _local_size(picture)
    return f"{picture.name}" if size is None else f"{picture.name} {size}"


def load(picture: FieldFile | str, *, may_connect: fetching.MayConnect = fetching.is_public) -> Image:
    """Read the picture, or fetch it where it is a URL.

    Args:
        picture: what the adapter gave: a file with a name, or a URL.
        may_connect: which addresses a URL may lead to. This is no setting: users name such URLs on many sites, so that
            an address inside of the site's own network is never right. Only tests have a server there.

    Raises:
        AvatarUnusable: there is none that Rocket.Chat could show.
    """
    content = _fetched(picture, may_connect) if isinstance(picture, str) else _read(picture)
    if len(content) > MAX_BYTES:
        raise AvatarUnusable(_("The picture has more than %d MB.") % (MAX_BYTES // 1024**2))
    kind = _kind_of(content)
    if not kind:
        raise AvatarUnusable(_("The picture is no PNG, JPEG, GIF or WebP, which are the kinds that browsers show."))
    return Image(content, f"image/{kind}", f"avatar.{kind}")


def _key_of_url(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return _digest(url)
    plain = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return plain if plain == url else f"{plain} {_digest(url)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _local_size(picture: FieldFile) -> int | None:
    try:
        return Path(picture.storage.path(str(picture.name))).stat().st_size
    except (NotImplementedError, OSError, SuspiciousOperation):
        return None


def _read(picture: FieldFile) -> bytes:
    try:
        with picture.storage.open(str(picture.name), "rb") as file:
            return bytes(file.read(MAX_BYTES + 1))
    except Exception as error:  # noqa: BLE001 - a storage may raise whatever its library does, URLs with keys in it
        reason = type(error).__name__
    raise AvatarUnusable(
        _("The file %(name)s of the picture cannot be read (%(reason)s).") % {"name": picture.name, "reason": reason}
    )


def _fetched(url: str, may_connect: fetching.MayConnect) -> bytes:
    try:
        return fetching.fetch(url, limit=MAX_BYTES, may_connect=may_connect)
    except fetching.NotFetched as failure:
        reason = str(failure)
    raise AvatarUnusable(_("The picture cannot be fetched: %s") % reason)


def _kind_of(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), "")
