"""The findings are numbered, tested and listed."""

import re
import runpy
from pathlib import Path

import pytest

from rocketchat_auth.doctor import Finding, Severity, examination, person
from rocketchat_auth.doctor.topics import ALL

TESTS = Path(__file__).parent
ROOT = TESTS.parent.parent
OF_TOPICS = [finding for topic in ALL for finding in topic.findings]
FINDINGS = [*examination.FINDINGS, *OF_TOPICS, *person.FINDINGS]

each_finding = pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.number)


def test_numbers_are_unique() -> None:
    numbers = [finding.number for finding in FINDINGS]

    assert len(numbers) == len(set(numbers))
    assert all(re.fullmatch("D[0-9]{3}", number) for number in numbers)


def test_names_of_topics_are_unique_and_fit_for_programs() -> None:
    names = [topic.name for topic in ALL]

    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z_]+", name) for name in names)


def test_no_two_topics_share_the_same_ten_numbers() -> None:
    tens = [{(int(finding.number[1:]) - 1) // 10 for finding in topic.findings} for topic in ALL]

    assert sum(map(len, tens)) == len(set().union(*tens))


@each_finding
def test_a_finding_says_what_why_and_how_to_mend_it(finding: Finding) -> None:
    assert str(finding.text)
    assert str(finding.why) or finding.severity is Severity.UNKNOWN
    assert str(finding.mend) or finding.severity is Severity.FINE


def test_every_finding_has_a_test_of_its_own() -> None:
    tested = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))

    assert [finding.number for finding in FINDINGS if f'"{finding.number}"' not in tested] == []


def test_the_page_lists_exactly_the_findings_of_the_code() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "write_doctor.py"))
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")

    assert page == script["with_tables"](page), "run `python docs/write_doctor.py` and commit docs/doctor.md"
    for finding in FINDINGS:
        assert page.count(f"| `{finding.number}` |") == 1
