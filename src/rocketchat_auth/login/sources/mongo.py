"""Login tokens written into Rocket.Chat's own database."""

import atexit
import base64
import hashlib
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pymongo
from django.core.exceptions import ImproperlyConfigured
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import PyMongoError
from pymongo.write_concern import WriteConcern

from rocketchat_auth import rest
from rocketchat_auth.accounts import policy
from rocketchat_auth.conf import conf
from rocketchat_auth.login.sources.base import AccountGone, ChatLogin, Source, check_roles
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

# Rocket.Chat's default of MAX_RESUME_LOGIN_TOKENS; personal access tokens do not count.
TOKEN_LIMIT = 50

_P = ParamSpec("_P")
_T = TypeVar("_T")

_ONE = WriteConcern(w=1)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_TOKENS = "services.resume.loginTokens"


def _unavailable(error: PyMongoError) -> rest.Unavailable:
    return rest.Unavailable(
        f"MongoDB did not take the login token ({type(error).__name__}). Check MONGO_DB, and that"
        " its user may write to the collection users.",
        endpoint="mongodb",
    )


def _telling_failures(method: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let a method raise what the callers of sources expect.

    It is raised after the failure was handled, not meanwhile: pymongo's frames hold the password of ``MONGO_DB``, and
    reports of errors must not find them.
    """

    @wraps(method)
    def told(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return method(*args, **kwargs)
        except PyMongoError as error:
            failure = _unavailable(error)
        raise failure

    return told


class MongoSource(Source):
    """Pushes one hashed resume token, as Meteor's accounts do, and touches nothing else.

    ``services.iframe.token``, which version 1 of this package left behind and which never
    expires, is unset on the way.
    """

    takes_token = True
    checks_account = True

    @_telling_failures
    def issue(self, account: Account, proposed: rest.Secret) -> rest.Secret:
        hashed = hashed_token(proposed.reveal())
        selector = {
            "_id": account.rocketchat_id,
            "active": {"$ne": False},
            f"{_TOKENS}.hashedToken": {"$ne": hashed},
            f"{_TOKENS}.{TOKEN_LIMIT - 1}": {"$exists": False},
        }
        if not policy.may_be_administrator(account):
            selector["roles"] = {"$ne": "admin"}
        if not _hurried(_users()).update_one(selector, _push(hashed)).matched_count:
            self._issue_slowly(account, hashed)
        return proposed

    def _issue_slowly(self, account: Account, hashed: str) -> None:
        document = _users().find_one({"_id": account.rocketchat_id}, {"active": 1, "roles": 1, _TOKENS: 1})
        if document is None:
            raise AccountGone
        policy.check_may_sign_in(
            account,
            active=document.get("active", True) is not False,
            roles=document.get("roles") or (),
        )
        tokens = _tokens_of(document)
        if any(token.get("hashedToken") == hashed for token in tokens):
            return
        self._evict_oldest(account, tokens)
        _hurried(_users()).update_one(
            {"_id": account.rocketchat_id, f"{_TOKENS}.hashedToken": {"$ne": hashed}},
            _push(hashed),
        )

    def _evict_oldest(self, account: Account, tokens: list[dict[str, Any]]) -> None:
        logins = sorted(_logins(tokens), key=lambda token: _aware(token.get("when")))
        surplus = [token["hashedToken"] for token in logins[: len(logins) - TOKEN_LIMIT + 1]]
        if len(logins) >= TOKEN_LIMIT:
            _users().update_one(
                {"_id": account.rocketchat_id},
                {"$pull": {_TOKENS: {"hashedToken": {"$in": surplus}}}},
            )

    @_telling_failures
    def is_alive(self, login: ChatLogin) -> bool | None:
        document = _users().find_one(
            {
                "_id": login.user_id,
                "active": {"$ne": False},
                f"{_TOKENS}.hashedToken": hashed_token(login.token),
            },
            {"roles": 1},
        )
        if document is None:
            return False
        check_roles(login, document.get("roles") or ())
        return True

    @_telling_failures
    def may_have_logged_out(self, login: ChatLogin) -> bool:
        """Not from an account that is gone or deactivated, nor where the account has as many logins as it may have.

        One less counts as well: to make room for a login, another is taken away first.
        """
        document = _users().find_one({"_id": login.user_id}, {"active": 1, _TOKENS: 1})
        if document is None or document.get("active", True) is False:
            return False
        return len(_logins(_tokens_of(document))) < TOKEN_LIMIT - 1

    @_telling_failures
    def revoke(self, login: ChatLogin) -> None:
        _users().update_one(
            {"_id": login.user_id},
            {"$pull": {_TOKENS: {"hashedToken": hashed_token(login.token)}}},
        )


def hashed_token(token: str) -> str:
    """``token`` as Rocket.Chat keeps it: Base64 of its SHA-256 (Meteor's ``accounts-base``)."""
    return base64.b64encode(hashlib.sha256(token.encode()).digest()).decode()


def _push(hashed: str) -> dict[str, Any]:
    when = datetime.fromtimestamp(service.clock().time(), UTC)
    return {
        "$push": {_TOKENS: {"when": when, "hashedToken": hashed}},
        "$unset": {"services.iframe.token": ""},
    }


def _tokens_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return document.get("services", {}).get("resume", {}).get("loginTokens") or []


def _logins(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [token for token in tokens if token.get("type") != "personalAccessToken"]


def _aware(when: datetime | None) -> datetime:
    return when.replace(tzinfo=UTC) if when else _LONG_AGO


def database() -> Database[dict[str, Any]]:
    """The chat's database, as ``MONGO_DB`` names it, over this process's connections."""
    return _client()[conf.mongo_database]


def _users() -> Collection[dict[str, Any]]:
    return database()["users"]


def _hurried(users: Collection[dict[str, Any]]) -> Collection[dict[str, Any]]:
    """Writes that do not wait for the journal, nor for a majority: a login token that gets lost is issued anew."""
    return users.with_options(write_concern=_ONE)


_Client = pymongo.MongoClient[dict[str, Any]]
_lock = threading.Lock()
_made: tuple[tuple[object, ...], _Client] | None = None


def _client() -> _Client:
    """The process's client, made anew when the settings change. It must not be carried over a fork."""
    global _made  # noqa: PLW0603
    made_from = (os.getpid(), rest.Secret(conf.mongo_uri), conf.connect_timeout, conf.read_timeout)
    with _lock:
        if _made is not None and _made[0] == made_from:
            return _made[1]
        if _made is not None and _made[0][0] == made_from[0]:
            _made[1].close()
        client = _new_client()
        _made = made_from, client
        return client


def _new_client() -> _Client:
    connect_milliseconds = int(conf.connect_timeout * 1000)
    try:
        return _Client(
            conf.mongo_uri,
            serverSelectionTimeoutMS=connect_milliseconds,
            connectTimeoutMS=connect_milliseconds,
            socketTimeoutMS=int(conf.read_timeout * 1000),
            appname="django-rocketchat-auth",
        )
    except PyMongoError as error:
        failure: Exception = _unavailable(error)
    except (OSError, ValueError, TypeError) as error:
        failure = _unusable(error)
    raise failure


def _unusable(error: Exception) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"MONGO_DB can't be used ({type(error).__name__}). Mend it: its port is to be a number up to 65535, and the"
        " files that its options name are to be there and readable."
    )


@atexit.register
def _close() -> None:  # pragma: no cover - runs when the process, and the measuring with it, is at its end
    if _made is not None and _made[0][0] == os.getpid():
        _made[1].close()
