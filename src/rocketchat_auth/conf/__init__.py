"""The settings of the package, read from `django.conf.settings` at each access.

`conf` is the one object to import. A property gives a value that is right, or raises `SettingError`, whose text says
which line to type and never repeats what the setting holds. docs/settings.md describes every setting.
"""

import os
import re
from collections.abc import Sequence

from rocketchat_auth.conf import values
from rocketchat_auth.conf.addresses import ChatAddress, MongoAddress, parse_mongo, parse_url
from rocketchat_auth.conf.memberships import KINDS, Memberships, parse_groups
from rocketchat_auth.conf.problems import Problem, SettingError

__all__ = [
    "DEFAULT_ADAPTER",
    "LINK_RULES",
    "LOGIN_SOURCES",
    "LOGOUT_SCOPES",
    "MEMBERSHIP_KINDS",
    "NAMES",
    "ON_DELETE",
    "Memberships",
    "Problem",
    "SettingError",
    "conf",
]

NAMES = (
    "ROCKETCHAT_URL",
    "ROCKETCHAT_AUTH_TOKEN",
    "ROCKETCHAT_USER_ID",
    "MONGO_DB",
    "CORS_ORIGIN_WHITELIST",
    "ROCKETCHAT_LOGIN_SOURCE",
    "ROCKETCHAT_TOKEN_SECRET",
    "ROCKETCHAT_PASSWORD_KEY",
    "ROCKETCHAT_LINK_EXISTING",
    "ROCKETCHAT_ADMIN_LOGIN",
    "ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN",
    "ROCKETCHAT_LOGOUT",
    "ROCKETCHAT_LOGOUT_SITE",
    "ROCKETCHAT_CONNECT_TIMEOUT",
    "ROCKETCHAT_READ_TIMEOUT",
    "ROCKETCHAT_CA_FILE",
    "ROCKETCHAT_PROXY_FROM_ENVIRONMENT",
    "ROCKETCHAT_LOGIN_PAGES",
    "ROCKETCHAT_ADAPTER",
    "ROCKETCHAT_REQUIRED_PERMISSION",
    "ROCKETCHAT_GROUPS",
    "ROCKETCHAT_CREATE_ROOMS",
    "ROCKETCHAT_ON_DELETE",
    "ROCKETCHAT_MAX_DEACTIVATE",
    "ROCKETCHAT_CONCURRENCY",
    "ROCKETCHAT_CROSS_SITE",
    "ROCKETCHAT_TOKEN_IN_URL",
)
LOGIN_SOURCES = ("create_token", "mongo", "password")
LINK_RULES = ("never", "email", "username")
LOGOUT_SCOPES = ("session", "everywhere", "none")
ON_DELETE = ("deactivate", "delete", "nothing")
MEMBERSHIP_KINDS = KINDS
DEFAULT_ADAPTER = "rocketchat_auth.adapter.Adapter"

_PERMISSION = re.compile(r"[^\W\d]\w*\.\S+")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class Conf:
    """One property for each setting. Nothing is remembered, so `override_settings` works."""

    @property
    def url(self) -> str:
        """The address of the chat without a slash at its end, a path included where the chat lives below one."""
        return self._address.url

    @property
    def origin(self) -> str:
        """`scheme://host[:port]` of the chat, as browsers write it in the Origin header."""
        return self._address.origin

    @property
    def _address(self) -> ChatAddress:
        return parse_url(values.required_text("ROCKETCHAT_URL", Problem.URL_MISSING, Problem.URL_TYPE))

    @property
    def auth_token(self) -> str:
        """The personal access token of the service account."""
        return values.header_text(
            "ROCKETCHAT_AUTH_TOKEN",
            Problem.AUTH_TOKEN_MISSING,
            Problem.AUTH_TOKEN_TYPE,
            Problem.AUTH_TOKEN_CHARACTERS,
        )

    @property
    def user_id(self) -> str:
        """The `_id` of the service account."""
        return values.header_text(
            "ROCKETCHAT_USER_ID", Problem.USER_ID_MISSING, Problem.USER_ID_TYPE, Problem.USER_ID_CHARACTERS
        )

    @property
    def mongo_uri(self) -> str:
        """The URI of the chat's MongoDB, or "" where `MONGO_DB` is not set. It may hold a password."""
        return self._mongo.uri

    @property
    def mongo_database(self) -> str:
        """The name of the chat's database: the path of the URI, else "rocketchat"."""
        return self._mongo.database

    @property
    def _mongo(self) -> MongoAddress:
        return parse_mongo(values.text("MONGO_DB", Problem.MONGO_TYPE))

    @property
    def login_source(self) -> str:
        """Where login tokens come from: "create_token", "mongo", "password" or the dotted path of a class."""
        value = values.raw("ROCKETCHAT_LOGIN_SOURCE")
        if value is None:
            return "mongo" if values.text("MONGO_DB", Problem.MONGO_TYPE) else "create_token"
        if isinstance(value, str) and (value in LOGIN_SOURCES or values.is_dotted_path(value)):
            return value
        raise SettingError(Problem.LOGIN_SOURCE_UNKNOWN)

    @property
    def token_secret(self) -> str:
        """What `CREATE_TOKENS_FOR_USERS_SECRET` is on the Rocket.Chat server (8.0 and later), or ""."""
        return values.text("ROCKETCHAT_TOKEN_SECRET", Problem.TOKEN_SECRET_TYPE)

    @property
    def password_key(self) -> str:
        """The key from which the source "password" derives passwords, or ""."""
        return values.text("ROCKETCHAT_PASSWORD_KEY", Problem.PASSWORD_KEY_TYPE)

    @property
    def link_existing(self) -> str:
        """Which rule adopts a chat account that the package did not create: "never", "email" or "username"."""
        return values.choice("ROCKETCHAT_LINK_EXISTING", LINK_RULES, Problem.LINK_EXISTING_UNKNOWN)

    @property
    def admin_login(self) -> bool:
        """Whether a superuser may be signed in to a chat account that has the role `admin`."""
        return values.flag("ROCKETCHAT_ADMIN_LOGIN", Problem.ADMIN_LOGIN_TYPE)

    @property
    def placeholder_email_domain(self) -> str:
        """The domain of the addresses made up for users who have none, in lower case, or ""."""
        value = values.text("ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN", Problem.PLACEHOLDER_DOMAIN).lower()
        if value and not _DOMAIN.fullmatch(value):
            raise SettingError(Problem.PLACEHOLDER_DOMAIN)
        return value

    @property
    def logout(self) -> str:
        """What signing out of the site ends: "session" (that session's chat login), "everywhere" or "none"."""
        return values.choice("ROCKETCHAT_LOGOUT", LOGOUT_SCOPES, Problem.LOGOUT_UNKNOWN)

    @property
    def logout_site(self) -> bool:
        """Whether logging out in chat ends the session of the site, or at least keeps it from signing back in."""
        return values.flag("ROCKETCHAT_LOGOUT_SITE", Problem.LOGOUT_SITE_TYPE)

    @property
    def connect_timeout(self) -> float:
        """Seconds within which the chat must accept a connection."""
        return values.seconds("ROCKETCHAT_CONNECT_TIMEOUT", 2.0, Problem.CONNECT_TIMEOUT)

    @property
    def read_timeout(self) -> float:
        """Seconds within which the chat must go on answering."""
        return values.seconds("ROCKETCHAT_READ_TIMEOUT", 5.0, Problem.READ_TIMEOUT)

    @property
    def ca_file(self) -> str | None:
        """The path of a file with the certificate authorities to trust, or None for the usual ones."""
        value = values.raw("ROCKETCHAT_CA_FILE")
        if value is None:
            return None
        path = os.fspath(value) if isinstance(value, (str, os.PathLike)) else value
        if not isinstance(path, str) or "\x00" in path:
            raise SettingError(Problem.CA_FILE_TYPE)
        return path or None

    @property
    def proxy_from_environment(self) -> bool:
        """Whether HTTPS_PROXY and its like, from the environment, apply to calls to the chat."""
        return values.flag("ROCKETCHAT_PROXY_FROM_ENVIRONMENT", Problem.PROXY_TYPE)

    @property
    def login_pages(self) -> tuple[str, ...]:
        """The paths or URL names of the pages, besides `LOGIN_URL`, that the chat may frame."""
        value = values.raw("ROCKETCHAT_LOGIN_PAGES", ())
        if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
            raise SettingError(Problem.LOGIN_PAGES_TYPE)
        if not all(isinstance(entry, str) and entry for entry in value):
            raise SettingError(Problem.LOGIN_PAGES_TYPE)
        return tuple(value)

    @property
    def adapter(self) -> str:
        """The dotted path of the site's own adapter class, or of the one that comes with the package."""
        value = values.raw("ROCKETCHAT_ADAPTER", DEFAULT_ADAPTER)
        if isinstance(value, str) and values.is_dotted_path(value):
            return value
        raise SettingError(Problem.ADAPTER_PATH)

    @property
    def required_permission(self) -> str:
        """The permission without which a user may not chat, or "" where every active user may."""
        value = values.text("ROCKETCHAT_REQUIRED_PERMISSION", Problem.REQUIRED_PERMISSION)
        if value and not _PERMISSION.fullmatch(value):
            raise SettingError(Problem.REQUIRED_PERMISSION)
        return value

    @property
    def groups(self) -> dict[str, Memberships]:
        """What the members of each group of the site are members of in chat, by the group's name."""
        return parse_groups(values.raw("ROCKETCHAT_GROUPS", {}))

    @property
    def create_rooms(self) -> bool:
        """Whether rooms and teams that `ROCKETCHAT_GROUPS` names and that do not exist are made."""
        return values.flag("ROCKETCHAT_CREATE_ROOMS", Problem.CREATE_ROOMS_TYPE)

    @property
    def on_delete(self) -> str:
        """What becomes of the chat account of a deleted user: "deactivate", "delete" or "nothing"."""
        return values.choice("ROCKETCHAT_ON_DELETE", ON_DELETE, Problem.ON_DELETE_UNKNOWN)

    @property
    def max_deactivate(self) -> float:
        """The share of the linked accounts, from 0 to 1, that one sync may deactivate unless it is forced."""
        return values.share("ROCKETCHAT_MAX_DEACTIVATE", 0.1, Problem.MAX_DEACTIVATE)

    @property
    def concurrency(self) -> int:
        """How many accounts a sync works on at the same time."""
        return values.whole_number("ROCKETCHAT_CONCURRENCY", 4, 64, Problem.CONCURRENCY)

    @property
    def cross_site(self) -> bool:
        """Whether site and chat are two sites to a browser, which then keeps the site's cookies out of the chat."""
        return values.flag("ROCKETCHAT_CROSS_SITE", Problem.CROSS_SITE_TYPE)

    @property
    def token_in_url(self) -> bool:
        """Whether, as the last resort of a cross-site sign-in, a login token may stand in the address of the chat."""
        return values.flag("ROCKETCHAT_TOKEN_IN_URL", Problem.TOKEN_IN_URL_TYPE)


conf = Conf()
