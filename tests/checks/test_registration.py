"""That the checks are bound, are listed, and cannot be broken by what a setting holds."""

import io
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import checks as django_checks
from django.core.checks import CheckMessage
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from rocketchat_auth import checks
from rocketchat_auth.checks.findings import Finding

TESTS = Path(__file__).parent
ROOT = TESTS.parent.parent


def test_a_right_configuration_gives_no_message(found: Callable[[], list[str]]) -> None:
    assert found() == []


def test_the_checks_are_bound_to_manage_check(settings: Settings) -> None:
    settings.ROCKETCHAT_URL = "chat.example.com"
    with pytest.raises(SystemCheckError, match=re.escape("(rocketchat_auth.E004)")) as raised:
        call_command("check", stderr=io.StringIO())
    assert 'ROCKETCHAT_URL = "https://chat.example.com"' in str(raised.value)


@pytest.mark.parametrize("tag", ["rocketchat", "security"])
def test_dangers_are_found_under_the_own_tag_and_under_security(tag: str, settings: Settings) -> None:
    settings.ROCKETCHAT_LOGOUT = "none"
    assert "rocketchat_auth.W042" in [message.id for message in django_checks.run_checks(tags=[tag])]


def test_what_is_no_danger_is_not_under_security(settings: Settings) -> None:
    settings.ROCKETCHAT_READ_TIMEOUT = 31
    assert "rocketchat_auth.W052" not in [message.id for message in django_checks.run_checks(tags=["security"])]


def test_a_check_can_be_silenced_by_its_id(settings: Settings) -> None:
    settings.ROCKETCHAT_LOGOUT = "none"
    settings.SILENCED_SYSTEM_CHECKS = ["rocketchat_auth.W042"]
    [message] = [message for message in django_checks.run_checks() if message.id == "rocketchat_auth.W042"]
    assert message.is_silenced()


def test_registering_again_does_not_repeat_messages(settings: Settings, found: Callable[[], list[str]]) -> None:
    settings.ROCKETCHAT_LOGOUT = "none"
    checks.register()
    assert found() == ["W042"]


def test_importing_the_checks_registers_nothing() -> None:
    program = (
        "import rocketchat_auth.checks\n"
        "from django.core.checks.registry import registry\n"
        "assert not [check for check in registry.get_checks() if 'rocketchat' in check.__module__]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_ids_are_unique_and_numbered_by_level() -> None:
    ids = [finding.id for finding in checks.all_findings()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"rocketchat_auth\.[EWI][0-9]{3}", identity) for identity in ids)


@pytest.mark.parametrize("finding", checks.all_findings(), ids=lambda finding: finding.number)
def test_the_level_of_a_message_is_that_of_its_id(finding: Finding) -> None:
    levels = {"E": django_checks.ERROR, "W": django_checks.WARNING, "I": django_checks.INFO}
    message = finding.message()
    assert message.level == levels[finding.number[0]]
    assert message.id == f"rocketchat_auth.{finding.number}"


@pytest.mark.parametrize("finding", checks.all_findings(), ids=lambda finding: finding.number)
def test_every_finding_says_what_to_type(finding: Finding) -> None:
    assert finding.text.endswith(".")
    assert re.search(r' = |^"[\w.]+",|include\(', finding.hint)


def test_every_finding_has_a_test_of_its_own() -> None:
    tested = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    assert [finding.number for finding in checks.all_findings() if f'"{finding.number}"' not in tested] == []


def test_the_page_lists_exactly_the_findings_of_the_code() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "write_checks.py"))
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert page == script["with_tables"](page), "run `python docs/write_checks.py` and commit docs/checks.md"
    for finding in checks.all_findings():
        assert page.count(f"`{finding.id}`") >= 1


def test_hints_are_shown_with_their_message(settings: Settings, messages: Callable[[], list[CheckMessage]]) -> None:
    settings.ROCKETCHAT_LOGUOT = "session"
    [message] = messages()
    assert message.msg == "The setting ROCKETCHAT_LOGUOT is not one of this package's: ROCKETCHAT_LOGOUT may be meant."
    assert message.hint == "ROCKETCHAT_LOGOUT = ...  # instead of ROCKETCHAT_LOGUOT"
