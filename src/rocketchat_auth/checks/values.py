"""Every setting can be used: what `rocketchat_auth.conf` refuses, a check says beforehand."""

from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.conf import Conf, Problem, SettingError, conf

_NUMBERS = {
    Problem.URL_MISSING: "E001",
    Problem.URL_TYPE: "E002",
    Problem.URL_WHITE_SPACE: "E003",
    Problem.URL_NO_SCHEME: "E004",
    Problem.URL_OTHER_SCHEME: "E005",
    Problem.URL_CREDENTIALS: "E006",
    Problem.URL_QUERY: "E007",
    Problem.URL_HOST: "E008",
    Problem.AUTH_TOKEN_MISSING: "E011",
    Problem.AUTH_TOKEN_TYPE: "E012",
    Problem.AUTH_TOKEN_CHARACTERS: "E013",
    Problem.USER_ID_MISSING: "E014",
    Problem.USER_ID_TYPE: "E015",
    Problem.USER_ID_CHARACTERS: "E016",
    Problem.MONGO_TYPE: "E021",
    Problem.MONGO_FORM: "E022",
    Problem.MONGO_DATABASE: "E023",
    Problem.LOGIN_SOURCE_UNKNOWN: "E031",
    Problem.TOKEN_SECRET_TYPE: "E032",
    Problem.PASSWORD_KEY_TYPE: "E033",
    Problem.LINK_EXISTING_UNKNOWN: "E041",
    Problem.ADMIN_LOGIN_TYPE: "E042",
    Problem.PLACEHOLDER_DOMAIN: "E043",
    Problem.LOGOUT_UNKNOWN: "E044",
    Problem.ADAPTER_PATH: "E045",
    Problem.REQUIRED_PERMISSION: "E121",
    Problem.GROUPS_FORM: "E122",
    Problem.GROUPS_KEYS: "E123",
    Problem.GROUPS_NAMES: "E124",
    Problem.CREATE_ROOMS_TYPE: "E125",
    Problem.ON_DELETE_UNKNOWN: "E126",
    Problem.MAX_DEACTIVATE: "E127",
    Problem.CONCURRENCY: "E128",
    Problem.CROSS_SITE_TYPE: "E131",
    Problem.TOKEN_IN_URL_TYPE: "E134",
    Problem.LOGOUT_SITE_TYPE: "E138",
    Problem.CONNECT_TIMEOUT: "E051",
    Problem.READ_TIMEOUT: "E052",
    Problem.CA_FILE_TYPE: "E053",
    Problem.PROXY_TYPE: "E054",
    Problem.LOGIN_PAGES_TYPE: "E061",
}
_BY_PROBLEM = {problem: Finding(number, problem.sentence, problem.line) for problem, number in _NUMBERS.items()}
FINDINGS = tuple(_BY_PROBLEM.values())

_PROPERTIES = [name for name, member in vars(Conf).items() if isinstance(member, property) and not name.startswith("_")]


def check(**kwargs: object) -> list[CheckMessage]:
    """Read every property of `conf` once."""
    lines: dict[Problem, str] = {}
    for name in _PROPERTIES:
        try:
            getattr(conf, name)
        except SettingError as error:
            lines[error.problem] = error.line
    return [_BY_PROBLEM[problem].message(hint=line) for problem, line in lines.items()]
