"""The rooms of the house: which of them may import from which. Arrows run one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "rocketchat_auth"

EVERYWHERE = {"conf", "signals"}
MAY_IMPORT = {
    "conf": set[str](),
    "rest": {"conf"},
    "accounts": {"rest", "adapter", "models"} | EVERYWHERE,
    "login": {"accounts", "rest", "models"} | EVERYWHERE,
    "web": {"login", "accounts"} | EVERYWHERE,
    "templatetags": {"web"} | EVERYWHERE,
    "admin": {"accounts", "doctor", "login", "rest", "models"} | EVERYWHERE,
    "checks": {"adapter", "login", "web", "middleware", "validators"} | EVERYWHERE,
    "setting_up": {"accounts", "adapter", "rest"} | EVERYWHERE,
    "doctor": {"accounts", "adapter", "checks", "login", "rest", "models", "setting_up", "web"} | EVERYWHERE,
    "management": {"login", "accounts", "rest", "models", "doctor", "setting_up"} | EVERYWHERE,
}


def imports(room: str) -> Iterator[tuple[str, str]]:
    """Each module of a room with each of our other rooms that it imports from."""
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = []
            if isinstance(node, ast.ImportFrom) and node.module == "rocketchat_auth":
                modules = [f"rocketchat_auth.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            elif isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            for module in modules:
                top, _, rest = module.partition(".")
                other = rest.partition(".")[0]
                if top == "rocketchat_auth" and other != room:
                    yield str(path.relative_to(PACKAGE)), other


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_arrows_run_one_way(room: str) -> None:
    assert not [(module, other) for module, other in imports(room) if other not in MAY_IMPORT[room]]


def test_rest_knows_no_model_of_django() -> None:
    for path in (PACKAGE / "rest").rglob("*.py"):
        assert "django.db" not in path.read_text()
        assert "django.contrib" not in path.read_text()


def test_what_a_site_runs_never_imports_what_its_tests_use() -> None:
    rooms = [path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name not in {"testing", "__pycache__"}]

    assert not [(module, other) for room in rooms for module, other in imports(room) if other == "testing"]
