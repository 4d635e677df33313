"""The README and the documentation speak of what there is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import global_settings

from rocketchat_auth.conf import NAMES

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")]
PAGES += sorted((ROOT / "docs").glob("*.md"))

# Names that the pages may set or speak of besides our own and Django's: what replaced or went before ours,
# django-cors-headers' settings, those of queues and of tasks (Django's own since 6.0), and settings of Rocket.Chat's
# server that look like ours.
OTHER_SETTINGS = {
    "ROCKETCHAT",
    "ROCKETCHAT_VERSION",
    "CORS_ALLOWED_ORIGINS",
    "CORS_ALLOW_CREDENTIALS",
    "CORS_URLS_REGEX",
    "CELERY_IMPORTS",
    "RQ_QUEUES",
    "TASKS",
}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def blocks(page: Path, *languages: str) -> Iterator[str]:
    for language, code in re.findall(
        r"^ *(?:```|:::)\{?([\w-]+)\}?\n(.*?)^ *(?:```|:::)", page.read_text(), re.MULTILINE | re.DOTALL
    ):
        if language in languages:
            yield code


def assigned(code: str) -> set[str]:
    """The settings that a block of Python sets."""
    targets = [target for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assign) for target in node.targets]
    return {target.id for target in targets if isinstance(target, ast.Name) and target.id.isupper()}


@each_page
def test_every_setting_in_an_example_exists(page: Path) -> None:
    known = {*NAMES, *dir(global_settings), *OTHER_SETTINGS}

    assert {name for code in blocks(page, "python") for name in assigned(code)} <= known


@each_page
def test_every_setting_of_ours_that_is_spoken_of_exists(page: Path) -> None:
    spoken_of = set(re.findall(r"\bROCKETCHAT_[A-Z_]*[A-Z]\b", page.read_text()))

    assert spoken_of <= {*NAMES, *OTHER_SETTINGS}


@each_page
def test_every_command_that_is_spoken_of_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    in_text = re.findall(r"`make ([a-z-]+)[^`\n]*`", page.read_text())
    in_blocks = [name for code in blocks(page, "console", "sh", "shell", "text") for name in _make_lines(code)]

    assert {*in_text, *in_blocks} <= targets


def _make_lines(code: str) -> list[str]:
    return re.findall(r"^(?:\$ )?make ([a-z-]+)", code, re.MULTILINE)


@each_page
def test_every_file_that_is_linked_to_exists(page: Path) -> None:
    links = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


@each_page
def test_every_test_that_is_spoken_of_exists(page: Path) -> None:
    spoken_of = set(re.findall(r"`(test_\w+)`", page.read_text()))
    code = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))

    assert spoken_of <= set(re.findall(r"^ *def (test_\w+)", code, re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "docs/settings.md"])
def test_every_setting_is_described(name: str) -> None:
    page = (ROOT / name).read_text()

    assert [setting for setting in NAMES if f"`{setting}`" not in page] == []


def test_the_loggers_that_are_listed_are_those_that_are_used() -> None:
    sources = (ROOT / "src").rglob("*.py")
    used = {
        name for source in sources for name in re.findall(r'getLogger\("rocketchat_auth(.*?)"\)', source.read_text())
    }
    listed = re.search(r"The logger is `rocketchat_auth`, with (.*?) below it", _text_of("sign-in.md"))

    assert listed is not None
    assert set(re.findall(r"`(\.\w+)`", listed[1])) == used


def _text_of(name: str) -> str:
    """A page of the documentation, without its line breaks."""
    return " ".join((ROOT / "docs" / name).read_text().split())
