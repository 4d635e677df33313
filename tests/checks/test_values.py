"""Settings that cannot be used, one by one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.checks import CheckMessage

from rocketchat_auth.checks import values
from tests.checks.conftest import Found

UNUSABLE = [
    ("E001", "ROCKETCHAT_URL", None),
    ("E001", "ROCKETCHAT_URL", ""),
    ("E001", "ROCKETCHAT_URL", "None"),
    ("E002", "ROCKETCHAT_URL", b"https://chat.example.com"),
    ("E003", "ROCKETCHAT_URL", "https://chat.example.com "),
    ("E004", "ROCKETCHAT_URL", "chat.example.com"),
    ("E004", "ROCKETCHAT_URL", "chat.example.com:3000"),
    ("E004", "ROCKETCHAT_URL", "//chat.example.com"),
    ("E005", "ROCKETCHAT_URL", "ftp://chat.example.com"),
    ("E006", "ROCKETCHAT_URL", "https://ada:lovelace@chat.example.com"),
    ("E007", "ROCKETCHAT_URL", "https://chat.example.com/?layout=embedded"),
    ("E007", "ROCKETCHAT_URL", "https://chat.example.com/#home"),
    ("E008", "ROCKETCHAT_URL", "https://"),
    ("E008", "ROCKETCHAT_URL", "https://chat.example.com:port"),
    ("E008", "ROCKETCHAT_URL", "https://chat.example.com:0"),
    ("E008", "ROCKETCHAT_URL", "https://chat_.-example.com"),
    ("E008", "ROCKETCHAT_URL", "https://chat.example.0x7f000001ff"),
    ("E011", "ROCKETCHAT_AUTH_TOKEN", None),
    ("E012", "ROCKETCHAT_AUTH_TOKEN", 17),
    ("E013", "ROCKETCHAT_AUTH_TOKEN", "token with spaces"),
    ("E013", "ROCKETCHAT_AUTH_TOKEN", "token\n"),
    ("E014", "ROCKETCHAT_USER_ID", None),
    ("E015", "ROCKETCHAT_USER_ID", 17),
    ("E016", "ROCKETCHAT_USER_ID", "ïd"),
    ("E021", "MONGO_DB", ["localhost:27017"]),
    ("E022", "MONGO_DB", "localhost:port"),
    ("E022", "MONGO_DB", "user:pass:word@localhost:27017"),
    ("E022", "MONGO_DB", ":password@localhost:27017"),
    ("E023", "MONGO_DB", "user:p@ss/word@localhost:27017"),
    ("E023", "MONGO_DB", "localhost:27017/rocket.chat"),
    ("E031", "ROCKETCHAT_LOGIN_SOURCE", "createtoken"),
    ("E031", "ROCKETCHAT_LOGIN_SOURCE", 1),
    ("E032", "ROCKETCHAT_TOKEN_SECRET", b"a-long-random-secret"),
    ("E033", "ROCKETCHAT_PASSWORD_KEY", 1),
    ("E041", "ROCKETCHAT_LINK_EXISTING", "always"),
    ("E041", "ROCKETCHAT_LINK_EXISTING", True),
    ("E042", "ROCKETCHAT_ADMIN_LOGIN", "False"),
    ("E043", "ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN", "@example.com"),
    ("E043", "ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN", "localhost"),
    ("E044", "ROCKETCHAT_LOGOUT", None),
    ("E044", "ROCKETCHAT_LOGOUT", "all"),
    ("E045", "ROCKETCHAT_ADAPTER", "Adapter"),
    ("E138", "ROCKETCHAT_LOGOUT_SITE", "yes"),
    ("E138", "ROCKETCHAT_LOGOUT_SITE", "True"),
    ("E051", "ROCKETCHAT_CONNECT_TIMEOUT", 0),
    ("E051", "ROCKETCHAT_CONNECT_TIMEOUT", "2"),
    ("E052", "ROCKETCHAT_READ_TIMEOUT", -1),
    ("E052", "ROCKETCHAT_READ_TIMEOUT", 10**400),
    ("E052", "ROCKETCHAT_READ_TIMEOUT", float("nan")),
    ("E053", "ROCKETCHAT_CA_FILE", 5),
    ("E054", "ROCKETCHAT_PROXY_FROM_ENVIRONMENT", "yes"),
    ("E061", "ROCKETCHAT_LOGIN_PAGES", "/accounts/two-factor/"),
    ("E061", "ROCKETCHAT_LOGIN_PAGES", ["/a/", ""]),
    ("E121", "ROCKETCHAT_REQUIRED_PERMISSION", ["rocketchat_auth.chat"]),
    ("E121", "ROCKETCHAT_REQUIRED_PERMISSION", "chat"),
    ("E121", "ROCKETCHAT_REQUIRED_PERMISSION", "rocketchat_auth.may chat"),
    ("E122", "ROCKETCHAT_GROUPS", ["Staff"]),
    ("E123", "ROCKETCHAT_GROUPS", {"Staff": {"rooms": ["staff"]}}),
    ("E124", "ROCKETCHAT_GROUPS", {"Staff": {"channels": "staff"}}),
    ("E125", "ROCKETCHAT_CREATE_ROOMS", 1),
    ("E126", "ROCKETCHAT_ON_DELETE", "keep"),
    ("E126", "ROCKETCHAT_ON_DELETE", None),
    ("E127", "ROCKETCHAT_MAX_DEACTIVATE", 10),
    ("E127", "ROCKETCHAT_MAX_DEACTIVATE", -0.1),
    ("E127", "ROCKETCHAT_MAX_DEACTIVATE", True),
    ("E127", "ROCKETCHAT_MAX_DEACTIVATE", "0.1"),
    ("E127", "ROCKETCHAT_MAX_DEACTIVATE", float("nan")),
    ("E128", "ROCKETCHAT_CONCURRENCY", 0),
    ("E128", "ROCKETCHAT_CONCURRENCY", 65),
    ("E128", "ROCKETCHAT_CONCURRENCY", 4.0),
    ("E128", "ROCKETCHAT_CONCURRENCY", True),
    ("E131", "ROCKETCHAT_CROSS_SITE", "chat.example.org"),
    ("E134", "ROCKETCHAT_TOKEN_IN_URL", 1),
]

USABLE = [
    ("ROCKETCHAT_URL", "https://chat.example.com/"),
    ("ROCKETCHAT_URL", "https://www.example.com/chat"),
    ("ROCKETCHAT_URL", "https://chat.example.com:8443"),
    ("ROCKETCHAT_URL", "http://localhost:3000"),
    ("MONGO_DB", "localhost:27017"),
    ("MONGO_DB", "user:password@localhost:27017/db?authSource=db"),
    ("MONGO_DB", "mongodb://one:27017,two:27017/rocketchat?replicaSet=rs0"),
    ("MONGO_DB", "mongodb+srv://user:password@cluster.example.com/rocketchat"),
    ("ROCKETCHAT_LOGIN_SOURCE", "create_token"),
    ("ROCKETCHAT_LINK_EXISTING", "email"),
    ("ROCKETCHAT_ADMIN_LOGIN", True),
    ("ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN", "users.example.com"),
    ("ROCKETCHAT_LOGOUT", "everywhere"),
    ("ROCKETCHAT_CONNECT_TIMEOUT", 0.5),
    ("ROCKETCHAT_LOGIN_PAGES", ("/accounts/two-factor/", "login")),
    ("ROCKETCHAT_CA_FILE", None),
    ("ROCKETCHAT_REQUIRED_PERMISSION", "rocketchat_auth.chat"),
    ("ROCKETCHAT_REQUIRED_PERMISSION", ""),
    ("ROCKETCHAT_GROUPS", {"Staff": {"roles": ["moderator"], "channels": ["staff"]}}),
    ("ROCKETCHAT_CREATE_ROOMS", True),
    ("ROCKETCHAT_ON_DELETE", "nothing"),
    ("ROCKETCHAT_ON_DELETE", "delete"),
    ("ROCKETCHAT_MAX_DEACTIVATE", 0),
    ("ROCKETCHAT_MAX_DEACTIVATE", 1),
    ("ROCKETCHAT_CONCURRENCY", 1),
    ("ROCKETCHAT_CONCURRENCY", 64),
]


@pytest.mark.parametrize("number, name, value", UNUSABLE, ids=repr)
def test_an_unusable_value_is_found_once(number: str, name: str, value: object, found: Found) -> None:
    assert found({name: value}) == [number]


@pytest.mark.parametrize("name, value", USABLE)
def test_a_usable_value_is_not_found(name: str, value: object, found: Found) -> None:
    assert found({name: value}) == []


def test_every_finding_of_the_table_is_tried() -> None:
    assert {number for number, _, _ in UNUSABLE} == {finding.number for finding in values.FINDINGS}


def test_a_hint_takes_up_what_the_setting_has_where_that_is_no_secret(
    found: Found, messages: Callable[[], list[CheckMessage]]
) -> None:
    assert found({"ROCKETCHAT_URL": "talk.example.org"}) == ["E004"]
    [message] = messages()
    assert message.hint == 'ROCKETCHAT_URL = "https://talk.example.org"'


@pytest.mark.parametrize("number, name, value", [row for row in UNUSABLE if isinstance(row[2], str)], ids=repr)
def test_a_password_in_an_address_is_not_repeated(
    number: str, name: str, value: str, found: Found, messages: Callable[[], list[CheckMessage]]
) -> None:
    assert found({name: value}) == [number]
    [message] = messages()
    for secret in ("lovelace", "p@ss", "token with spaces"):
        assert secret not in f"{message.msg} {message.hint}"


def test_a_path_object_is_a_path(found: Found, tmp_path: Path) -> None:
    assert found({"ROCKETCHAT_CA_FILE": tmp_path / "missing.pem"}) == ["E055"]
