import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "rocketchat_auth"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# Which distribution brings an import, where the names differ.
DISTRIBUTIONS = {"asgiref": "django", "bson": "pymongo", "django_rich": "django-rich", "django_tasks": "django-tasks"}


def required(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement)[0] for requirement in requirements}


def imported(path: Path) -> Iterator[str]:
    """The distributions, other than the standard library and this one, that a module imports from."""
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names | {"rocketchat_auth"}:
                yield DISTRIBUTIONS.get(top, top)


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    for path in tracked_files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text()
        except UnicodeDecodeError:
            continue


def test_the_installed_version_is_the_one_in_pyproject() -> None:
    assert metadata.version("django-rocketchat-auth") == PROJECT["version"]


def test_type_checkers_are_told_that_the_package_is_typed() -> None:
    assert resources.files("rocketchat_auth").joinpath("py.typed").is_file()
    assert "Typing :: Typed" in PROJECT["classifiers"]


@pytest.mark.parametrize("path", sorted((ROOT / "constraints").glob("django-*.txt")), ids=lambda path: path.stem)
def test_every_django_of_the_matrix_is_promised(path: Path) -> None:
    series = path.stem.removeprefix("django-")

    assert path.read_text().startswith(f"django=={series}.")
    assert f"Framework :: Django :: {series}" in PROJECT["classifiers"]
    assert f"django{series}:" in (ROOT / "tox.ini").read_text()


def test_whatever_is_imported_is_required() -> None:
    always = required(PROJECT["dependencies"])
    for_testing = always | required(PROJECT["optional-dependencies"]["testing"])
    missing = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name in imported(path)
        if name not in (for_testing if path.is_relative_to(PACKAGE / "testing") else always)
    }

    assert not missing


def test_whatever_is_required_is_imported() -> None:
    everything = {name for path in PACKAGE.rglob("*.py") for name in imported(path)}

    assert required(PROJECT["dependencies"]) <= everything
    assert required(PROJECT["optional-dependencies"]["testing"]) <= everything


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"(?<![\w.~<>-])/(root|work|home|Users)/\w", id="a folder of one machine"),
        pytest.param(r"(?<![\w.~<>-])/tmp/(?!\s|$)\w", id="a temporary folder of one machine"),
        pytest.param(r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|deb\.debian\.org", id="the host of a registry"),
        pytest.param(r"--(extra-)?index-url|--find-links|--hash=", id="an index of one machine"),
    ],
)
def test_no_file_names(pattern: str) -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in texts()
        for match in re.finditer(pattern, text)
        if name != "tests/test_packaging.py"
    ]

    assert not found


def test_versions_are_pinned_by_constraints_alone() -> None:
    assert not [path.name for path in tracked_files() if path.name in {"uv.lock", "poetry.lock", "Pipfile.lock"}]
    for path in (ROOT / "constraints").iterdir():
        assert all(re.match(r"[\w.-]+==[^=\s]+( ; .+)?$", line) for line in path.read_text().splitlines())
