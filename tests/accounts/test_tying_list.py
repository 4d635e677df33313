from pathlib import Path

import pytest

from rocketchat_auth.accounts.tying_list import BadList, Entry, read_list


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.csv"


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path: Path, content: str | bytes) -> str:
    with pytest.raises(BadList) as caught:
        read_list(written(path, content))
    return str(caught.value)


def test_a_list_names_users_and_accounts_with_their_lines(path: Path) -> None:
    entries = read_list(written(path, "user,account\nalice,al\n\nbob,bobId1\n"))

    assert entries == [Entry(2, "alice", "al"), Entry(4, "bob", "bobId1")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("account,user\nal,alice\n", id="columns in another order"),
        pytest.param("\ufeffuser,account\nalice,al\n", id="as Excel writes UTF-8"),
        pytest.param("User , ACCOUNT\r\n alice ,al\r\n", id="other case, spaces, CRLF"),
        pytest.param('nr,user,account,remark\n1,"alice",al,"a ""reader"", of books"\n', id="more columns"),
        pytest.param("user,account\nalice,al", id="no end of line at the end"),
    ],
)
def test_a_list_may_be_written_in_many_ways(path: Path, content: str) -> None:
    assert read_list(written(path, content)) == [Entry(2, "alice", "al")]


def test_a_list_of_nobody_is_empty(path: Path) -> None:
    assert read_list(written(path, "user,account\n")) == []


@pytest.mark.parametrize(
    "content, line",
    [
        pytest.param("", 1, id="empty"),
        pytest.param("alice,al\n", 1, id="no header"),
        pytest.param("user;account\nalice;al\n", 1, id="semicolons"),
        pytest.param("user,account\nalice,al\nbob\n", 3, id="too few columns"),
        pytest.param("user,account\n,al\n", 2, id="no user"),
        pytest.param("user,account\nalice, \n", 2, id="no account"),
        pytest.param('user,account\nalice,"al" x\n', 2, id="text behind a quote"),
        pytest.param(b"user,account\nalice,al\nbj\xf6rn,b\n", 3, id="Latin-1"),
        pytest.param("user,account\nalice,al\nbob,b\nalice,a\n", 4, id="a user twice"),
        pytest.param("user,account\nalice,al\nbob,al\n", 3, id="an account twice"),
    ],
)
def test_what_is_wrong_with_a_list_is_said_with_its_line(path: Path, content: str | bytes, line: int) -> None:
    assert refused(path, content).startswith(f"Line {line}: ")


def test_a_doubled_name_is_said_with_its_first_line(path: Path) -> None:
    assert refused(path, "user,account\nalice,al\nalice,a\n") == "Line 3: alice is in line 2 already."


def test_a_file_that_cannot_be_read_is_said(path: Path) -> None:
    with pytest.raises(BadList, match=r"accounts\.csv cannot be read: No such file or directory"):
        read_list(path)
