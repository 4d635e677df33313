import json
from typing import Any

import httpx2
import pytest
from django.core.cache.backends.locmem import LocMemCache

from rocketchat_auth.rest import (
    BadAnswer,
    Budget,
    Client,
    Credentials,
    CredentialsRefused,
    Inactive,
    InvalidParameters,
    NotFound,
    PermissionRefused,
    RateLimited,
    SecondFactorRequired,
    Secret,
    Unreachable,
    Version,
    users,
)
from rocketchat_auth.rest.shared_cache import SharedCache
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.conftest import TOKEN_SECRET
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes

EVERY_VERSION = pytest.mark.parametrize("stand_in", ["6.5", "7.5", "8.0", "8.4", "9.0"], indirect=True)
TOKEN = says_yes(data={"userId": "u1", "authToken": "minted"})
WANTS_SECRET = says_no("must have required property 'secret' [invalid-params]", "invalid-params")
WANTS_NO_SECRET = says_no("must NOT have additional properties [invalid-params]", "invalid-params")
STUMBLES = says_no("Cannot read properties of undefined (reading 'tokens')")


@pytest.fixture
def client(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    return client_for(stand_in, fake_clock)


@pytest.fixture
def ada(stand_in: StandIn) -> str:
    user_id: str = stand_in.add_user("ada", password="swordfish!")["_id"]
    return user_id


@pytest.fixture
def budget(request: pytest.FixtureRequest, fake_clock: FakeClock) -> Budget:
    cache = SharedCache(LocMemCache(request.node.name, {}), "chat")
    return Budget(cache, "me", fake_clock, silence_is_unlimited=True)


def bodies(script: Script) -> list[object]:
    return [json.loads(request.content) for request in script.requests]


@EVERY_VERSION
def test_a_token_is_issued_and_signs_its_owner_in(client: Client, ada: str) -> None:
    credentials = users.create_token(client, ada, secret=TOKEN_SECRET)

    assert credentials.user_id == ada
    assert users.me(client, credentials).alive


@EVERY_VERSION
def test_a_wrong_secret_or_a_server_that_issues_none_is_a_lack_of_permission(
    stand_in: StandIn, client: Client, ada: str
) -> None:
    stand_in.create_tokens = False

    with pytest.raises(PermissionRefused):
        users.create_token(client, ada, secret=Secret("wrong"))


@EVERY_VERSION
def test_there_is_no_token_for_who_is_not_there(client: Client) -> None:
    with pytest.raises(NotFound):
        users.create_token(client, "nobody", secret=TOKEN_SECRET)


@pytest.mark.parametrize("stand_in", ["8.0", "9.0"], indirect=True)
def test_without_the_secret_that_the_server_wants_it_says_so(client: Client, ada: str) -> None:
    with pytest.raises(InvalidParameters, match="secret"):
        users.create_token(client, ada, secret=None)


@pytest.mark.parametrize("stand_in", ["7.13"], indirect=True)
def test_an_account_that_never_signed_in_gets_its_token_at_the_second_attempt(
    stand_in: StandIn, client: Client, ada: str, fake_clock: FakeClock
) -> None:
    assert users.create_token(client, ada, secret="").user_id == ada
    assert stand_in.calls == [("POST", "/api/v1/users.createToken")] * 2
    assert fake_clock.slept == [0.2]


def test_a_server_that_goes_on_stumbling_is_not_asked_a_third_time() -> None:
    script = Script(STUMBLES)

    with pytest.raises(Exception, match="tokens"):
        users.create_token(client_of(script), "u1", secret=None)

    assert len(script.requests) == 2


@pytest.mark.parametrize(
    "version,secret,form",
    [
        (Version(6, 5), "s3cret", {"userId": "u1"}),
        (Version(7, 13), "s3cret", {"userId": "u1"}),
        (Version(8, 0), "s3cret", {"userId": "u1", "secret": "s3cret"}),
        (Version(9, 0), Secret("s3cret"), {"userId": "u1", "secret": "s3cret"}),
        (None, "s3cret", {"userId": "u1", "secret": "s3cret"}),
        (None, None, {"userId": "u1"}),
        (Version(9, 0), "", {"userId": "u1"}),
    ],
)
def test_the_form_is_the_version_s(version: Version | None, secret: str | Secret | None, form: object) -> None:
    script = Script(TOKEN)

    users.create_token(client_of(script), "u1", secret=secret, version=version)

    assert bodies(script) == [form]


@pytest.mark.parametrize(
    "version,first,forms",
    [
        (Version(7, 0), WANTS_SECRET, [{"userId": "u1"}, {"userId": "u1", "secret": "s3cret"}]),
        (Version(8, 0), WANTS_NO_SECRET, [{"userId": "u1", "secret": "s3cret"}, {"userId": "u1"}]),
    ],
)
def test_where_the_form_is_not_taken_the_other_is_tried(
    version: Version, first: httpx2.Response, forms: list[object]
) -> None:
    script = Script(first, TOKEN)

    assert users.create_token(client_of(script), "u1", secret="s3cret", version=version).auth_token == "minted"
    assert bodies(script) == forms


def test_the_other_form_is_tried_once_only() -> None:
    script = Script(WANTS_NO_SECRET)

    with pytest.raises(InvalidParameters):
        users.create_token(client_of(script), "u1", secret="s3cret")

    assert len(script.requests) == 2


def test_a_parameter_that_is_wrong_otherwise_is_not_mended_by_the_other_form() -> None:
    script = Script(says_no("must be string [invalid-params]", "invalid-params"))

    with pytest.raises(InvalidParameters):
        users.create_token(client_of(script), "u1", secret="s3cret")

    assert len(script.requests) == 1


@pytest.mark.parametrize("data", [{}, {"data": {"userId": "u1"}}, {"data": {"userId": "u1", "authToken": ["t"]}}])
def test_an_answer_without_a_token_is_a_bad_answer(data: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match=r"v1/users\.createToken has no usable data"):
        users.create_token(client_of(Script(says_yes(**data))), "u1", secret=None)


def test_a_token_of_somebody_else_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswer, match=r"data\.userId"):
        users.create_token(client_of(Script(TOKEN)), "another", secret=None)


@EVERY_VERSION
def test_who_knows_the_password_is_signed_in(client: Client, ada: str) -> None:
    for name in "ada", "ada@example.com":
        credentials = users.login_with_password(client, name, Secret("swordfish!"))
        assert credentials.user_id == ada
        assert users.me(client, credentials).alive


@EVERY_VERSION
def test_who_does_not_is_refused(client: Client, ada: str) -> None:
    for name, password in ("ada", "wrong"), ("nobody", "swordfish!"):
        with pytest.raises(CredentialsRefused):
            users.login_with_password(client, name, password)


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_who_is_deactivated_is_told_so(stand_in: StandIn, client: Client) -> None:
    stand_in.add_user("bob", password="swordfish!", active=False)

    with pytest.raises(Inactive):
        users.login_with_password(client, "bob", "swordfish!")


def test_an_account_with_a_second_factor_cannot_sign_in_by_password_alone() -> None:
    body = {"status": "error", "error": "totp-required", "details": {"method": "email"}, "message": "TOTP Required"}
    client = client_of(Script(httpx2.Response(401, json=body)))

    with pytest.raises(SecondFactorRequired, match="ROCKETCHAT_LOGIN_SOURCE") as caught:
        users.login_with_password(client, "ada", "swordfish!")

    assert caught.value.methods == ("email",)


@EVERY_VERSION
def test_a_login_ends_alone(client: Client, ada: str) -> None:
    phone, browser = (users.login_with_password(client, "ada", "swordfish!") for _ in range(2))

    users.logout(client, browser)

    assert not users.me(client, browser).alive
    assert users.me(client, phone).alive


@EVERY_VERSION
def test_ending_a_login_that_has_ended_is_no_error(client: Client, ada: str) -> None:
    credentials = users.login_with_password(client, "ada", "swordfish!")

    users.logout(client, credentials)
    users.logout(client, credentials)


def test_ending_a_login_is_told_where_it_fails() -> None:
    with pytest.raises(Unreachable):
        users.logout(client_of(Script(httpx2.ConnectError("down"))), Credentials("u1", "t1"))


@EVERY_VERSION
def test_all_logins_of_an_account_end(client: Client, ada: str) -> None:
    phone, browser = (users.login_with_password(client, "ada", "swordfish!") for _ in range(2))

    users.logout_everywhere(client, ada)

    assert not users.me(client, phone).alive
    assert not users.me(client, browser).alive


@EVERY_VERSION
def test_ending_all_logins_of_another_needs_the_permission(client: Client, stand_in: StandIn, ada: str) -> None:
    bob = stand_in.add_user("bob")["_id"]
    credentials = users.login_with_password(client, "ada", "swordfish!")

    with pytest.raises(PermissionRefused):
        client.call("POST", "v1/users.logout", json={"userId": bob}, credentials=credentials)


@pytest.mark.parametrize("call", ["me", "login"])
def test_the_site_s_budget_learns_from_every_answer(
    call: str, client: Client, stand_in: StandIn, budget: Budget, fake_clock: FakeClock
) -> None:
    stand_in.add_user("ada", password="swordfish!")
    login = stand_in.log_in("ada")
    credentials = Credentials(login.user_id, login.auth_token)

    def ask() -> object:
        if call == "me":
            return users.me(client, credentials, budget=budget)
        return users.login_with_password(client, "ada", "swordfish!", budget=budget)

    for _ in range(3):
        ask()
    assert sum(budget.take() for _ in range(20)) == 7
    for _ in range(7):
        ask()
    with pytest.raises(RateLimited) as caught:
        ask()

    assert caught.value.wait > 0
    assert budget.wait() == pytest.approx(caught.value.wait, abs=0.01)
    fake_clock.advance(caught.value.wait + 0.1)
    ask()


def test_a_refused_login_counts_too(client: Client, ada: str, budget: Budget) -> None:
    with pytest.raises(CredentialsRefused):
        users.login_with_password(client, "ada", "wrong", budget=budget)

    assert sum(budget.take() for _ in range(20)) == 9


def test_a_dead_token_teaches_what_its_answer_tells(budget: Budget, fake_clock: FakeClock) -> None:
    headers = {
        "X-RateLimit-Limit": "10",
        "X-RateLimit-Remaining": "1",
        "X-RateLimit-Reset": f"{(fake_clock.time() + 9) * 1000:.0f}",
    }
    script = Script(says_no("You must be logged in to do this.", status=401, headers=headers))

    assert not users.me(client_of(script, clock=fake_clock), Credentials("u1", "t1"), budget=budget).alive
    assert sum(budget.take() for _ in range(20)) == 1


@pytest.mark.parametrize("status", [429, 401])
def test_without_a_budget_nobody_learns(status: int) -> None:
    client = client_of(Script(says_no("No.", status=status)))

    with pytest.raises((RateLimited, CredentialsRefused)):
        users.login_with_password(client, "ada", "x")
    if status == 429:
        with pytest.raises(RateLimited):
            users.me(client, Credentials("u1", "t1"))
