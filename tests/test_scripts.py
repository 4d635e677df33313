import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
TOOLS = ("bash", "sh", "sed", "env", "dirname")

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Program = Callable[[str, str], None]


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder that is all of PATH: a shell, and what the test adds."""
    for tool in TOOLS:
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path


@pytest.fixture
def program(programs: Path) -> Program:
    def add(name: str, body: str) -> None:
        path = programs / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return add


@pytest.fixture
def run(programs: Path) -> Run:
    def start(name: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [SCRIPTS / name, *arguments],
            env={"PATH": str(programs), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return start


def python(version: str) -> str:
    """A program that answers as that Python would, to the questions that the scripts ask."""
    old = tuple(int(part) for part in version.split(".")) < (3, 11)
    return (
        'case "$2" in '
        f"*'sys.version_info < (3, 11)'*) exit {int(old)};; "
        f"*python_version*) echo {version};; "
        f"*'%d.%d'*) echo {version.rpartition('.')[0]};; "
        "esac"
    )


def test_an_old_python_is_refused_in_a_sentence(run: Run, program: Program) -> None:
    program("python3", python("3.10.13"))

    result = run("find-python")

    assert result.returncode == 1
    assert "Python 3.11 or newer is needed; found: 3.10.13." in result.stderr


def test_no_python_is_refused_in_a_sentence(run: Run) -> None:
    result = run("find-python")

    assert result.returncode == 1
    assert "Python 3.11 or newer is needed; found: none." in result.stderr


def test_a_newer_python_beside_an_old_one_is_taken(run: Run, program: Program, programs: Path) -> None:
    program("python3", python("3.10.13"))
    program("python3.13", 'echo "this name runs nothing" >&2; exit 127')
    program("python3.12", python("3.12.1"))

    assert run("find-python").stdout.strip() == str(programs / "python3.12")


def test_the_python_that_a_person_names_is_the_only_one_tried(run: Run, program: Program) -> None:
    program("python3", python("3.12.1"))
    program("python3.10", python("3.10.13"))

    result = run("find-python", PYTHON="python3.10")

    assert result.returncode == 1
    assert "found: 3.10.13" in result.stderr


def test_without_apt_a_person_is_told_what_to_install(run: Run) -> None:
    result = run("debian-install", "chromium", "libcurl4")

    assert result.returncode == 1
    assert result.stderr.startswith("Please install: chromium libcurl4. ")
    assert "no apt-get" in result.stderr


def test_without_rights_a_person_is_told_what_to_install(run: Run, program: Program) -> None:
    program("apt-get", "exit 0")
    program("id", "echo 1000")

    result = run("debian-install", "chromium")

    assert result.returncode == 1
    assert result.stderr.startswith("Please install: chromium. ")
    assert "no sudo" in result.stderr


def test_with_sudo_the_lists_are_fetched_before_the_package(run: Run, program: Program, programs: Path) -> None:
    calls = programs / "calls"
    program("apt-get", f'echo "$1" "$2" >>{calls}')
    program("id", "echo 1000")
    program("sudo", 'shift; exec "$@"')

    assert run("debian-install", "chromium").returncode == 0
    assert calls.read_text().splitlines() == ["update -qq", "install -qq"]


def test_when_apt_fails_a_person_is_told_what_to_install(run: Run, program: Program) -> None:
    program("apt-get", "echo 'no such package' >&2; exit 100")
    program("id", "echo 0")

    result = run("debian-install", "chromium")

    assert result.returncode == 1
    assert result.stderr.splitlines()[0] == "no such package"
    assert "Please install: chromium. " in result.stderr


def test_the_matrix_names_every_python_that_is_missing(run: Run, program: Program) -> None:
    program("tox", "echo tox ran")
    program("python3.12", python("3.12.1"))

    result = run("test-all", "tox")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.splitlines()[0] == "Django 5.2 needs Python 3.11, and there is none."


def test_the_matrix_takes_pyenvs_pythons_too(run: Run, program: Program, programs: Path) -> None:
    program("python3.11", "exit 127")
    program("python3.12", python("3.12.1"))
    program("pyenv", f"echo {programs}")
    (programs / "versions" / "3.11.7" / "bin").mkdir(parents=True)
    program("versions/3.11.7/bin/python3.11", python("3.11.7"))
    program("tox", 'echo "$@"')

    result = run("test-all", "tox")

    assert result.stderr == ""
    assert result.stdout == "run -e 3.11-django5.2,3.12-django6.0,3.12-django6.1\n"


def test_every_script_can_be_run() -> None:
    shell = [path for path in SCRIPTS.iterdir() if path.is_file() and path.suffix != ".py"]

    assert shell
    assert all(os.access(path, os.X_OK) for path in shell)
