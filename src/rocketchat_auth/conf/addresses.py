"""Reading the two settings that are addresses: `ROCKETCHAT_URL` and `MONGO_DB`. Pure functions of the value."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, unquote_plus, urlsplit

import idna

from rocketchat_auth.conf.problems import Problem, SettingError

DEFAULT_DATABASE = "rocketchat"

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_LABELS = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
_NUMBER_LABEL = re.compile(r"0x[0-9a-f]*|[0-9]+")
_BARE_HOST = re.compile(r"(?P<host>localhost|[\w-]+(\.[\w-]+)+)(:\d{1,5})?(/[\w/.-]*)?", re.ASCII)
_MONGO_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(:\d{1,5})?")
_UNFIT_FOR_DATABASE = re.compile(r"[@/\\. \"$*<>:|?\x00]")


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """Where the chat is: `url` without a slash at its end, `origin` as browsers write it in the Origin header."""

    url: str
    origin: str


@dataclass(frozen=True, slots=True, repr=False)
class MongoAddress:
    """Where the chat's MongoDB is. The URI may hold a password, so there is no repr."""

    uri: str
    database: str


@lru_cache(maxsize=8)
def parse_url(value: str) -> ChatAddress:
    """Check and normalise the address of the chat.

    Raises:
        SettingError: with the `Problem.URL_...` that applies.
    """
    if _has_white_space(value):
        raise SettingError(Problem.URL_WHITE_SPACE)
    scheme, separator, rest = value.partition("://")
    if not separator:
        raise SettingError(Problem.URL_NO_SCHEME, _line_with_scheme(value))
    scheme = scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise SettingError(Problem.URL_OTHER_SCHEME)
    if "@" in rest:
        raise SettingError(Problem.URL_CREDENTIALS)
    if "?" in rest or "#" in rest:
        raise SettingError(Problem.URL_QUERY)
    try:
        parts = urlsplit(value)
        origin = f"{scheme}://{_network_location(scheme, parts)}"
    except ValueError:
        raise SettingError(Problem.URL_HOST) from None
    return ChatAddress(url=origin + parts.path.rstrip("/"), origin=origin)


def _line_with_scheme(value: str) -> str:
    match = _BARE_HOST.fullmatch(value)
    if match is None:
        return ""
    scheme = "http" if match["host"] in ("localhost", "127.0.0.1") else "https"
    return f'ROCKETCHAT_URL = "{scheme}://{value}"'


def _network_location(scheme: str, parts: SplitResult) -> str:
    """Host and port as a browser writes them; ValueError where it would refuse them."""
    host, port = _browser_host(parts.hostname or ""), parts.port
    if port == 0 or parts.netloc.endswith(":") or ("[" in parts.netloc) != ("[" in host):
        raise ValueError(parts.netloc)
    return host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"


def _browser_host(host: str) -> str:
    if ":" in host and "%" not in host:
        return f"[{IPv6Address(host).compressed}]"
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode("ascii")
    if not _HOST_LABELS.fullmatch(host):
        raise ValueError(host)
    if _NUMBER_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]):
        # Browsers read 127.1 or 0x7f000001 as an IPv4 address, and send its plain form as the origin.
        return str(IPv4Address(host))
    return host


@lru_cache(maxsize=8)
def parse_mongo(value: str) -> MongoAddress:
    """Bring the forms that `MONGO_DB` may have to a MongoDB URI; no database in it means "rocketchat".

    Raises:
        SettingError: with the `Problem.MONGO_...` that applies.
    """
    found = _mongo_address(value)
    if isinstance(found, Problem):
        del value  # It may hold a password, and reports of errors show variables.
        raise SettingError(found)
    return found


def _mongo_address(value: str) -> MongoAddress | Problem:
    if not value:
        return MongoAddress(uri="", database=DEFAULT_DATABASE)
    uri = value if "://" in value.partition("@")[0] else f"mongodb://{value}"
    scheme, _, rest = uri.partition("://")
    address, _, path = rest.partition("?")[0].partition("/")
    if scheme not in ("mongodb", "mongodb+srv") or _has_white_space(value) or not _is_mongo_address(address):
        return Problem.MONGO_FORM
    database = unquote_plus(path) or DEFAULT_DATABASE
    if _UNFIT_FOR_DATABASE.search(database):
        return Problem.MONGO_DATABASE
    return MongoAddress(uri=uri, database=database)


def _is_mongo_address(address: str) -> bool:
    credentials, at_sign, hosts = address.rpartition("@")
    user_name, _, password = credentials.partition(":")
    if (at_sign and not user_name) or "@" in credentials or ":" in password:
        return False
    return all(_MONGO_HOST.fullmatch(host) for host in hosts.split(","))


def _has_white_space(value: str) -> bool:
    return any(character.isspace() or not character.isprintable() for character in value)
