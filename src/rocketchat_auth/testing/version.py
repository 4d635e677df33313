"""What differs from one Rocket.Chat version to the next, as far as the stand-in plays it.

Where a release is not established, the property says so. The sources are the recordings of 6.5.3, Rocket.Chat's
release notes and its public source.
"""

import re
from dataclasses import dataclass

# The first patch of each 8.x line in which users.createToken asks for the permission user-generate-access-token
# (Rocket.Chat's release notes of 8.0.8, 8.1.7, 8.2.7, 8.3.7, 8.4.5, 8.5.2, 8.6.1).
_PERMISSION_CHECKED_FROM = {0: 8, 1: 7, 2: 7, 3: 7, 4: 5, 5: 2, 6: 1}


@dataclass(frozen=True, order=True, slots=True)
class ServerVersion:
    """The version of Rocket.Chat that is played: `8.4`, or with a patch level, `8.4.3`.

    Without a patch level it stands for the newest patch of its line.
    """

    major: int
    minor: int
    patch: int | None = None

    @classmethod
    def parse(cls, text: str) -> "ServerVersion":
        """Read `"8.4"` or `"8.4.3"`.

        Raises:
            ValueError: not such a text, or a version before 6.0.
        """
        match = re.fullmatch(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
        if match is None:
            raise ValueError(f"Give the version as major.minor, such as 8.4, not {text!r}.")
        major, minor, patch = match.groups()
        version = cls(int(major), int(minor), None if patch is None else int(patch))
        if not version.at_least(6, 0):
            raise ValueError(f"The stand-in plays Rocket.Chat 6.0 and later, not {text}.")
        return version

    def at_least(self, major: int, minor: int = 0) -> bool:
        """Whether this is that version or a later one."""
        return (self.major, self.minor) >= (major, minor)

    def __str__(self) -> str:
        """Major and minor, as anonymous callers of /api/info see it."""
        return f"{self.major}.{self.minor}"

    @property
    def create_token_wants_secret(self) -> bool:
        """users.createToken takes exactly `{userId, secret}`."""
        return self.at_least(8)

    @property
    def create_token_checks_permission(self) -> bool:
        """users.createToken for another user asks for a permission; some 8.x patches forgot."""
        if self.patch is None or self.major != 8:
            return True
        return self.patch >= _PERMISSION_CHECKED_FROM.get(self.minor, 0)

    @property
    def create_token_trips_over_first_login(self) -> bool:
        """users.createToken answers 400 for a user without login tokens, and stores the token all the same (#40598)."""
        return (self.major, self.minor) == (7, 13)

    @property
    def creating_asks_second_factor(self) -> bool:
        """users.create and users.createToken ask for the second factor.

        Not in 8.6, and in the newest source; the release between them is not established.
        """
        return self.at_least(8, 7)

    @property
    def honours_bypassing_tokens(self) -> bool:
        """Personal access tokens with bypassTwoFactor bypass it; 8.5 forgot (#38017, #41065)."""
        return (self.major, self.minor) != (8, 5)

    @property
    def refuses_with_forbidden(self) -> bool:
        """Refusals answer 403 `error-forbidden` (#43214)."""
        return self.at_least(9)

    @property
    def finds_users_by_email(self) -> bool:
        """users.info and users.list take `email`."""
        return self.at_least(8, 4)

    @property
    def reads_query_parameters(self) -> bool:
        """`query` and `fields` are read; later servers ignore them unless an environment variable allows them."""
        return not self.at_least(7)

    @property
    def takes_role_names(self) -> bool:
        """roles.* take `roleName` beside `roleId`."""
        return not self.at_least(8)

    @property
    def merges_custom_fields(self) -> bool:
        """users.update merges custom fields, where earlier servers replaced them (7.5.4)."""
        return self.at_least(7, 6) or ((self.major, self.minor) == (7, 5) and (self.patch is None or self.patch >= 4))

    @property
    def keeps_federated_users(self) -> str:
        """How users.delete refuses a user of another server; from which release on in the second way is our reading."""
        if self.at_least(8):
            return "User participated in federation, this user can only be deactivated permanently"
        return "Deleting federated, external user is not allowed"

    @property
    def client_era(self) -> str:
        """How the web client does iframe logins: A by XMLHttpRequest, B by fetch with a preflight, C without one."""
        if not self.at_least(7):
            return "A"
        return "C" if self.at_least(7, 10) else "B"

    @property
    def client_runs_script_at_every_end(self) -> bool:
        """The web client runs `Custom_Script_On_Logout` whenever a login ends, before it calls the site's API URL.

        Up to 6.x only its Logout does, and after that call (`UserProvider.tsx`, later `useLogoutCleanup.ts`, #36191).
        The release between the two is not established.
        """
        return self.at_least(7)

    @property
    def client_keeps_meteor_in_console(self) -> bool:
        """The web client's `Meteor` is a global, as Meteor's own bundler makes it.

        The newest source is bundled otherwise, without it (apps/meteor/vite.config.mts). Which release after 7.x is the
        first is not established.
        """
        return not self.at_least(8)

    @property
    def client_always_calls(self) -> bool:
        """The web client calls the site's API URL also when it is logged in already."""
        return self.at_least(7, 8)
