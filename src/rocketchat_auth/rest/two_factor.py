"""The second factor that Rocket.Chat asks of people at calls that change a lot, in the headers `x-2fa-*`.

Documented at https://developer.rocket.chat/apidocs/two-factor-authentication. A token made with "Ignore Two Factor
Authentication" is not asked; 8.5 asks all the same (#38017). An account without an authenticator app and without
verified address gives its password once more, as PasswordCheckFallback in server/lib/2fa/code wants it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from rocketchat_auth.rest.answer import Answer
from rocketchat_auth.rest.errors import SecondFactorRequired
from rocketchat_auth.rest.secret import Secret

PASSWORD: Final = "password"
ATTEMPTS = 3
"""So often somebody is asked before a call is given up."""


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What is given beside a login.

    Args:
        method: "totp" for an authenticator app, "email" for what was mailed, or "password".
        code: the number, or the SHA-256 of the password in hexadecimal digits.
    """

    method: str
    code: Secret

    @classmethod
    def of_password(cls, password: Secret) -> Self:
        """The password, once more."""
        return cls(PASSWORD, Secret(hashlib.sha256(password.reveal().encode()).hexdigest()))


AskSecondFactor = Callable[[SecondFactorRequired], SecondFactor | None]
"""Gets one of the kind that the refusal names; None where there is none to give."""


def passed(ask: AskSecondFactor, attempt: Callable[[SecondFactor | None], Answer]) -> Answer:
    """Make a call, and again with a second factor where it wants one.

    Args:
        ask: gets the second factor.
        attempt: makes the call.

    Raises:
        SecondFactorRequired: there is none, or it was wrong too often.
        RocketChatError: as the attempt does.
    """
    factor = None
    for _number in range(ATTEMPTS):
        try:
            return attempt(factor)
        except SecondFactorRequired as refusal:
            factor = ask(refusal)
            if factor is None:
                raise
    return attempt(factor)
