"""Authenticator apps: the codes that they show (RFC 6238), and those to fall back on, as Rocket.Chat makes them."""

import base64
import hmac
import secrets
from dataclasses import dataclass, field

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.workspace import Clock

STEP = 30
"""How many seconds an app shows a code."""

BACKUP_CODES = 12
"""How many codes to fall back on an account gets."""

BACKUP_LENGTH = 8
"""How long those are, by which Rocket.Chat tells them from codes of the app."""

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Authenticator:
    """The authenticator app of an account, by the stand-in's clock.

    Args:
        clock: the stand-in's.
        secret: what app and server share, in Base32, as the QR code has it.
        backup_codes: codes to fall back on, each of which is good once.
    """

    clock: Clock = field(repr=False)
    secret: str = field(repr=False)
    backup_codes: tuple[str, ...] = field(repr=False)

    @classmethod
    def new(cls, clock: Clock) -> "Authenticator":
        """One that was just set up."""
        backup_codes = tuple(tokens.new_id()[:BACKUP_LENGTH] for _number in range(BACKUP_CODES))
        return cls(clock, base64.b32encode(secrets.token_bytes(20)).decode("ascii"), backup_codes)

    def code(self) -> str:
        """The code that it shows at this moment."""
        return code_at(self.secret, self.clock.time())

    def stored(self) -> Document:
        """What is stored of it in `services.totp`."""
        backup = [tokens.sha256_hex(code) for code in self.backup_codes]
        return {"enabled": True, "secret": self.secret, "hashedBackup": backup}


def code_at(secret: str, time: float) -> str:
    """The code that an app with that secret, in Base32, shows at that time, in seconds since the epoch."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, int(time // STEP).to_bytes(8), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def is_shown(code: str, secret: str, time: float, *, tolerance: int) -> bool:
    """Whether an app shows that code at that time, or is late or early by so many codes at most.

    A code is good again while it is shown: Rocket.Chat does not keep those that were used.
    """
    return any(code == code_at(secret, time + steps * STEP) for steps in range(-tolerance, tolerance + 1))
