"""The account by which the site works in Rocket.Chat: made, or one of its own taken again; never a person's."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rocketchat_auth import rest
from rocketchat_auth.setting_up.left_over import LeftOver
from rocketchat_auth.setting_up.permissions import MAKES_TOKENS, ROLE, lent

NAME = "django-site"
TOKEN_NAME = "django-rocketchat-auth"
EMAIL_DOMAIN = "service.invalid"
"""A domain that can't exist (RFC 2606): nobody gets mail there, and nobody gets a code by mail."""

# One of each kind, for workspaces with a password policy.
_ALL_KINDS = "aA1!"


class NotABot(Exception):
    """The account of that name has other roles than `bot`: it is a person's, or an administrator's."""


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """The account and its new token."""

    username: str
    user_id: str
    token: rest.Secret


def find(client: rest.Client, username: str) -> rest.User | None:
    """The account of that name, if there is one and it may be taken again.

    Raises:
        NotABot: it is somebody else's.
        RocketChatError: as for every call.
    """
    try:
        user = rest.users.info(client, username=username)
    except rest.NotFound:
        return None
    if set(user.roles) != {ROLE} or not user.active:
        raise NotABot(user.username)
    return user


def make(
    client: rest.Client, username: str, email: str, found: rest.User | None, left_over: LeftOver
) -> ServiceAccount:
    """Make the account, or take it again; and a personal access token of it that needs no second factor.

    Only an account itself can make its tokens. So it gets a random password that nobody keeps, and is signed in to for
    a moment. All logins and tokens that it had end with that.

    Args:
        client: a client that is signed in as an administrator.
        username: the account's user name.
        email: its address, where it is new.
        found: the account, where there is one.
        left_over: is told of what can't be taken back; that costs no token.

    Raises:
        Taken: another account has the address.
        BlockedUsername: nobody may have that user name.
        InvalidField: the workspace does not take the address.
        RocketChatError: as for every call.
    """
    password = rest.Secret(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=") + _ALL_KINDS)
    if found is None:
        new = rest.NewUser(username=username, email=email, name=username, password=password, roles=(ROLE,))
        user = rest.users.create(client, new)
    else:
        user = rest.users.update(client, found.id, {"password": password})
    with lent(client, MAKES_TOKENS, left_over), _signed_in(client, user.username, password, left_over) as own:
        return ServiceAccount(user.username, user.id, rest.personal_tokens.replace(own, TOKEN_NAME))


@contextmanager
def _signed_in(client: rest.Client, username: str, password: rest.Secret, left_over: LeftOver) -> Iterator[rest.Client]:
    credentials = rest.users.login_with_password(client, username, password)
    factor = rest.SecondFactor.of_password(password)
    try:
        yield client.signed_in(credentials, second_factor=lambda refusal: factor)
    finally:
        try:
            rest.users.logout(client, credentials)
        except rest.RocketChatError as error:
            left_over.login(username, error)
