from typing import Any

import pytest

from tests.testing.conftest import Play
from tests.testing.talk import Talk, as_headers


@pytest.mark.parametrize(
    "method, path", [("GET", "/api/v1/nosuch"), ("DELETE", "/api/v1/me"), ("GET", "/api/v1/settings/")]
)
def test_there_are_no_other_endpoints(talk: Talk, method: str, path: str) -> None:
    answer = talk.call(method, path, talk.admin)

    assert answer.status_code == 404
    assert answer.json() == {"status": "error", "message": "API endpoint does not exist"}


@pytest.mark.parametrize("content", [b"{", b"[]", b'"text"', b"\xff"])
def test_bodies_are_json_objects(talk: Talk, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}

    answer = talk.post("login", content=content, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["success"] is False


def test_bodies_may_be_forms(talk: Talk) -> None:
    talk.stand_in.add_user("alice", password="correct horse")

    assert talk.post("login", data={"user": "alice", "password": "correct horse"}).status_code == 200


@pytest.mark.parametrize("name", ["X-User-Id", "X-Auth-Token"])
def test_credentials_are_a_pair(talk: Talk, name: str) -> None:
    headers = as_headers(talk.admin)
    assert talk.get("me", headers=headers).status_code == 200
    headers[name] = as_headers(talk.add("alice"))[name]

    assert talk.get("me", headers=headers).status_code == 401


def test_preflights_are_answered_where_cors_is_switched_on(talk: Talk) -> None:
    assert talk.call("OPTIONS", "me").status_code == 405
    talk.stand_in.settings["API_Enable_CORS"] = True

    answer = talk.call("OPTIONS", "me")

    assert answer.status_code == 200
    assert "X-Auth-Token" in answer.headers["Access-Control-Allow-Headers"]


def test_other_origins_may_read_answers(talk: Talk) -> None:
    assert talk.get("/api/info").headers["Access-Control-Allow-Origin"] == "*"


class TestRateLimit:
    def test_tells_how_long_to_wait(self, talk: Talk) -> None:
        alice = talk.add("alice")
        for _ in range(10):
            talk.get("me", alice)
        talk.clock.advance(20)

        answer = talk.get("me", alice)

        assert answer.status_code == 429
        assert "You must wait 40 seconds" in answer.json()["error"]
        assert float(answer.headers["X-RateLimit-Reset"]) / 1000 == talk.clock.time() + 40
        talk.clock.advance(40)
        assert talk.get("me", alice).headers["X-RateLimit-Remaining"] == "9"

    @pytest.mark.parametrize("roles, limited", [(("user",), True), (("bot",), False), (("user", "admin"), False)])
    def test_some_roles_bypass_it(self, talk: Talk, roles: tuple[str, ...], limited: bool) -> None:
        login = talk.add("someone", roles=roles)

        assert ("X-RateLimit-Limit" in talk.get("me", login).headers) is limited

    def test_nobody_bypasses_it_at_logins(self, talk: Talk) -> None:
        answers = [talk.post("login", talk.admin, json={"resume": "x"}).status_code for _ in range(11)]

        assert answers == [401] * 10 + [429]

    def test_all_settings_are_one_route(self, talk: Talk) -> None:
        alice = talk.add("alice")
        talk.get("settings/Site_Url", alice)

        assert talk.get("settings/Site_Name", alice).headers["X-RateLimit-Remaining"] == "8"

    def test_can_be_switched_off_and_reset(self, play: Play) -> None:
        off, on = play(rate_limit=False), play()
        alice = on.add("alice")
        on.get("me", alice)
        on.stand_in.reset_rate_limits()

        assert on.get("me", alice).headers["X-RateLimit-Remaining"] == "9"
        assert "X-RateLimit-Limit" not in off.get("me", off.add("alice")).headers

    def test_calls_without_credentials_do_not_count(self, talk: Talk) -> None:
        for _ in range(20):
            answer: Any = talk.get("me")

        assert answer.status_code == 401
