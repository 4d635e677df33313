"""The second factor that Rocket.Chat asks of administrators' calls.

A code by e-mail where the account has a verified address and codes by e-mail are on for it (EmailCheck), else the
password again (PasswordCheckFallback).
"""

import secrets
from datetime import timedelta

from werkzeug.wrappers import Request

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.errors import ApiError
from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.workspace import Workspace


class SecondFactor:
    """Asks callers for their second factor, and remembers for a while who gave it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._remembered: dict[tuple[str, str, str], float] = {}

    def check(self, user: Document, token: Document, request: Request) -> None:
        """Let the call pass, or refuse it.

        It passes where second factors are switched off, by a personal access token that bypasses them, for an account
        younger than `Accounts_TwoFactorAuthentication_RememberFor` (seconds), for one with neither a password nor codes
        by e-mail, and for so long after a code was given with the same login token, browser and address.

        Raises:
            ApiError: `totp-required` or `totp-invalid`.
        """
        workspace = self._workspace
        if not workspace.settings["Accounts_TwoFactorAuthentication_Enabled"]:
            return
        if token.get("bypassTwoFactor") and workspace.version.honours_bypassing_tokens:
            return
        remember_for = workspace.settings["Accounts_TwoFactorAuthentication_RememberFor"]
        if user["createdAt"] + timedelta(seconds=remember_for) > workspace.now():
            return
        caller = (token["hashedToken"], request.headers.get("User-Agent", ""), request.remote_addr or "")
        if self._remembered.get(caller, 0.0) > workspace.clock.time():
            return
        method, code = request.headers.get("X-2fa-Method"), request.headers.get("X-2fa-Code")
        if has_codes_by_email(workspace, user):
            check_emailed_code(workspace, user, code if method == "email" else None)
        elif "password" in user.get("services", {}):
            _check_password(user, code, is_password=method == "password")
        else:
            return
        self._remembered[caller] = workspace.clock.time() + remember_for


def _check_password(user: Document, code: str | None, *, is_password: bool) -> None:
    details = {"method": "password", "codeGenerated": False, "availableMethods": []}
    if code is None:
        raise ApiError("TOTP Required", "totp-required", details)
    if not (is_password and tokens.digest_fits(code, user["services"]["password"]["bcrypt"])):
        raise ApiError("TOTP Invalid", "totp-invalid", details)


def has_codes_by_email(workspace: Workspace, user: Document) -> bool:
    """Whether the account gets codes by e-mail."""
    by_email = user.get("services", {}).get("email2fa", {}).get("enabled", False)
    verified = any(email["verified"] for email in user.get("emails", ()))
    return bool(workspace.settings["Accounts_TwoFactorAuthentication_Enabled"] and by_email and verified)


def check_emailed_code(workspace: Workspace, user: Document, code: object) -> None:
    """Check a code, which is used up when it was right; without one, a new one is mailed.

    Raises:
        ApiError: `totp-required` or `totp-invalid`.
    """
    details = {"method": "email", "codeGenerated": code is None, "availableMethods": ["email"]}
    if code is None:
        workspace.emailed_codes[user["_id"]] = f"{secrets.randbelow(10**6):06}"
        raise ApiError("TOTP Required", "totp-required", details)
    if workspace.emailed_codes.get(user["_id"]) != code:
        raise ApiError("TOTP Invalid", "totp-invalid", details)
    del workspace.emailed_codes[user["_id"]]
