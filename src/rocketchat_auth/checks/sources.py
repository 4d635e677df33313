"""The source of login tokens has what it needs."""

import warnings

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.views.debug import SafeExceptionReporterFilter

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import entries, load, usable
from rocketchat_auth.conf import LOGIN_SOURCES, conf

_NEW_KEY = 'ROCKETCHAT_PASSWORD_KEY = "50 random characters that nothing else uses"'
_SECRET = 'ROCKETCHAT_TOKEN_SECRET = "what CREATE_TOKENS_FOR_USERS_SECRET is on the Rocket.Chat server"'

MONGO_REFUSED = Finding(
    "E024",
    "MONGO_DB is refused by pymongo: a user name or password with a bare %, for example, options that contradict, or a"
    " file that can't be read.",
    'MONGO_DB = "user:password@localhost:27017/rocketchat?authSource=admin"',
)
MONGO_SRV = Finding(
    "E025",
    "MONGO_DB begins with mongodb+srv:// and has a port or more than one host.",
    'MONGO_DB = "mongodb+srv://user:password@cluster.example.com/rocketchat"',
)
SOURCE_NOT_IMPORTED = Finding(
    "E034",
    "ROCKETCHAT_LOGIN_SOURCE names {path}, whose import ended with {error}.",
    'ROCKETCHAT_LOGIN_SOURCE = "create_token"',
)
SOURCE_NOT_A_CLASS = Finding(
    "E035",
    "ROCKETCHAT_LOGIN_SOURCE names {path}, which is not a subclass of rocketchat_auth.login.sources.Source.",
    'ROCKETCHAT_LOGIN_SOURCE = "create_token"',
)
MONGO_MISSING = Finding(
    "E036",
    "ROCKETCHAT_LOGIN_SOURCE is 'mongo' and MONGO_DB is not set.",
    'MONGO_DB = "localhost:27017"',
)
KEY_MISSING = Finding("E037", "ROCKETCHAT_LOGIN_SOURCE is 'password' and ROCKETCHAT_PASSWORD_KEY is not set.", _NEW_KEY)
KEY_SHORT = Finding(
    "E038",
    "ROCKETCHAT_PASSWORD_KEY has fewer than 32 characters, or nearly all are the same: it can be guessed.",
    _NEW_KEY,
)
KEY_IS_SECRET_KEY = Finding(
    "E039",
    "ROCKETCHAT_PASSWORD_KEY is the site's SECRET_KEY: a change of the one would change every chat password.",
    _NEW_KEY,
)
MONGO_NOT_USED = Finding(
    "W031",
    "MONGO_DB is set and ROCKETCHAT_LOGIN_SOURCE is '{source}', which does not use it.",
    'ROCKETCHAT_LOGIN_SOURCE = "mongo"',
)
MONGO_OPTION = Finding(
    "W034",
    "MONGO_DB has an option that pymongo leaves unheeded: its name is unknown, or its value is not of the right kind.",
    'MONGO_DB = "user:password@localhost:27017/rocketchat?authSource=admin"',
)
MONGO_SHOWN = Finding(
    "W035",
    "MONGO_DB has a password, which Django's reports of errors show: they hide a setting by its name.",
    'DEFAULT_EXCEPTION_REPORTER_FILTER = "rocketchat_auth.debug.SafeExceptionReporterFilter"',
)
SECRET_SHORT = Finding(
    "W032", "ROCKETCHAT_TOKEN_SECRET has fewer than 16 characters: whoever guesses it signs in as anybody.", _SECRET
)
SECRET_WHITE_SPACE = Finding(
    "W033",
    "ROCKETCHAT_TOKEN_SECRET has white space at its beginning or end.",
    _SECRET,
)
FINDINGS = (
    MONGO_REFUSED,
    MONGO_SRV,
    SOURCE_NOT_IMPORTED,
    SOURCE_NOT_A_CLASS,
    MONGO_MISSING,
    KEY_MISSING,
    KEY_SHORT,
    KEY_IS_SECRET_KEY,
    MONGO_NOT_USED,
    SECRET_SHORT,
    SECRET_WHITE_SPACE,
    MONGO_OPTION,
    MONGO_SHOWN,
)


def check(**kwargs: object) -> list[CheckMessage]:
    """What `rocketchat_auth.conf` accepts one by one must also fit together."""
    return [
        *(*_check_mongo(), *_check_reports_of_errors(), *_check_source()),
        *(*_check_token_secret(), *_check_password_key()),
    ]


def _check_mongo() -> list[CheckMessage]:
    uri = usable(lambda: conf.mongo_uri)
    if not uri:
        return []
    from pymongo import uri_parser
    from pymongo.errors import PyMongoError

    source = usable(lambda: conf.login_source)
    found = [MONGO_NOT_USED.message(source=source)] if source in ("create_token", "password") else []
    scheme, _, rest = uri.partition("://")
    hosts = rest.partition("?")[0].partition("/")[0].rpartition("@")[2]
    if scheme == "mongodb+srv" and {",", ":"} & set(hosts):
        return [*found, MONGO_SRV.message()]
    # As mongodb:// for both: pymongo would look the name of a mongodb+srv:// URI up, and no check uses the network.
    with warnings.catch_warnings(record=True) as ignored_options:
        warnings.simplefilter("always")
        try:
            uri_parser.parse_uri(f"mongodb://{_without_srv_options(rest)}", warn=True)
        except (PyMongoError, OSError, ValueError, TypeError):
            return [*found, MONGO_REFUSED.message()]
    return [*found, MONGO_OPTION.message()] if ignored_options else found


def _without_srv_options(rest: str) -> str:
    address, mark, options = rest.partition("?")
    return address + mark + "&".join(option for option in options.split("&") if not option.lower().startswith("srv"))


def _check_reports_of_errors() -> list[CheckMessage]:
    uri = usable(lambda: conf.mongo_uri) or ""
    address, _, options = uri.partition("://")[2].partition("?")
    if ":" not in address.rpartition("@")[0] and "password=" not in options.lower():
        return []
    reporter_filter, error = load(settings.DEFAULT_EXCEPTION_REPORTER_FILTER)
    if error or not (isinstance(reporter_filter, type) and issubclass(reporter_filter, SafeExceptionReporterFilter)):
        return []
    return [MONGO_SHOWN.message()] if reporter_filter().cleanse_setting("MONGO_DB", uri) == uri else []


def _check_source() -> list[CheckMessage]:
    source = usable(lambda: conf.login_source)
    if source == "mongo" and usable(lambda: conf.mongo_uri) == "":
        return [MONGO_MISSING.message()]
    if source is None or source in LOGIN_SOURCES:
        return []
    loaded, error = load(source)
    if error:
        return [SOURCE_NOT_IMPORTED.message(path=source, error=error)]
    from rocketchat_auth.login.sources import Source

    if isinstance(loaded, type) and issubclass(loaded, Source):
        return []
    return [SOURCE_NOT_A_CLASS.message(path=source)]


def _check_token_secret() -> list[CheckMessage]:
    secret = usable(lambda: conf.token_secret)
    if not secret:
        return []
    found = [SECRET_WHITE_SPACE.message()] if secret != secret.strip() else []
    return [*found, SECRET_SHORT.message()] if len(secret.strip()) < 16 else found


def _check_password_key() -> list[CheckMessage]:
    key = usable(lambda: conf.password_key)
    if key is None:
        return []
    if not key:
        return [KEY_MISSING.message()] if usable(lambda: conf.login_source) == "password" else []
    if key in _secret_keys():
        return [KEY_IS_SECRET_KEY.message()]
    return [KEY_SHORT.message()] if len(key) < 32 or len(set(key)) < 8 else []


def _secret_keys() -> list[object]:
    try:
        return [settings.SECRET_KEY, *entries(settings.SECRET_KEY_FALLBACKS)]
    except ImproperlyConfigured:
        # Django itself reports an empty SECRET_KEY.
        return []
