"""Login tokens, and keys of sessions, at rest: sealed with keys derived from ``SECRET_KEY``, by AES-GCM."""

import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from rocketchat_auth.rest import Secret

# As NIST SP 800-38D recommends for random ones.
_NONCE_BYTES = 12


@lru_cache(maxsize=4)
def _ciphers(keys: tuple[str | bytes, ...]) -> list[AESGCM]:
    return [AESGCM(_derive(key)) for key in keys]


def _derive(key: str | bytes) -> bytes:
    secret = key.encode() if isinstance(key, str) else key
    return hashlib.sha256(b"rocketchat_auth.login_token" + secret).digest()


def _current() -> list[AESGCM]:
    return _ciphers((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(secret: Secret, purpose: bytes | None = None) -> bytes:
    """Encrypt ``secret`` for the database; it can be opened for the same ``purpose`` alone."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _current()[0].encrypt(nonce, secret.reveal().encode(), purpose)


def unseal(sealed: bytes | memoryview, purpose: bytes | None = None) -> Secret | None:
    """Decrypt what :func:`seal` gave, or ``None`` where no key of the site opens it."""
    nonce, encrypted = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
    for cipher in _current():
        try:
            return Secret(cipher.decrypt(nonce, encrypted, purpose).decode())
        except (InvalidTag, ValueError):  # the latter of what is too short to be sealed at all
            continue
    return None
