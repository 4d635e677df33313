"""Refusals of the REST API, in the shapes Rocket.Chat gives them."""

from typing import Any

from rocketchat_auth.testing.version import ServerVersion

# 9.0 answers these with 403 error-forbidden (#43214). The release note's list was cut short: that
# error-not-authorized and error-action-not-allowed belong to it is our reading.
_FORBIDDEN_CODES = frozenset(
    {
        "error-action-not-allowed",
        "error-not-allowed",
        "error-not-authorized",
        "no-permission",
        "not-allowed",
        "not-authorized",
    }
)


class ApiError(Exception):
    """An answer that says no.

    Args:
        message: the text of `error`, without code.
        code: the error's code, which Rocket.Chat puts in brackets behind the text and in `errorType`.
        details: further facts, for programs.
        status: the HTTP status.
    """

    def __init__(
        self, message: str | None, code: str | None = None, details: dict[str, Any] | None = None, *, status: int = 400
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = details
        self.status = status

    def answer(self, version: ServerVersion) -> tuple[int, dict[str, Any]]:
        """Status and body, as that version gives them."""
        if version.refuses_with_forbidden and self.code in _FORBIDDEN_CODES:
            return 403, {"success": False, "error": f"{self.message} [{self.code}]", "errorType": "error-forbidden"}
        body: dict[str, Any] = {"success": False}
        if self.message is not None:
            body["error"] = self.message if self.code is None else f"{self.message} [{self.code}]".lstrip()
        if self.code is not None:
            body["errorType"] = self.code
        if self.details is not None:
            body["details"] = self.details
        return self.status, body


class Forbidden(ApiError):
    """403: the endpoint itself refuses, without saying why."""

    def __init__(self) -> None:
        super().__init__("unauthorized", status=403)

    def answer(self, version: ServerVersion) -> tuple[int, dict[str, Any]]:
        """From 9.0 on it says `forbidden` (ApiClass.ts, applyBreakingChanges)."""
        text = "forbidden" if version.refuses_with_forbidden else "unauthorized"
        return 403, {"success": False, "error": text}


class Unpermitted(ApiError):
    """403: the route asks for a permission that the caller lacks."""

    def __init__(self) -> None:
        super().__init__(
            "User does not have the permissions required for this action", "error-unauthorized", status=403
        )

    def answer(self, version: ServerVersion) -> tuple[int, dict[str, Any]]:
        """The code is in the text only."""
        return 403, {"success": False, "error": f"{self.message} [{self.code}]"}


class Swapped(ApiError):
    """A refusal whose text and code Rocket.Chat gives the wrong way round."""

    def answer(self, version: ServerVersion) -> tuple[int, dict[str, Any]]:
        """`error` is the code, `errorType` the text."""
        return self.status, {"success": False, "error": self.code, "errorType": self.message}


class NotLoggedIn(ApiError):
    """401: no credentials, or dead ones."""

    def __init__(self) -> None:
        super().__init__("You must be logged in to do this.", status=401)

    def answer(self, version: ServerVersion) -> tuple[int, dict[str, Any]]:
        """The shape that the authentication gives, which has no `success`."""
        return 401, {"status": "error", "message": self.message}


class LoginFailed(ApiError):
    """A login that was refused; `error` of the body is a number or a code."""

    def __init__(self, error: int | str, reason: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(reason, details=details, status=401)
        self.error = error
        self.reason = reason

    def answer(self, version: ServerVersion) -> tuple[int, dict[str, Any]]:
        """The shape of `POST /api/v1/login`."""
        body: dict[str, Any] = {"status": "error", "error": self.error}
        if self.details is not None:
            body["details"] = self.details
        return self.status, {**body, "message": self.reason}


def invalid_params(message: str) -> ApiError:
    """The refusal of a body or query that does not fit the endpoint's schema."""
    return ApiError(message, "invalid-params")
