"""The second factor that Rocket.Chat asks for at logins and at calls that change a lot (2fa/code/index.ts)."""

from datetime import timedelta

from werkzeug.wrappers import Request

from rocketchat_auth.testing.errors import ApiError
from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.two_factor_kinds import KINDS, PASSWORD, Kind
from rocketchat_auth.testing.workspace import Workspace


class SecondFactor:
    """Asks callers for their second factor, and remembers for a while who gave it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._remembered: dict[tuple[str, str, str], float] = {}

    def check(self, user: Document, token: Document, request: Request) -> None:
        """Let the call pass, or refuse it.

        It passes where second factors are switched off, by a personal access token that bypasses them, for an account
        younger than `Accounts_TwoFactorAuthentication_RememberFor` (seconds), for one with neither a second factor nor
        a password, and for so long after a code was given with the same login token, browser and address.

        Raises:
            ApiError: `totp-required` or `totp-invalid`.
        """
        workspace = self._workspace
        if token.get("bypassTwoFactor") and workspace.version.honours_bypassing_tokens:
            return
        remember_for = workspace.settings["Accounts_TwoFactorAuthentication_RememberFor"]
        if user["createdAt"] + timedelta(seconds=remember_for) > workspace.now():
            return
        caller = (token["hashedToken"], request.headers.get("User-Agent", ""), request.remote_addr or "")
        if self._remembered.get(caller, 0.0) > workspace.clock.time():
            return
        method, code = request.headers.get("X-2fa-Method"), request.headers.get("X-2fa-Code")
        if check_code(workspace, user, code, method=method, or_password=True):
            self._remembered[caller] = workspace.clock.time() + remember_for


def check_code(
    workspace: Workspace, user: Document, code: str | None, *, method: str | None = None, or_password: bool = False
) -> bool:
    """Check a code, where the account has to give one; whether it had to.

    Args:
        workspace: the workspace.
        user: whose code it is.
        code: the code; None asks for it.
        method: the kind that it is of; without one, the first that the account has.
        or_password: whether an account that has none gives its password again.

    Raises:
        ApiError: `totp-required` or `totp-invalid`.
    """
    if not workspace.settings["Accounts_TwoFactorAuthentication_Enabled"]:
        return False
    available = [kind for kind in KINDS if kind.is_on(workspace, user)]
    kind = _named(method) or next(iter(available), None)
    if kind is None and or_password and PASSWORD.is_on(workspace, user):
        kind = PASSWORD
    if kind is None:
        return False
    details = {
        "method": kind.name,
        **kind.prepare(workspace, user),
        "availableMethods": [each.name for each in available],
    }
    if not code:
        raise ApiError("TOTP Required", "totp-required", details)
    if not (kind.is_on(workspace, user) and kind.fits(workspace, user, code)):
        raise ApiError("TOTP Invalid", "totp-invalid", details)
    return True


def _named(method: str | None) -> Kind | None:
    # Any other name, that of the password too, counts as none.
    return next((kind for kind in KINDS if kind.name == method), None)
