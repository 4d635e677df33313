import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

SKIPS = """
import pytest

def test_skipped():
    pytest.skip("no time")

@pytest.fixture
def server():
    pytest.skip("no server")

def test_skipped_by_its_fixture(server):
    pass

def test_excused():
    pytest.skip("shared recordings missing: 001.json")

@pytest.mark.since_django(99, 0)
def test_of_the_future():
    assert False

@pytest.mark.since_django(5, 2)
def test_of_today():
    pass
"""
SKIPPED_MODULE = """
import pytest

pytest.importorskip("no_module_of_this_name")
"""


def run(folder: Path, **modules: str) -> "subprocess.CompletedProcess[str]":
    """Run tests of these modules with the hooks of our conftest."""
    (folder / "conftest.py").write_text("from tests.conftest import *\n")
    for name, code in modules.items():
        (folder / f"{name}.py").write_text(code)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", folder, "-n0", "-rA", folder],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_skip_is_a_failure_unless_it_is_excused(tmp_path: Path) -> None:
    result = run(tmp_path, test_skips=SKIPS)

    assert result.returncode == 1
    assert "1 failed, 1 passed, 1 skipped, 1 deselected, 1 error" in result.stdout
    assert "Skipped, which no test may be" in result.stdout
    assert "shared recordings missing: 001.json" in result.stdout


@pytest.mark.slow
def test_a_module_may_not_be_skipped_either(tmp_path: Path) -> None:
    result = run(tmp_path, test_module=SKIPPED_MODULE)

    assert result.returncode != 0
    assert "Skipped, which no test may be" in result.stdout
