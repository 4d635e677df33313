"""Ids, login tokens and passwords, as Rocket.Chat makes and stores them."""

import base64
import hashlib
import secrets
import string
from datetime import datetime, timedelta
from typing import Any

import bcrypt

LOGIN_TOKEN_LIMIT = 50
"""How many login tokens a user keeps, personal access tokens not counted (getMaxLoginTokens.ts)."""

PERSONAL = "personalAccessToken"

_TOKEN_ALPHABET = string.ascii_letters + string.digits + "-_"
_ID_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz"
# Rocket.Chat takes 10, some 70 ms a password. This is the least that bcrypt takes, about one: the stand-in's passwords
# guard nothing, and a benchmark that makes 10,000 users is to measure the calls. The form of the hash is the same.
_BCRYPT_ROUNDS = 4


def new_token() -> str:
    """A login token: 43 characters that need no escaping in a URL."""
    return "".join(_TOKEN_ALPHABET[byte % 64] for byte in secrets.token_bytes(43))


def new_id() -> str:
    """An `_id` of a user: 17 characters without those that look alike."""
    # Not quite even, as 256 is no multiple of 55, which matters to tokens but not to an _id.
    return "".join(_ID_ALPHABET[byte % len(_ID_ALPHABET)] for byte in secrets.token_bytes(17))


def new_object_id() -> str:
    """An `_id` of a room or a team: 24 hexadecimal digits."""
    return secrets.token_hex(12)


def hash_token(token: str) -> str:
    """What is stored of a login token (`Accounts._hashLoginToken`)."""
    return base64.b64encode(hashlib.sha256(token.encode()).digest()).decode("ascii")


def hash_password(password: str) -> str:
    """What is stored of a password: bcrypt over the SHA-256 of it in hexadecimal digits."""
    return bcrypt.hashpw(sha256_hex(password).encode(), bcrypt.gensalt(_BCRYPT_ROUNDS)).decode("ascii")


def password_fits(password: str, stored: str | None) -> bool:
    """Whether this is the password that was stored."""
    return stored is not None and bcrypt.checkpw(sha256_hex(password).encode(), stored.encode())


def digest_fits(digest: str, stored: str | None) -> bool:
    """Whether this is the SHA-256, in hexadecimal digits, of the password that was stored."""
    return stored is not None and bcrypt.checkpw(digest.encode(), stored.encode())


def sha256_hex(text: str) -> str:
    """The SHA-256 of a text in hexadecimal digits, the form in which clients send passwords and 2FA codes."""
    return hashlib.sha256(text.encode()).hexdigest()


def login_entry(token: str, now: datetime) -> dict[str, Any]:
    """What is stored of a login token in `services.resume.loginTokens`."""
    return {"when": now, "hashedToken": hash_token(token)}


def personal_entry(token: str, name: str, now: datetime, *, bypass_two_factor: bool) -> dict[str, Any]:
    """What is stored of a personal access token, beside the login tokens."""
    return {
        "hashedToken": hash_token(token),
        "type": PERSONAL,
        "createdAt": now,
        "lastTokenPart": token[-6:],
        "name": name,
        "bypassTwoFactor": bypass_two_factor,
    }


def stored_tokens(user: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of all the tokens of a user."""
    entries: list[dict[str, Any]] = user.get("services", {}).get("resume", {}).get("loginTokens", [])
    return entries


def is_personal(entry: dict[str, Any]) -> bool:
    """Whether the entry is a personal access token, which neither expires nor counts towards the limit."""
    return entry.get("type") == PERSONAL


def is_expired(entry: dict[str, Any], now: datetime, days: float) -> bool:
    """Whether the login token is older than `Accounts_LoginExpiration`, in days, allows."""
    return not is_personal(entry) and "when" in entry and entry["when"] + timedelta(days=days) <= now


def find_entry(user: dict[str, Any], token: str) -> dict[str, Any] | None:
    """The entry of that token among the user's, if there is one."""
    hashed = hash_token(token)
    return next((entry for entry in stored_tokens(user) if entry.get("hashedToken") == hashed), None)


def surplus(user: dict[str, Any]) -> list[str]:
    """The hashes of the oldest login tokens beyond the limit."""
    entries = sorted(
        (entry for entry in stored_tokens(user) if not is_personal(entry)), key=lambda entry: entry["when"]
    )
    return [entry["hashedToken"] for entry in entries[: max(0, len(entries) - LOGIN_TOKEN_LIMIT)]]
