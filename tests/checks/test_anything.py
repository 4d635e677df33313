"""Whatever a setting holds, the checks say something of it or nothing, and never raise."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from rocketchat_auth.checks import TAG
from rocketchat_auth.conf import NAMES

OTHERS = (
    "CORS_ALLOWED_ORIGINS",
    "CORS_ALLOWED_ORIGIN_REGEXES",
    "CORS_ALLOW_ALL_ORIGINS",
    "CSRF_COOKIE_SAMESITE",
    "LOGIN_URL",
    "SESSION_COOKIE_SAMESITE",
    "X_FRAME_OPTIONS",
)
SECRET = "correct-horse-battery-staple"
SECRETS = (
    "MONGO_DB",
    "ROCKETCHAT_AUTH_TOKEN",
    "ROCKETCHAT_PASSWORD_KEY",
    "ROCKETCHAT_TOKEN_SECRET",
    "ROCKETCHAT_USER_ID",
    "ROCKETCHAT_URL",
)


def lazily(text: str) -> Promise:
    lazy: Promise = gettext_lazy(text)
    return lazy


simple = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(max_size=20),
    st.text(max_size=40),
    st.sampled_from(["https://", "http://[", "https://chat.example.com/%", "mongodb://", "a.b", "{}", "{name}", "%s"]),
    st.text(max_size=20).map(lazily),
)
anything = st.recursive(
    simple,
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(changes=st.dictionaries(st.sampled_from([*NAMES, *OTHERS]), anything, min_size=1, max_size=3))
def test_no_value_of_a_setting_breaks_the_checks(changes: dict[str, Any]) -> None:
    with override_settings(**changes):
        messages = run_checks(tags=[TAG])
    assert all(str(message.id).startswith("rocketchat_auth.") and message.hint for message in messages)


@pytest.mark.parametrize("name", SECRETS)
@given(before=st.text(max_size=10), after=st.text(max_size=10))
def test_no_secret_is_repeated(name: str, before: str, after: str) -> None:
    value = f"https://{before}:{SECRET}@{after}" if name == "ROCKETCHAT_URL" else f"{before}{SECRET}{after}"
    with override_settings(**{name: value}):
        messages = run_checks(tags=[TAG])
    assert SECRET not in "".join(f"{message.msg}{message.hint}" for message in messages)
