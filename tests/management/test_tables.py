import io

import pytest

from rocketchat_auth.management.rocketchat.tables import LongTable, Row
from tests.management.conftest import Terminal, screen

HEADINGS = ("User", "Action", "What")


def drawn(*rows: Row, out: io.StringIO | None = None, width: int = 40) -> list[str]:
    out = out or io.StringIO()
    LongTable(screen(out, io.StringIO(), width=width), HEADINGS, styled=1).draw(rows)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_table_has_a_heading_and_a_line_a_row() -> None:
    assert drawn(Row(("alice", "create", "Alice"))) == [
        "User    Action   What",
        "─" * 22,
        "alice   create   Alice",
        "",
    ]


def test_of_nothing_there_is_none() -> None:
    assert drawn() == []


def test_long_names_leave_room_for_the_rest_and_are_not_cut() -> None:
    lines = drawn(Row(("x" * 255, "update", "z" * 255)))

    assert max(map(len, lines)) <= 40
    assert sum(line.count("x") for line in lines) == 255
    assert sum(line.count("z") for line in lines) == 255


def test_parts_of_a_long_table_have_the_same_columns() -> None:
    rows = [Row((f"user{number}", "update", "name")) for number in range(1001)]

    lines = drawn(*rows, width=60)

    assert {line.index("update") for line in lines if "update" in line} == {lines[0].index("Action")}
    assert {line.index("name") for line in lines if "name" in line} == {lines[0].index("What")}


@pytest.mark.parametrize("extra, said", [(0, False), (1, True)])
def test_a_terminal_is_told_how_much_more_there_is(extra: int, said: bool) -> None:
    rows = [Row((f"user{number}", "update", "name")) for number in range(200 + extra)]

    assert any("more" in line for line in drawn(*rows, out=Terminal())) is said
