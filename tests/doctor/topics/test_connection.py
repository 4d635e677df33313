import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.doctor import Found, Severity, Topic
from rocketchat_auth.doctor.topics.connection import TOPIC
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn, StandInServer
from tests.doctor.topics.conftest import FoundOf
from tests.rest.loopback import Behaviour, answer, loopback


@pytest.fixture
def found(found: FoundOf) -> FoundOf:
    """The same, and the connection is let go, for whose end the server waits."""

    def and_close(topic: Topic) -> dict[str, Found]:
        try:
            return found(topic)
        finally:
            service.client().close()

    return and_close


def dated(seconds: float) -> bytes:
    """A `Date` header, so many seconds from now."""
    when = datetime.now(UTC) + timedelta(seconds=seconds)
    return b"Date: " + format_datetime(when, usegmt=True).encode()


@pytest.fixture
def authority(tmp_path: Path, settings: Settings) -> trustme.CA:
    """An authority that the site trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    settings.ROCKETCHAT_CA_FILE = str(tmp_path / "ca.pem")
    return authority


def tls_of(authority: trustme.CA, *, days: float = 90) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ends = datetime.now(UTC) + timedelta(days=days)
    authority.issue_cert("localhost", not_after=ends).configure_cert(context)
    return context


class TestAllIsWell:
    def test_in_the_plain(self, stand_in_server: StandInServer, settings: Settings, found: FoundOf) -> None:
        settings.ROCKETCHAT_URL = stand_in_server.url

        assert found(TOPIC) == {}

    def test_by_tls(self, authority: trustme.CA, settings: Settings, found: FoundOf) -> None:
        with loopback(answer(), tls=tls_of(authority)) as server:
            settings.ROCKETCHAT_URL = f"https://localhost:{server.port}"

            assert found(TOPIC) == {}
            assert b"auth-token" not in server.requests[0].lower()

    def test_even_while_calls_are_held_back(self, rocketchat: StandIn, found: FoundOf) -> None:
        rocketchat.fail_with("drop")
        for _ in range(2):
            with pytest.raises(rest.Unavailable):
                rest.workspace.info(service.client())
        rocketchat.fail_with(None)

        assert service.client().held_back() > 0
        assert found(TOPIC) == {}


class TestNoConnection:
    def test_nobody_listens(self, settings: Settings, found: FoundOf) -> None:
        with loopback(answer()) as server:
            pass
        settings.ROCKETCHAT_URL = server.url

        problem = found(TOPIC)["D111"]

        assert problem.severity is Severity.PROBLEM
        assert "refused" in problem.text
        assert f"curl -i {server.url}/api/info" in problem.mend

    def test_the_name_is_unknown(self, settings: Settings, found: FoundOf) -> None:
        settings.ROCKETCHAT_URL = "https://chat.invalid"

        assert "cannot be resolved" in found(TOPIC)["D111"].text

    def test_no_answer_comes_in_time(self, settings: Settings, found: FoundOf) -> None:
        settings.ROCKETCHAT_READ_TIMEOUT = 0.05
        with loopback(lambda connection, request: None) as server:
            settings.ROCKETCHAT_URL = server.url

            assert found(TOPIC)["D112"].severity is Severity.PROBLEM


class TestTls:
    def test_of_an_authority_that_is_not_trusted(
        self, authority: trustme.CA, settings: Settings, found: FoundOf
    ) -> None:
        with loopback(answer(), tls=tls_of(trustme.CA())) as server:
            settings.ROCKETCHAT_URL = f"https://localhost:{server.port}"

            problem = found(TOPIC)["D113"]

        assert problem.severity is Severity.PROBLEM
        assert "is not trusted" in problem.text
        assert "ROCKETCHAT_CA_FILE = " in problem.mend

    def test_that_has_expired(self, authority: trustme.CA, settings: Settings, found: FoundOf) -> None:
        with loopback(answer(), tls=tls_of(authority, days=-1)) as server:
            settings.ROCKETCHAT_URL = f"https://localhost:{server.port}"

            assert "expired" in found(TOPIC)["D113"].text

    @pytest.mark.parametrize("days,numbers", [(20.5, {"D117"}), (21.5, set())])
    def test_that_ends_soon(
        self, authority: trustme.CA, settings: Settings, found: FoundOf, days: float, numbers: set[str]
    ) -> None:
        with loopback(answer(), tls=tls_of(authority, days=days)) as server:
            settings.ROCKETCHAT_URL = f"https://localhost:{server.port}"

            warnings = found(TOPIC)

        assert set(warnings) == numbers
        assert all(warning.severity is Severity.WARNING for warning in warnings.values())
        assert all("in 20 days" in warning.text for warning in warnings.values())


class TestAnotherAnswer:
    def found_at(self, behave: Behaviour, settings: Settings, found: FoundOf, path: str = "") -> dict[str, str]:
        with loopback(behave) as server:
            settings.ROCKETCHAT_URL = f"{server.url}{path}"
            return {number: each.mend for number, each in found(TOPIC).items()}

    @pytest.mark.parametrize("status", [b"502 Bad Gateway", b"500 Internal Server Error"])
    def test_a_fault(self, settings: Settings, found: FoundOf, status: bytes) -> None:
        assert set(self.found_at(answer(b"<html>", status=status), settings, found)) == {"D114"}

    @pytest.mark.parametrize(
        "behave",
        [
            answer(b"<!doctype html><title>Welcome</title>"),
            answer(b"[]"),
            answer(b'{"success": true}'),
            answer(b"Not here", status=b"404 Not Found"),
        ],
        ids=["a page", "a list", "no version", "not found"],
    )
    def test_of_something_else_than_rocketchat(self, settings: Settings, found: FoundOf, behave: Behaviour) -> None:
        assert set(self.found_at(behave, settings, found)) == {"D115"}

    def test_a_redirect_to_where_the_chat_is(self, settings: Settings, found: FoundOf) -> None:
        redirect = answer(b"", b"Location: https://chat.example.org/api/info?a=secret", status=b"301 Moved Permanently")

        assert self.found_at(redirect, settings, found) == {"D116": 'ROCKETCHAT_URL = "https://chat.example.org"'}

    def test_a_redirect_to_nowhere_else(self, settings: Settings, found: FoundOf) -> None:
        mends = self.found_at(answer(b"", status=b"302 Found"), settings, found)

        assert set(mends) == {"D116"}
        assert "in the browser" in mends["D116"]


class TestClocks:
    @pytest.mark.parametrize("seconds,numbers", [(70, {"D118"}), (-70, {"D118"}), (50, set()), (-50, set())])
    def test_that_differ(self, settings: Settings, found: FoundOf, seconds: float, numbers: set[str]) -> None:
        with loopback(answer(b'{"version": "8.4", "success": true}', dated(seconds))) as server:
            settings.ROCKETCHAT_URL = server.url

            warnings = found(TOPIC)

        assert set(warnings) == numbers
        assert all(warning.severity is Severity.WARNING for warning in warnings.values())

    def test_that_are_not_told(self, settings: Settings, found: FoundOf) -> None:
        with loopback(answer(b'{"version": "8.4", "success": true}', b"Date: yesterday")) as server:
            settings.ROCKETCHAT_URL = server.url

            assert found(TOPIC) == {}
