import httpx2
import pytest

from rocketchat_auth.rest import BadAnswer, Budget, Credentials, CredentialsRefused, RateLimited
from rocketchat_auth.rest.shared_cache import SharedCache
from rocketchat_auth.rest.standing import asks_second_factor, standing
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes
from tests.rest.versions import EVERY_VERSION, recorded


@EVERY_VERSION
def test_an_account_is_told_what_it_is_and_whether_it_is_limited(stand_in: StandIn, fake_clock: FakeClock) -> None:
    login = stand_in.add_service_account("site", roles=["user"])

    found = standing(client_for(stand_in, fake_clock, Credentials(login.user_id, login.auth_token)))

    assert (found.user.username, found.user.roles, found.user.active) == ("site", ("user",), True)
    assert found.rate is not None
    assert standing(client_for(stand_in, fake_clock)).rate is None


def test_what_a_real_server_answers_is_read() -> None:
    found = standing(client_of(lambda request: recorded("006")))

    assert (found.user.username, found.user.roles, found.rate) == ("admin", ("admin",), None)


def test_the_question_is_counted_in_the_allowance(stand_in: StandIn, fake_clock: FakeClock) -> None:
    budget = Budget(SharedCache(None, "chat"), "me", fake_clock)
    login = stand_in.add_service_account("site", roles=["user"])

    standing(client_for(stand_in, fake_clock, Credentials(login.user_id, login.auth_token)), budget=budget)

    assert budget.is_known()
    assert [budget.take() for _ in range(10)] == [True] * 9 + [False]


def test_credentials_that_are_no_good_are_refused() -> None:
    with pytest.raises(CredentialsRefused):
        standing(client_of(lambda request: recorded("008")))


def test_an_answer_of_nobody_is_none() -> None:
    with pytest.raises(BadAnswer, match="_id"):
        standing(client_of(Script(says_yes())))


@EVERY_VERSION
def test_a_token_that_bypasses_is_asked_for_no_second_factor(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
    before = stand_in.user("admin")

    assert not asks_second_factor(client_for(stand_in, fake_clock))
    assert stand_in.user("admin") == before


@EVERY_VERSION
def test_a_login_is(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
    login = stand_in.log_in("admin")

    assert asks_second_factor(client_for(stand_in, fake_clock, Credentials(login.user_id, login.auth_token)))


@pytest.mark.parametrize(
    "answer,asks",
    [
        (says_no("TOTP Required [totp-required]", "totp-required"), True),
        (says_no("Cannot read property 'roles' of null"), False),
        (says_yes(), False),
    ],
    ids=["asked", "refused", "taken"],
)
def test_it_is_asked_by_a_change_of_nothing_of_nobody(answer: httpx2.Response, asks: bool) -> None:
    script = Script(answer)

    assert asks_second_factor(client_of(script)) is asks
    assert script.requests[0].content == b'{"userId": "nobody.at.all", "data": {}}'


def test_too_many_questions_are_no_answer() -> None:
    with pytest.raises(RateLimited):
        asks_second_factor(client_of(Script(says_no("Too many", status=429))))
