"""What can go wrong in talking to Rocket.Chat.

RocketChatError
 ├ Unavailable             there is no answer to go by
 │  ├ Unreachable          no connection: refused, unknown host, proxy, cut off
 │  ├ TimedOut             no connection, or no answer, in time
 │  ├ TlsFailed            the server's certificate is not trusted, or TLS fails otherwise
 │  ├ BreakerOpen          not even asked, since the last calls all failed
 │  └ BadAnswer            5xx, a redirect, not JSON, or not the answer that the endpoint gives
 └ Refused                 an answer that says no
    ├ CredentialsRefused   401: user id and token, or user name and password, are not good
    ├ PermissionRefused    the account may not do this
    ├ SecondFactorRequired the endpoint asks for a second factor
    ├ RateLimited          429: too many calls of this endpoint from this address
    ├ NotFound             no such user, room, role or team
    ├ Taken                another account, room or team has that user name, e-mail address or name
    ├ BlockedUsername      the workspace allows nobody that user name
    ├ InvalidField         a value is not acceptable
    ├ InvalidParameters    the endpoint does not know, or misses, a parameter
    ├ LastOwner            the account is the only owner of a room or team
    ├ Federated            the account is at home on another server
    └ Inactive             the account is deactivated

No text, repr or attribute of theirs holds a token, password or secret, and they are raised without a chain to the
transport's own exceptions, which hold the whole request.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What `X-RateLimit-*` say: calls a window, calls left in it, and its end in seconds since the epoch."""

    limit: int
    remaining: int
    reset_at: float


class RocketChatError(Exception):
    """The base of all errors of `rocketchat_auth.rest`.

    Args:
        message: one sentence for a log.
        endpoint: what was called, such as `v1/users.info`; "" where nothing was called yet.
    """

    def __init__(self, message: str = "", *, endpoint: str = "") -> None:
        super().__init__(message)
        self.endpoint = endpoint


class Unavailable(RocketChatError):
    """There is no answer to go by: nobody knows whether Rocket.Chat did what was asked."""


class Unreachable(Unavailable):
    """No connection, or one that broke: refused, unknown host, proxy, cut off."""


class TimedOut(Unavailable):
    """No connection within the connect timeout, or no answer within the read timeout."""


class TlsFailed(Unavailable):
    """The server's certificate is not trusted, or TLS fails otherwise."""


class BreakerOpen(Unavailable):
    """Not asked at all, since the last calls failed one after the other.

    Args:
        wait: seconds until a call is tried again.
    """

    def __init__(self, message: str = "", *, endpoint: str = "", wait: float = 0.0) -> None:
        super().__init__(message, endpoint=endpoint)
        self.wait = wait


class BadAnswer(Unavailable):
    """An answer that Rocket.Chat does not give: a fault of the server, a redirect, not JSON, the wrong shape.

    Args:
        status: the HTTP status, or 0 where the status was not the fault.
    """

    def __init__(self, message: str = "", *, endpoint: str = "", status: int = 0) -> None:
        super().__init__(message, endpoint=endpoint)
        self.status = status


class Refused(RocketChatError):
    """An answer that says no.

    Args:
        message: Rocket.Chat's own words, without the code in brackets.
        status: the HTTP status.
        error_type: `errorType` as it was sent, or "".
        code: Rocket.Chat's code, wherever it stood: in `errorType`, in brackets, or as the whole of `error`; or "".
        endpoint: what was called.
        details: `details` as they were sent.

    `rate` is what the answer told of its endpoint's limit.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        error_type: str = "",
        code: str = "",
        endpoint: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, endpoint=endpoint)
        self.message = message
        self.status = status
        self.error_type = error_type
        self.code = code
        self.details: Mapping[str, object] = details or {}
        self.rate: RateLimit | None = None

    def __str__(self) -> str:
        facts = ", ".join(part for part in (str(self.status or ""), self.code) if part)
        return f"{self.endpoint or 'Rocket.Chat'} refused: {self.message or 'no reason given'} ({facts or 'no status'})"


class CredentialsRefused(Refused):
    """401: user id and token, or user name and password, are not good, or no longer."""


class PermissionRefused(Refused):
    """The account may not do this, or the server's set-up lets nobody do it."""


class SecondFactorRequired(Refused):
    """The endpoint asks the service account for a second factor.

    `methods` names the kinds that Rocket.Chat offers: `totp`, `email`, `password`.
    """

    @property
    def methods(self) -> tuple[str, ...]:
        """The kinds of second factor that Rocket.Chat would take."""
        available = self.details.get("availableMethods")
        named = [self.details.get("method"), *(available if isinstance(available, (list, tuple)) else ())]
        return tuple(dict.fromkeys(method for method in named if isinstance(method, str)))

    def __str__(self) -> str:
        if self.endpoint == "v1/login":
            return (
                f"{super().__str__()}. The account itself has a second factor, which nobody can be asked for here. "
                f'Use ROCKETCHAT_LOGIN_SOURCE = "create_token", or take the second factor off the account.'
            )
        return (
            f"{super().__str__()}. Make the service account's personal access token anew, with the box "
            f'"Ignore Two Factor Authentication" ticked, and put it into ROCKETCHAT_AUTH_TOKEN.'
        )


class RateLimited(Refused):
    """429: too many calls of this endpoint from this address.

    `reset_at` is when calls are answered again, in seconds since the epoch; `wait` how many seconds that was away.
    """

    reset_at: float = 0.0
    wait: float = 0.0


class NotFound(Refused):
    """No such user, room, role or team."""


class Taken(Refused):
    """Another has it. `field` is "username", "email", "name" (of a room or team), or "" where it is not told."""

    field: str = ""


class BlockedUsername(Refused):
    """The workspace allows nobody that user name."""


class InvalidField(Refused):
    """A value is not acceptable. `field` is its name in lower case, such as "email", or "" where it is not told."""

    field: str = ""


class InvalidParameters(Refused):
    """The endpoint does not know a parameter, or misses one: another version of Rocket.Chat than was expected."""


class LastOwner(Refused):
    """The account is the only owner of a room or team, which would be left without."""


class Federated(Refused):
    """The account is at home on another server, and cannot be changed, deactivated or deleted here."""


class Inactive(Refused):
    """The account is deactivated."""
