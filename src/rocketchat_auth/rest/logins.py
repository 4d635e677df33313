"""Login tokens of chat accounts: getting them, asking after them, ending them.

Documented at https://developer.rocket.chat/apidocs/authentication-endpoints and, for `users.createToken`, at
https://developer.rocket.chat/apidocs/users-endpoints; what the versions do differently is read from
apps/meteor/app/api/server/v1/users.ts, from 8.7 on apps/meteor/server/api/v1/users.ts.
"""

import contextlib
from dataclasses import dataclass

from rocketchat_auth.rest.answer import Answer
from rocketchat_auth.rest.budget import Budget
from rocketchat_auth.rest.call import Credentials
from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.errors import CredentialsRefused, InvalidParameters, RateLimit, RateLimited, Refused
from rocketchat_auth.rest.secret import Secret
from rocketchat_auth.rest.user import user_of
from rocketchat_auth.rest.workspace import Version

TOKEN_SECRET_SINCE = Version(8, 0)
FIRST_LOGIN_PAUSE = 0.2


def create_token(
    client: Client, user_id: str, *, secret: str | Secret | None, version: Version | None = None
) -> Credentials:
    """A login token for an account, as if its owner had signed in.

    Up to 7.x the server takes `{userId}` and must run with `CREATE_TOKENS_FOR_USERS=true`; from 8.0 it takes
    `{userId, secret}` and must run with `CREATE_TOKENS_FOR_USERS_SECRET`. Where it does not take the one form, the
    other is tried once. 7.13 stumbles over accounts that never signed in (#40598); it is asked again once.

    Args:
        client: the client.
        user_id: the account's `_id`.
        secret: what `CREATE_TOKENS_FOR_USERS_SECRET` is; None or empty where there is none.
        version: the server's version, where it is known: the form to begin with.

    Raises:
        PermissionRefused: wrong secret, missing environment variable, or no `user-generate-access-token`.
        InvalidParameters: the server wants a secret, and none is given.
        NotFound: there is no such account.
        RocketChatError: as for every call.
    """
    secret = Secret.of(secret) if secret else None
    first = secret if version is None or version >= TOKEN_SECRET_SINCE else None
    try:
        return _create_token(client, user_id, first)
    except InvalidParameters as refusal:
        if secret is None or not _is_about_form(refusal):
            raise
    return _create_token(client, user_id, None if first else secret)


def _create_token(client: Client, user_id: str, secret: Secret | None) -> Credentials:
    body: dict[str, object] = {"userId": user_id}
    if secret is not None:
        body["secret"] = secret
    try:
        return _token_of(user_id, client.call("POST", "v1/users.createToken", json=body))
    except Refused as refusal:
        if not _is_first_login_fault(refusal):
            raise
    client.clock.sleep(FIRST_LOGIN_PAUSE)
    return _token_of(user_id, client.call("POST", "v1/users.createToken", json=body))


def _token_of(user_id: str, answer: Answer) -> Credentials:
    if answer.text("data", "userId") != user_id:
        raise answer.misshapen("data.userId")
    return _credentials(answer)


def logout_everywhere(client: Client, user_id: str) -> None:
    """End all logins of an account, and delete its personal access tokens with them.

    Raises:
        PermissionRefused: the service account lacks `logout-other-user`.
        RocketChatError: as for every call. An unknown `_id` is none.
    """
    client.call("POST", "v1/users.logout", json={"userId": user_id})


@dataclass(frozen=True, slots=True)
class Life:
    """Whether a login token is good, the roles of its account, and the server's limit for such questions."""

    alive: bool
    rate: RateLimit | None
    roles: tuple[str, ...] = ()


def me(client: Client, credentials: Credentials, *, budget: Budget | None = None) -> Life:
    """Whether a login token is good.

    Rocket.Chat lets an address ask this 10 times a minute: take it from a budget first.

    Args:
        client: the client.
        credentials: the account and its token.
        budget: what learns from the answer; the call itself is not counted here.

    Raises:
        RateLimited: asked too often.
        RocketChatError: as for every call.
    """
    try:
        answer = client.call("GET", "v1/me", credentials=credentials)
        user = user_of(answer.body)
        life = Life(alive=True, rate=answer.rate, roles=user.roles if user else ())
    except CredentialsRefused as refusal:
        life = Life(alive=False, rate=refusal.rate)
    except RateLimited as refusal:
        _tell(budget, refusal)
        raise
    if budget is not None:
        budget.learn(life.rate)
    return life


def login_with_password(
    client: Client,
    username: str,
    password: str | Secret,
    *,
    code: Secret | None = None,
    budget: Budget | None = None,
) -> Credentials:
    """Sign in as an account.

    Rocket.Chat lets an address do this 10 times a minute: take it from a budget first.

    Args:
        client: the client.
        username: the user name or e-mail address.
        password: the password.
        code: the second factor: a number of the authenticator app, or one that was mailed.
        budget: what learns from the answer; the call itself is not counted here.

    Raises:
        CredentialsRefused: no such account, or another password; from 9.0 on also for the next two.
        SecondFactorRequired: the account has a second factor, and `code` is missing or wrong.
        Inactive: the account is deactivated.
        RateLimited: asked too often.
        RocketChatError: as for every call.
    """
    password = Secret.of(password)  # in this name too, which reports of errors show
    body: dict[str, object] = {"user": username, "password": password}
    if code is not None:
        body["code"] = code
    try:
        answer = client.call("POST", "v1/login", json=body, credentials=None)
    except Refused as refusal:
        _tell(budget, refusal)
        raise
    if budget is not None:
        budget.learn(answer.rate)
    return _credentials(answer)


def logout(client: Client, credentials: Credentials) -> None:
    """End one login: that of this token. A token that is dead already is none the worse for it.

    Raises:
        RocketChatError: as for every call.
    """
    with contextlib.suppress(CredentialsRefused):
        client.call("POST", "v1/logout", json={}, credentials=credentials)


def _credentials(answer: Answer) -> Credentials:
    return Credentials(user_id=answer.text("data", "userId"), auth_token=answer.text("data", "authToken"))


def _tell(budget: Budget | None, refusal: Refused) -> None:
    if budget is None:
        return
    if isinstance(refusal, RateLimited):
        budget.refused(refusal.reset_at)
    else:
        budget.learn(refusal.rate)


def _is_about_form(refusal: Refused) -> bool:
    return "secret" in refusal.message or "additional properties" in refusal.message


def _is_first_login_fault(refusal: Refused) -> bool:
    return "Cannot read propert" in refusal.message and "tokens" in refusal.message
