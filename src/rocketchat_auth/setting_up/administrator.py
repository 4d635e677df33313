"""Acting as an administrator for a while: signed in by name and password, and signed out again whatever happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rocketchat_auth import rest
from rocketchat_auth.rest.two_factor import ATTEMPTS, PASSWORD
from rocketchat_auth.setting_up.left_over import LOGGED, LeftOver

AskCode = Callable[[str, bool], rest.Secret | None]
"""Gets a code of the person: by the kind ("totp" or "email"), and whether the one before was wrong. None to give up."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who is signed in.

    Args:
        client: makes calls as this account.
        credentials: of this login.
        username: its user name, as Rocket.Chat spells it.
    """

    client: rest.Client
    credentials: rest.Credentials
    username: str


class NoAdministrator(Exception):
    """The account that was signed in to has not the role `admin`."""


@contextmanager
def signed_in(
    client: rest.Client, name: str, password: rest.Secret, ask_code: AskCode, left_over: LeftOver = LOGGED
) -> Iterator[Administrator]:
    """Sign in, and out again at the end. Neither password nor token is kept anywhere.

    Args:
        client: a client of the workspace.
        name: a user name or e-mail address.
        password: the password, which is also the second factor of those who have no other.
        ask_code: gets any other second factor.
        left_over: is told where the login can't be ended.

    Raises:
        CredentialsRefused: no such account, or another password.
        SecondFactorRequired: no code was given, or three wrong ones.
        NoAdministrator: it is no administrator's account.
        RocketChatError: as for every call.
    """
    credentials = _login(client, name, password, ask_code)
    try:
        own = client.signed_in(credentials, second_factor=_second_factor(password, ask_code))
        user = rest.users.info(own, user_id=credentials.user_id)
        if "admin" not in user.roles:
            raise NoAdministrator(user.username)
        yield Administrator(own, credentials, user.username)
    finally:
        try:
            rest.users.logout(client, credentials)
        except rest.RocketChatError as error:
            left_over.login(name, error)


def _login(client: rest.Client, name: str, password: rest.Secret, ask_code: AskCode) -> rest.Credentials:
    code = None
    for _number in range(ATTEMPTS):
        try:
            return rest.users.login_with_password(client, name, password, code=code)
        except rest.SecondFactorRequired as refusal:
            code = ask_code(_kind(refusal), code is not None)
            if code is None:
                raise
    return rest.users.login_with_password(client, name, password, code=code)


def _second_factor(password: rest.Secret, ask_code: AskCode) -> rest.AskSecondFactor:
    def ask(refusal: rest.SecondFactorRequired) -> rest.SecondFactor | None:
        is_wrong = refusal.code == "totp-invalid"
        kind = _kind(refusal)
        if kind == PASSWORD:
            # It was right a moment ago: once more the same would be as wrong.
            return None if is_wrong else rest.SecondFactor.of_password(password)
        code = ask_code(kind, is_wrong)
        return rest.SecondFactor(kind, code) if code else None

    return ask


def _kind(refusal: rest.SecondFactorRequired) -> str:
    return next(iter(refusal.methods), "totp")
