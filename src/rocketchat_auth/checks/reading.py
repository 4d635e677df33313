"""Looking at settings that may hold anything, so that a check never raises."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from rocketchat_auth.conf import SettingError

Value = TypeVar("Value")

MIDDLEWARE = "rocketchat_auth.middleware.RocketChatMiddleware"
CORS_MIDDLEWARE = "corsheaders.middleware.CorsMiddleware"


def usable(read: Callable[[], Value]) -> Value | None:
    """What `read` gives, or None where the setting is unusable, of which `checks.values` speaks."""
    try:
        return read()
    except SettingError:
        return None


def entries(value: object) -> list[object]:
    """What is in a list; anything that is none has no entries."""
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else []


def strings(name: str) -> list[str]:
    """The strings in a setting that should be a list of them."""
    return [entry for entry in entries(getattr(settings, name, ())) if isinstance(entry, str)]


def load(path: str) -> tuple[object, str]:
    """What the dotted path names, and "", or None and the name of the exception that its import raised."""
    try:
        return import_string(path), ""
    except Exception as error:  # noqa: BLE001 (a module of the site may raise anything when it is imported)
        return None, type(error).__name__


def middleware_position(wanted: str) -> int | None:
    """Where in MIDDLEWARE `wanted` or a subclass of it is first listed."""
    paths = strings("MIDDLEWARE")
    if wanted in paths:
        return paths.index(wanted)
    base, _ = load(wanted)
    if not isinstance(base, type):
        return None
    return next((place for place, path in enumerate(paths) if _is_subclass(path, base)), None)


def _is_subclass(path: str, base: type) -> bool:
    loaded, _ = load(path)
    return isinstance(loaded, type) and issubclass(loaded, base)
