import json

import httpx2
import pytest

from rocketchat_auth.rest import Credentials, File, Secret
from rocketchat_auth.rest.call import Call
from tests.rest.talking import BASE, SERVICE_ACCOUNT, TOKEN

TIMEOUTS = httpx2.Timeout(5.0, connect=2.0, pool=2.0)


def test_its_repr_shows_nothing_of_what_it_carries() -> None:
    call = Call("POST", "v1/login", {"email": "ada@example.com"}, {"password": "swordfish"}, SERVICE_ACCOUNT)

    assert repr(call) == "Call(method='POST', endpoint='v1/login')"
    assert TOKEN not in repr(SERVICE_ACCOUNT)


def test_the_request_has_all_that_rocketchat_wants() -> None:
    request = Call("POST", "v1/users.create", None, {"name": "Zoë"}, SERVICE_ACCOUNT).request(BASE, TIMEOUTS)

    assert (request.method, str(request.url)) == ("POST", f"{BASE}/api/v1/users.create")
    assert request.headers["X-User-Id"] == "serviceAccountId1"
    assert request.headers["X-Auth-Token"] == TOKEN
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"].startswith("django-rocketchat-auth/")
    assert json.loads(request.content) == {"name": "Zoë"}


def test_every_request_has_all_four_timeouts() -> None:
    request = Call("GET", "info").request(BASE, TIMEOUTS)

    assert request.extensions["timeout"] == {"connect": 2.0, "read": 5.0, "write": 5.0, "pool": 2.0}


def test_nobody_s_call_has_no_credentials_and_a_call_without_body_no_content_type() -> None:
    request = Call("GET", "info").request(BASE, TIMEOUTS)

    assert not {"x-user-id", "x-auth-token", "content-type", "cookie"} & set(request.headers)
    assert request.content == b""


def test_the_query_is_percent_encoded() -> None:
    params: dict[str, str | int] = {"email": "a+b&c=d#e ü@example.com", "count": 5}

    request = Call("GET", "v1/users.info", params).request(BASE, TIMEOUTS)

    assert request.url.raw_path == b"/api/v1/users.info?email=a%2Bb%26c%3Dd%23e+%C3%BC%40example.com&count=5"
    assert dict(request.url.params) == {"email": "a+b&c=d#e ü@example.com", "count": "5"}


def test_a_chat_below_a_path_is_called_there() -> None:
    request = Call("GET", "info").request("https://example.com/team/chat", TIMEOUTS)

    assert str(request.url) == "https://example.com/team/chat/api/info"


def test_secrets_are_revealed_in_the_body_only() -> None:
    call = Call("POST", "v1/users.update", None, {"data": {"password": Secret("swordfish")}, "userId": "u1"})

    assert json.loads(call.request(BASE, TIMEOUTS).content) == {"data": {"password": "swordfish"}, "userId": "u1"}


def test_what_has_no_form_in_json_is_no_body() -> None:
    with pytest.raises(TypeError, match="object has no form in JSON"):
        Call("POST", "v1/login", None, {"password": object()}).request(BASE, TIMEOUTS)


def test_a_form_has_its_fields_before_its_files() -> None:
    form: dict[str, str | File] = {"image": File(b"\x89PNG", "image/png", "a.png"), "userId": "u1"}
    request = Call("POST", "v1/users.setAvatar", credentials=SERVICE_ACCOUNT, form=form).request(BASE, TIMEOUTS)

    request.read()

    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert request.content.index(b'name="userId"') < request.content.index(b'name="image"; filename="a.png"')
    assert b"Content-Type: image/png\r\n\r\n\x89PNG\r\n" in request.content


def test_a_form_shows_nothing_of_what_it_carries() -> None:
    call = Call("POST", "v1/users.setAvatar", form={"userId": "u1", "image": File(b"secret", "image/png", "ada.png")})

    assert repr(call) == "Call(method='POST', endpoint='v1/users.setAvatar')"


def test_it_knows_all_its_secrets() -> None:
    body = {"secret": Secret("a"), "list": [{"deep": Secret("b")}, (Secret("c"), "plain")], "number": 7}

    assert list(Call("POST", "x", None, body, SERVICE_ACCOUNT).secrets()) == [Secret(v) for v in (TOKEN, "a", "b", "c")]
    assert list(Call("GET", "x").secrets()) == []


@pytest.mark.parametrize(
    "credentials,usable",
    [
        (SERVICE_ACCOUNT, True),
        (None, True),
        (Credentials("id", ""), False),
        (Credentials("id", "two\nlines"), False),
        (Credentials("id", "tökén"), False),
        (Credentials("my id", "token"), False),
    ],
)
def test_credentials_that_cannot_stand_in_a_header_are_not_usable(
    credentials: Credentials | None, usable: bool
) -> None:
    assert Call("GET", "v1/me", credentials=credentials).has_usable_credentials() is usable
