"""What can be wrong with the value of a setting, and the exception that says it."""

from enum import Enum

from django.core.exceptions import ImproperlyConfigured

_URL = 'ROCKETCHAT_URL = "https://chat.example.com"'
_AUTH_TOKEN = 'ROCKETCHAT_AUTH_TOKEN = "the personal access token of the service account"'
_USER_ID = 'ROCKETCHAT_USER_ID = "the user id shown together with that token"'
_MONGO = 'MONGO_DB = "user:password@localhost:27017/rocketchat?authSource=admin"'
_TOKEN_SECRET = 'ROCKETCHAT_TOKEN_SECRET = "what CREATE_TOKENS_FOR_USERS_SECRET is on the Rocket.Chat server"'
_PASSWORD_KEY = 'ROCKETCHAT_PASSWORD_KEY = "50 random characters that nothing else uses"'
_GROUPS = 'ROCKETCHAT_GROUPS = {"Staff": {"roles": ["moderator"], "channels": ["staff"], "groups": [], "teams": []}}'


class Problem(Enum):
    """Which setting is wrong and how: `sentence` says it, `line` is what the settings should have instead.

    The system checks give each member an id.
    """

    URL_MISSING = "ROCKETCHAT_URL is not set.", _URL
    URL_TYPE = "ROCKETCHAT_URL is not a string.", _URL
    URL_WHITE_SPACE = "ROCKETCHAT_URL has white space in it.", _URL
    URL_NO_SCHEME = "ROCKETCHAT_URL does not begin with https:// or http://.", _URL
    URL_OTHER_SCHEME = "ROCKETCHAT_URL begins with something other than https:// or http://.", _URL
    URL_CREDENTIALS = "ROCKETCHAT_URL has a user name or a password in it.", _URL
    URL_QUERY = "ROCKETCHAT_URL has a query or a fragment in it, that is, a ? or a #.", _URL
    URL_HOST = "ROCKETCHAT_URL has no host name or port that a browser understands.", _URL
    AUTH_TOKEN_MISSING = "ROCKETCHAT_AUTH_TOKEN is not set.", _AUTH_TOKEN
    AUTH_TOKEN_TYPE = "ROCKETCHAT_AUTH_TOKEN is not a string.", _AUTH_TOKEN
    AUTH_TOKEN_CHARACTERS = "ROCKETCHAT_AUTH_TOKEN has white space or another character that no token has.", _AUTH_TOKEN
    USER_ID_MISSING = "ROCKETCHAT_USER_ID is not set.", _USER_ID
    USER_ID_TYPE = "ROCKETCHAT_USER_ID is not a string.", _USER_ID
    USER_ID_CHARACTERS = "ROCKETCHAT_USER_ID has white space or another character that no user id has.", _USER_ID
    MONGO_TYPE = "MONGO_DB is not a string.", _MONGO
    MONGO_FORM = (
        "MONGO_DB is not the address of a MongoDB server; a user name or a password has to be percent-encoded there.",
        _MONGO,
    )
    MONGO_DATABASE = "MONGO_DB names a database that MongoDB cannot have.", _MONGO
    LOGIN_SOURCE_UNKNOWN = (
        "ROCKETCHAT_LOGIN_SOURCE is neither 'create_token', 'mongo' or 'password' nor the dotted path of a class.",
        'ROCKETCHAT_LOGIN_SOURCE = "create_token"',
    )
    TOKEN_SECRET_TYPE = "ROCKETCHAT_TOKEN_SECRET is not a string.", _TOKEN_SECRET
    PASSWORD_KEY_TYPE = "ROCKETCHAT_PASSWORD_KEY is not a string.", _PASSWORD_KEY
    LINK_EXISTING_UNKNOWN = (
        "ROCKETCHAT_LINK_EXISTING is neither 'never', 'email' nor 'username'.",
        'ROCKETCHAT_LINK_EXISTING = "never"',
    )
    ADMIN_LOGIN_TYPE = "ROCKETCHAT_ADMIN_LOGIN is neither True nor False.", "ROCKETCHAT_ADMIN_LOGIN = False"
    PLACEHOLDER_DOMAIN = (
        "ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN is not a domain name.",
        'ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN = "users.example.com"',
    )
    LOGOUT_UNKNOWN = (
        "ROCKETCHAT_LOGOUT is neither 'session', 'everywhere' nor 'none'.",
        'ROCKETCHAT_LOGOUT = "session"',
    )
    LOGOUT_SITE_TYPE = "ROCKETCHAT_LOGOUT_SITE is neither True nor False.", "ROCKETCHAT_LOGOUT_SITE = True"
    CONNECT_TIMEOUT = (
        "ROCKETCHAT_CONNECT_TIMEOUT is not a number of seconds above 0.",
        "ROCKETCHAT_CONNECT_TIMEOUT = 2.0",
    )
    READ_TIMEOUT = "ROCKETCHAT_READ_TIMEOUT is not a number of seconds above 0.", "ROCKETCHAT_READ_TIMEOUT = 5.0"
    CA_FILE_TYPE = "ROCKETCHAT_CA_FILE is not the path of a file.", 'ROCKETCHAT_CA_FILE = "/etc/ssl/certs/our-ca.pem"'
    PROXY_TYPE = (
        "ROCKETCHAT_PROXY_FROM_ENVIRONMENT is neither True nor False.",
        "ROCKETCHAT_PROXY_FROM_ENVIRONMENT = False",
    )
    LOGIN_PAGES_TYPE = (
        "ROCKETCHAT_LOGIN_PAGES is not a list of strings.",
        'ROCKETCHAT_LOGIN_PAGES = ["/accounts/two-factor/"]',
    )
    GROUPS_FORM = ("ROCKETCHAT_GROUPS is not a dictionary whose keys are names of groups.", _GROUPS)
    GROUPS_KEYS = (
        "An entry of ROCKETCHAT_GROUPS is not a dictionary with the keys 'roles', 'channels', 'groups' and 'teams'.",
        _GROUPS,
    )
    GROUPS_NAMES = (
        "ROCKETCHAT_GROUPS has something other than a list of names, which begin with neither # nor @.",
        _GROUPS,
    )
    CREATE_ROOMS_TYPE = "ROCKETCHAT_CREATE_ROOMS is neither True nor False.", "ROCKETCHAT_CREATE_ROOMS = False"
    REQUIRED_PERMISSION = (
        "ROCKETCHAT_REQUIRED_PERMISSION is not a permission as user.has_perm() takes it.",
        'ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"',
    )
    ON_DELETE_UNKNOWN = (
        "ROCKETCHAT_ON_DELETE is neither 'deactivate', 'delete' nor 'nothing'.",
        'ROCKETCHAT_ON_DELETE = "deactivate"',
    )
    MAX_DEACTIVATE = "ROCKETCHAT_MAX_DEACTIVATE is not a share from 0 to 1.", "ROCKETCHAT_MAX_DEACTIVATE = 0.1"
    CONCURRENCY = "ROCKETCHAT_CONCURRENCY is not a whole number from 1 to 64.", "ROCKETCHAT_CONCURRENCY = 4"
    CROSS_SITE_TYPE = "ROCKETCHAT_CROSS_SITE is neither True nor False.", "ROCKETCHAT_CROSS_SITE = False"
    TOKEN_IN_URL_TYPE = "ROCKETCHAT_TOKEN_IN_URL is neither True nor False.", "ROCKETCHAT_TOKEN_IN_URL = False"
    ADAPTER_PATH = (
        "ROCKETCHAT_ADAPTER is not the dotted path of a class.",
        'ROCKETCHAT_ADAPTER = "rocketchat_auth.adapter.Adapter"',
    )

    def __init__(self, sentence: str, line: str) -> None:
        self.sentence = sentence
        self.line = line


class SettingError(ImproperlyConfigured):
    """A setting is missing or unusable.

    Args:
        problem: which setting, and what is wrong with it.
        line: the line that the settings should have, where more is known than `problem.line`.
    """

    def __init__(self, problem: Problem, line: str = "") -> None:
        self.problem = problem
        self.line = line or problem.line
        super().__init__(f"{problem.sentence} Put this line into your settings: {self.line}")
