"""Install the wheel in a folder into an empty environment, import it there, and see that nothing is missing from it."""

import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"

IMPORTS = """
import django
from django.conf import settings
apps = ["admin", "auth", "contenttypes", "sessions", "messages"]
settings.configure(INSTALLED_APPS=[f"django.contrib.{app}" for app in apps] + ["rocketchat_auth"])
django.setup()
from importlib.metadata import version
import rocketchat_auth.admin, rocketchat_auth.middleware, rocketchat_auth.urls
print("rocketchat_auth", version("django-rocketchat-auth"), "imports on Django", django.__version__)
"""
IMPORTS_WITH_EXTRA = "from rocketchat_auth.testing import StandIn, StandInServer; print('so does its stand-in')"


def main(folder: Path) -> int:
    [wheel] = folder.glob("*.whl")
    missing = sorted(_source_files() - set(zipfile.ZipFile(wheel).namelist()))
    if missing:
        print(f"{wheel.name} lacks:", *missing, sep="\n  ")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        environment = Path(scratch, "venv")
        venv.create(environment, with_pip=True)
        python = str(environment / "bin" / "python")
        _install(python, str(wheel.resolve()))
        subprocess.run([python, "-c", IMPORTS], check=True, cwd=scratch)
        _install(python, f"{wheel.resolve()}[testing]")
        subprocess.run([python, "-c", IMPORTS_WITH_EXTRA], check=True, cwd=scratch)
    return 0


def _source_files() -> set[str]:
    """Every file of the package as it is in version control: modules, templates, static files, migrations, py.typed."""
    listed = subprocess.run(
        ["git", "ls-files", "rocketchat_auth"], cwd=SOURCE, check=True, capture_output=True, text=True
    )
    return set(listed.stdout.splitlines())


def _install(python: str, requirement: str) -> None:
    constraints = ROOT / "constraints"
    django = "5.2" if sys.version_info < (3, 12) else "6.1"
    subprocess.run(
        [
            *(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--constraint", str(constraints / "common.txt")),
            *("--constraint", str(constraints / f"django-{django}.txt")),
            requirement,
        ],
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
