"""Reading one setting of a simple type from `django.conf.settings`."""

import math
import re
from collections.abc import Sequence

from django.conf import settings

from rocketchat_auth.conf.problems import Problem, SettingError

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
_DOTTED_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")


def raw(name: str, default: object = None) -> object:
    """What the setting holds, whatever that is."""
    value: object = getattr(settings, name, default)
    return value


def text(name: str, wrong_type: Problem) -> str:
    """A string; None and a setting that is not there are the empty one."""
    value = raw(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SettingError(wrong_type)
    return value


def required_text(name: str, missing: Problem, wrong_type: Problem) -> str:
    """A string with something in it."""
    value = text(name, wrong_type)
    # "None" is what str() makes of an environment variable that is not there.
    if value.strip() in ("", "None"):
        raise SettingError(missing)
    return value


def header_text(name: str, missing: Problem, wrong_type: Problem, wrong_characters: Problem) -> str:
    """A string that may stand in an HTTP header and has no white space in it."""
    value = required_text(name, missing, wrong_type)
    if not _VISIBLE_ASCII.fullmatch(value):
        raise SettingError(wrong_characters)
    return value


def choice(name: str, choices: Sequence[str], unknown: Problem) -> str:
    """One of `choices`, the first of which is the default."""
    value = raw(name, choices[0])
    if isinstance(value, str) and value in choices:
        return value
    raise SettingError(unknown)


def flag(name: str, wrong_type: Problem) -> bool:
    """True or False, which is the default. The string "False" would be true, so only the two themselves are taken."""
    value = raw(name, False)
    if isinstance(value, bool):
        return value
    raise SettingError(wrong_type)


def seconds(name: str, default: float, problem: Problem) -> float:
    """A number of seconds above 0."""
    value = raw(name, default)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf:
        try:
            return float(value)
        except OverflowError:
            pass
    raise SettingError(problem)


def share(name: str, default: float, problem: Problem) -> float:
    """A number from 0 to 1."""
    value = raw(name, default)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise SettingError(problem)


def whole_number(name: str, default: int, highest: int, problem: Problem) -> int:
    """A whole number from 1 to `highest`."""
    value = raw(name, default)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= highest:
        return value
    raise SettingError(problem)


def is_dotted_path(value: str) -> bool:
    """Whether this may name something in a module; whether it does, only an import can tell."""
    return _DOTTED_PATH.fullmatch(value) is not None
