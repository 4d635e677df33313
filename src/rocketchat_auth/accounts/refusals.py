"""Why a person who is signed in to the site is not let into chat."""

from enum import StrEnum


class RefusalReason(StrEnum):
    """The reason as a stable word, for signals, logs and the page that explains it."""

    NOT_ALLOWED = "not-allowed"
    CONFLICT = "conflict"
    NO_EMAIL = "no-email"
    INACTIVE = "inactive"
    ADMINISTRATOR = "administrator"
    UNAVAILABLE = "unavailable"
    BUSY = "busy"
    MISCONFIGURED = "misconfigured"
    UNEXPECTED = "unexpected"


class SignInRefused(Exception):
    """A sign-in that must not go on.

    ``detail`` is for the log and the admin: it names what was found and what to do.
    ``retry_after`` is in seconds, where waiting helps.
    """

    def __init__(self, reason: RefusalReason, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
