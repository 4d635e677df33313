import os
import threading
from datetime import UTC, datetime
from unittest.mock import patch

import httpx2
import pytest
from pytest_django import Settings

from rocketchat_auth.conf import SettingError
from rocketchat_auth.rest import (
    BreakerOpen,
    CredentialsRefused,
    RateLimited,
    TlsFailed,
    Unreachable,
    UsernameRule,
    Version,
    service,
    users,
)
from rocketchat_auth.rest.breaker import FAILURES
from rocketchat_auth.rest.known import FRESH_SECONDS
from rocketchat_auth.testing import StandIn, StandInServer
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, says_no, says_yes

DOWN = httpx2.ConnectError("down")


class Installed:
    """A script in place of the network, taken away again at the test's end."""

    def __init__(self, script: Script, clock: FakeClock) -> None:
        self.undo = service.install_transport(httpx2.MockTransport(script), clock=clock)

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.undo()


def test_the_client_is_made_from_the_settings(rocketchat: StandIn) -> None:
    client = service.client()

    assert client.base_url == "https://chat.example.com"
    assert users.me(client, client._credentials).alive


def test_there_is_one_client_for_all_threads(rocketchat: StandIn) -> None:
    seen: list[object] = []
    threads = [threading.Thread(target=lambda: seen.append(service.client())) for _ in range(20)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {id(client) for client in seen} == {id(service.client())}


def test_a_thread_that_comes_second_takes_what_the_first_has_made(
    rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    class SlowLock:
        """A lock for which one waits until another thread has done the work."""

        def __enter__(self) -> None:
            service._service = service._build(service._basis())

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(service, "_lock", SlowLock())

    client = service.client()

    assert service._service is not None
    assert client is service._service.client


@pytest.mark.parametrize(
    "name,value",
    [
        ("ROCKETCHAT_URL", "https://other.example.com"),
        ("ROCKETCHAT_AUTH_TOKEN", "another-token"),
        ("ROCKETCHAT_USER_ID", "anotherId"),
        ("ROCKETCHAT_CONNECT_TIMEOUT", 9.0),
        ("ROCKETCHAT_READ_TIMEOUT", 9.0),
        ("ROCKETCHAT_PROXY_FROM_ENVIRONMENT", True),
    ],
)
def test_it_is_made_anew_when_a_setting_changes(
    rocketchat: StandIn, settings: Settings, name: str, value: object
) -> None:
    before = service.client()

    setattr(settings, name, value)

    assert service.client() is not before
    assert service.client() is service.client()


def test_it_is_made_anew_after_a_fork_and_the_former_s_connections_are_left_to_the_parent(
    settings: Settings,
) -> None:
    with StandInServer(StandIn("8.4")) as server:
        settings.ROCKETCHAT_URL = server.url
        parent = service.client()
        parent.call("GET", "info")
        with patch.object(os, "getpid", return_value=-1):
            child = service.client()
        assert child is not parent
        with patch.object(parent._transport, "close") as closed:
            assert service.client() is not child
        assert not closed.called
        parent.close()
        service.client().close()


def test_connections_to_a_former_chat_are_closed(settings: Settings) -> None:
    with StandInServer(StandIn("8.4")) as server:
        settings.ROCKETCHAT_URL = server.url
        former = service.client()
        with patch.object(former, "close", wraps=former.close) as closed:
            settings.ROCKETCHAT_READ_TIMEOUT = 1.5
            service.client().call("GET", "info")
        assert closed.called
        service.client().close()


def test_a_missing_setting_is_told_as_such(settings: Settings) -> None:
    settings.ROCKETCHAT_URL = None

    with pytest.raises(SettingError):
        service.client()


def test_a_ca_file_that_cannot_be_used_is_told_as_such(settings: Settings) -> None:
    settings.ROCKETCHAT_CA_FILE = "/nowhere/ca.pem"

    with pytest.raises(TlsFailed, match="ROCKETCHAT_CA_FILE"):
        service.client()


def test_the_client_for_the_background_waits_where_the_other_does_not(
    rocketchat: StandIn, settings: Settings, fake_clock: FakeClock
) -> None:
    rocketchat.add_user("bot")
    login = rocketchat.log_in("bot")
    settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token

    with service.in_background():
        for _ in range(11):
            users.info(service.client(), username="bot")
        assert service.client() is service.client()
    assert sum(fake_clock.slept) == 60

    for _ in range(9):
        users.info(service.client(), username="bot")
    with pytest.raises(RateLimited):
        users.info(service.client(), username="bot")


def test_the_version_is_asked_once_in_ten_minutes(rocketchat: StandIn, fake_clock: FakeClock) -> None:
    for _ in range(5):
        assert service.version() == Version(8, 4)
    fake_clock.advance(FRESH_SECONDS + 1)
    service.version()

    assert rocketchat.calls == [("GET", "/api/info")] * 2


def test_the_last_known_version_serves_while_the_chat_is_down(rocketchat: StandIn, fake_clock: FakeClock) -> None:
    service.version()
    rocketchat.fail_with(503)
    fake_clock.advance(FRESH_SECONDS + 1)

    assert service.version() == Version(8, 4)


def test_a_version_that_was_never_known_is_not_made_up(fake_clock: FakeClock) -> None:
    with Installed(Script(DOWN), fake_clock), pytest.raises(Unreachable):
        service.version()


def test_the_rule_for_names_is_asked_once_in_ten_minutes(rocketchat: StandIn, fake_clock: FakeClock) -> None:
    rocketchat.settings["UTF8_User_Names_Validation"] = "[a-z]+"
    for _ in range(5):
        assert service.username_rule() == UsernameRule("[a-z]+")
    rocketchat.settings["UTF8_User_Names_Validation"] = "[a-z0-9]+"
    fake_clock.advance(FRESH_SECONDS + 1)

    assert service.username_rule() == UsernameRule("[a-z0-9]+")
    assert len(rocketchat.calls) == 2


def test_where_the_rule_for_names_is_not_told_it_is_rocketchat_s_default(fake_clock: FakeClock) -> None:
    with Installed(Script(says_no("Slow down", status=429)), fake_clock):
        assert service.username_rule() == UsernameRule()


def test_what_one_test_learned_another_does_not_know(fake_clock: FakeClock) -> None:
    for version in "6.5", "9.0":
        with Installed(Script(says_yes(version=version)), fake_clock):
            assert str(service.version()) == version


def test_a_transport_is_taken_away_again_to_the_one_before(fake_clock: FakeClock) -> None:
    with Installed(Script(says_yes(version="6.5")), fake_clock):
        with Installed(Script(says_yes(version="7.5")), fake_clock):
            assert service.version() == Version(7, 5)
        assert service.version() == Version(6, 5)


def test_the_site_goes_by_the_clock_that_a_test_installs(fake_clock: FakeClock, settings: Settings) -> None:
    with Installed(Script(says_yes()), fake_clock):
        assert service.clock() is fake_clock
        assert service.now() == datetime.fromtimestamp(fake_clock.time(), UTC)
        settings.USE_TZ = False
        assert service.now().tzinfo is None


def test_without_one_it_goes_by_the_system_s() -> None:
    assert abs(service.now() - datetime.now(UTC)).total_seconds() < 5


def test_a_chat_that_is_down_is_left_alone_by_all_its_callers(fake_clock: FakeClock) -> None:
    script = Script(DOWN)
    with Installed(script, fake_clock):
        for _ in range(FAILURES):
            with pytest.raises((Unreachable, BreakerOpen)):
                service.client().call("GET", "v1/me")
        with pytest.raises(BreakerOpen):
            service.client().call("POST", "v1/users.create")

    assert len(script.requests) == FAILURES


def test_the_budgets_are_apart_and_there_is_one_of_each(rocketchat: StandIn) -> None:
    assert service.me_budget() is service.me_budget()
    assert service.login_budget() is service.login_budget()

    assert sum(service.me_budget().take() for _ in range(20)) == 10
    assert service.login_budget().take()


def test_logins_are_unlimited_where_the_server_limits_none(rocketchat: StandIn) -> None:
    rocketchat.settings["API_Enable_Rate_Limiter"] = False
    with pytest.raises(CredentialsRefused):
        users.login_with_password(service.client(), "nobody", "x", budget=service.login_budget())

    assert all(service.login_budget().take() for _ in range(50))


@pytest.mark.parametrize("backend", ["dummy.DummyCache", "filebased.FileBasedCache"])
def test_any_cache_of_the_site_will_do(rocketchat: StandIn, settings: Settings, tmp_path: object, backend: str) -> None:
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": str(tmp_path)}}

    assert service.version() == service.version() == Version(8, 4)
    assert sum(service.me_budget().take() for _ in range(20)) == 10
    assert rocketchat.calls == [("GET", "/api/info")]
