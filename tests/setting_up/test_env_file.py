import stat
import subprocess
from pathlib import Path

import pytest

from rocketchat_auth.rest import Secret
from rocketchat_auth.setting_up import env_file


def write(path: Path, **values: str) -> str:
    env_file.write(path, {name: Secret(value) for name, value in values.items()})
    return path.read_text()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".env"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


class TestLines:
    def test_are_written_for_the_owner_alone(self, path: Path) -> None:
        assert write(path, A="1", B="2") == "A=1\nB=2\n"
        assert mode(path) == 0o600

    def test_that_were_there_stay_and_those_of_the_same_name_are_replaced(self, path: Path) -> None:
        path.write_text("# notes\nA=old\nexport B = old\nA=older still\nC=3\n\nno assignment")
        path.chmod(0o644)

        assert write(path, A="1", B="2", D="4") == "# notes\nA=1\nB=2\nC=3\n\nno assignment\nD=4\n"
        assert mode(path) == 0o600

    def test_hold_what_a_shell_would_take_apart(self, path: Path) -> None:
        assert write(path, A="two words; $HOME") == "A='two words; $HOME'\n"

    def test_go_where_a_link_leads(self, path: Path, tmp_path: Path) -> None:
        real = tmp_path / "real"
        path.symlink_to(real)

        write(path, A="1")

        assert path.is_symlink()
        assert real.read_text() == "A=1\n"

    def test_leave_nothing_behind_where_they_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / ".env").mkdir()

        with pytest.raises(OSError):  # noqa: PT011 - which one is the system's
            write(tmp_path / ".env", A="1")

        assert [found.name for found in tmp_path.iterdir()] == [".env"]


class TestGit:
    def test_has_to_ignore_it(self, repository: Path, path: Path) -> None:
        with pytest.raises(env_file.NotIgnored):
            write(path, A="1")

        assert not path.exists()
        (repository / ".gitignore").write_text(".env\n")
        assert write(path, A="1") == "A=1\n"

    def test_does_not_ignore_what_it_knows_already(self, repository: Path, path: Path) -> None:
        path.write_text("")
        subprocess.run(["git", "-C", repository, "add", ".env"], check=True)
        (repository / ".gitignore").write_text(".env\n")

        with pytest.raises(env_file.NotIgnored):
            write(path, A="1")

    def test_counts_for_folders_below(self, repository: Path) -> None:
        folder = repository / "site" / "conf"
        folder.mkdir(parents=True)

        with pytest.raises(env_file.NotIgnored):
            env_file.check(folder / ".env")

    def test_that_cannot_be_asked_ignores_nothing(
        self, repository: Path, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (repository / ".gitignore").write_text(".env\n")
        monkeypatch.setenv("PATH", str(repository))

        with pytest.raises(env_file.NotIgnored):
            env_file.check(path)
