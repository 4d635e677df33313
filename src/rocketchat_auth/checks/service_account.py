"""The service account's token and id are each in its own place."""

import re

from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import usable
from rocketchat_auth.conf import conf

SWAPPED = Finding(
    "W011",
    "ROCKETCHAT_AUTH_TOKEN looks like a user id, and ROCKETCHAT_USER_ID like a token: they may be swapped.",
    'ROCKETCHAT_USER_ID = "the shorter of the two"',
)
THE_SAME = Finding(
    "W012",
    "ROCKETCHAT_AUTH_TOKEN and ROCKETCHAT_USER_ID are the same.",
    'ROCKETCHAT_AUTH_TOKEN = "the longer of the two that Rocket.Chat showed"',
)
FINDINGS = (SWAPPED, THE_SAME)

# Meteor makes ids of 17 letters and digits, and tokens of 43 base64url characters.
_LIKE_AN_ID = re.compile(r"[A-Za-z0-9]{17,24}")
_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")


def check(**kwargs: object) -> list[CheckMessage]:
    """Two strings that are shown together are easily pasted in the wrong places."""
    token, user_id = usable(lambda: conf.auth_token), usable(lambda: conf.user_id)
    if not token or not user_id:
        return []
    if token == user_id:
        return [THE_SAME.message()]
    if _LIKE_AN_ID.fullmatch(token) and _LIKE_A_TOKEN.fullmatch(user_id):
        return [SWAPPED.message()]
    return []
