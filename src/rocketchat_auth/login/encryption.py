"""Login tokens at rest: sealed with keys derived from ``SECRET_KEY``."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from rocketchat_auth.rest import Secret


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str | bytes, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(key)) for key in keys])


def _derive(key: str | bytes) -> bytes:
    secret = key.encode() if isinstance(key, str) else key
    return base64.urlsafe_b64encode(hashlib.sha256(b"rocketchat_auth.login_token" + secret).digest())


def _current() -> MultiFernet:
    return _fernet((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(token: Secret) -> bytes:
    """Encrypt ``token`` for the database."""
    return _current().encrypt(token.reveal().encode())


def unseal(sealed: bytes | memoryview) -> Secret | None:
    """Decrypt what :func:`seal` gave, or ``None`` where no key of the site opens it."""
    try:
        return Secret(_current().decrypt(bytes(sealed)).decode())
    except InvalidToken:
        return None
