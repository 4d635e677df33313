"""No setting is left over from 1.x, and none is misspelt."""

import difflib

from django.conf import settings
from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.conf import NAMES

MISSPELT = Finding(
    "E071",
    "The setting {name} is not one of this package's: {suggestion} may be meant.",
    "{suggestion} = ...  # instead of {name}",
)
REMOVED = Finding(
    "W071",
    "The setting ROCKETCHAT of version 1 is no longer read: ROCKETCHAT_URL took its place.",
    'ROCKETCHAT_URL = "https://chat.example.com"  # instead of ROCKETCHAT',
)
UNKNOWN = Finding(
    "W072",
    "The setting {name} is not one of this package's, though its name begins like theirs.",
    "# {name} = ...",
)
FINDINGS = (MISSPELT, REMOVED, UNKNOWN)

_REMOVED_NAME = "ROCKETCHAT"
_BY_LETTERS = {name.replace("_", ""): name for name in NAMES if name.startswith("ROCKETCHAT_")}


def check(**kwargs: object) -> list[CheckMessage]:
    """Every setting whose name begins like one of ours."""
    names = [name for name in dir(settings) if name.isupper() and name not in NAMES]
    return [message for name in names for message in _check_name(name)]


def _check_name(name: str) -> list[CheckMessage]:
    letters = name.replace("_", "")
    if name == _REMOVED_NAME:
        return [REMOVED.message()]
    if not letters.startswith(_REMOVED_NAME):
        return []
    close = difflib.get_close_matches(letters, _BY_LETTERS, n=1, cutoff=0.85)
    if close:
        return [MISSPELT.message(name=name, suggestion=_BY_LETTERS[close[0]])]
    return [UNKNOWN.message(name=name)] if name.startswith("ROCKETCHAT_") else []
