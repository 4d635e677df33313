"""The kinds of second factor, one for each file of Rocket.Chat's 2fa/code/."""

import re
import secrets
from typing import Protocol

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.authenticator import BACKUP_LENGTH, is_shown
from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.workspace import Workspace


class Kind(Protocol):
    """A kind of second factor."""

    name: str
    """What it is called in `x-2fa-method` and in refusals."""

    def is_on(self, workspace: Workspace, user: Document) -> bool:
        """Whether the account has it."""
        ...

    def prepare(self, workspace: Workspace, user: Document) -> Document:
        """Mail a code, if it is of that kind; what a refusal says of that."""
        ...

    def fits(self, workspace: Workspace, user: Document, code: str) -> bool:
        """Whether the code is right; one that is good only once is used up."""
        ...


class ByApp:
    """A code of an authenticator app, or one to fall back on (TOTPCheck.ts, lib/totp.ts)."""

    name = "totp"

    def is_on(self, workspace: Workspace, user: Document) -> bool:
        """Whether the account has an authenticator, and the workspace wants its codes."""
        has_one = user.get("services", {}).get("totp", {}).get("enabled", False)
        return bool(workspace.settings["Accounts_TwoFactorAuthentication_By_TOTP_Enabled"] and has_one)

    def prepare(self, workspace: Workspace, user: Document) -> Document:
        """There is nothing to do."""
        return {"codeGenerated": False}

    def fits(self, workspace: Workspace, user: Document, code: str) -> bool:
        """Whether an app shows that code, now or so many codes before or after as the workspace tolerates."""
        totp = user["services"]["totp"]
        if len(code) == BACKUP_LENGTH:
            return self._use_up(workspace, user["_id"], totp.get("hashedBackup", []), code)
        tolerance = workspace.settings["Accounts_TwoFactorAuthentication_MaxDelta"]
        return is_shown(code, totp["secret"], workspace.clock.time(), tolerance=tolerance)

    def _use_up(self, workspace: Workspace, user_id: str, stored: list[str], code: str) -> bool:
        used = tokens.sha256_hex(code)
        if used not in stored:
            return False
        workspace.users.update(user_id, {"services.totp.hashedBackup": [each for each in stored if each != used]})
        return True


class ByEmail:
    """A code by e-mail, where an address is verified and codes by e-mail are on (EmailCheck.ts). It does not expire."""

    name = "email"

    def is_on(self, workspace: Workspace, user: Document) -> bool:
        """Whether the account gets codes by e-mail."""
        by_email = user.get("services", {}).get("email2fa", {}).get("enabled", False)
        return bool(by_email and any(email["verified"] for email in user.get("emails", ())))

    def prepare(self, workspace: Workspace, user: Document) -> Document:
        """Mail a code, unless one is still good."""
        is_new = user["_id"] not in workspace.emailed_codes
        if is_new:
            workspace.emailed_codes[user["_id"]] = f"{secrets.randbelow(10**6):06}"
        return {"codeGenerated": is_new, "emailOrUsername": user["username"]}

    def fits(self, workspace: Workspace, user: Document, code: str) -> bool:
        """Whether it was mailed. In the mail there is a hyphen in its middle."""
        is_right = re.sub(r"\D", "", code) == workspace.emailed_codes[user["_id"]]
        if is_right:
            del workspace.emailed_codes[user["_id"]]
        return is_right


class ByPassword:
    """The password again, as its SHA-256, of those who have nothing else (PasswordCheckFallback.ts)."""

    name = "password"

    def is_on(self, workspace: Workspace, user: Document) -> bool:
        """Whether the account has a password."""
        return "password" in user.get("services", {})

    def prepare(self, workspace: Workspace, user: Document) -> Document:
        """There is nothing to do."""
        return {"codeGenerated": False}

    def fits(self, workspace: Workspace, user: Document, code: str) -> bool:
        """Whether it is the password."""
        return tokens.digest_fits(code.lower(), user["services"]["password"]["bcrypt"])


KINDS: tuple[Kind, ...] = (ByApp(), ByEmail())
"""Those that an account can have, the one that is asked for first before the other."""

PASSWORD: Kind = ByPassword()
