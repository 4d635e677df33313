"""The second factor that Rocket.Chat asks of administrators' calls: the password again (PasswordCheckFallback)."""

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
        younger than `Accounts_TwoFactorAuthentication_RememberFor` (seconds), for one without a password, and for so
        long after a code was given with the same login token, browser and address.

        Raises:
            ApiError: `totp-required` or `totp-invalid`.
        """
        workspace = self._workspace
        if not workspace.settings["Accounts_TwoFactorAuthentication_Enabled"]:
            return
        if token.get("bypassTwoFactor") and workspace.version.honours_bypassing_tokens:
            return
        stored = user.get("services", {}).get("password", {}).get("bcrypt")
        remember_for = workspace.settings["Accounts_TwoFactorAuthentication_RememberFor"]
        if stored is None or user["createdAt"] + timedelta(seconds=remember_for) > workspace.now():
            return
        caller = (token["hashedToken"], request.headers.get("User-Agent", ""), request.remote_addr or "")
        if self._remembered.get(caller, 0.0) > workspace.clock.time():
            return
        code = request.headers.get("X-2fa-Code")
        if code is None:
            raise _refusal("TOTP Required", "totp-required")
        if request.headers.get("X-2fa-Method") != "password" or not tokens.digest_fits(code, stored):
            raise _refusal("TOTP Invalid", "totp-invalid")
        self._remembered[caller] = workspace.clock.time() + remember_for


def _refusal(text: str, code: str) -> ApiError:
    return ApiError(text, code, {"method": "password", "codeGenerated": False, "availableMethods": []})
