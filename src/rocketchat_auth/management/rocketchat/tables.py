"""Tables that may be longer than a screen, and longer than memory should hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import ngettext
from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from rocketchat_auth.management.rocketchat.screen import Screen, printable

# What a terminal sees of a long table, and what is drawn at once elsewhere.
ROWS = 200
# Names further down are often longer: person1000 comes after person999.
SLACK = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.

    Args:
        cells: what stands in the columns.
        style: the colour of the column that says what happens.
    """

    cells: tuple[str, ...]
    style: str = ""


class LongTable:
    """A table of which a terminal sees the beginning, and a file or a pipe everything.

    Args:
        screen: where it is drawn.
        headings: of the columns; the last one takes the room that is left.
        styled: the number of the column that a row's style is for.
    """

    def __init__(self, screen: Screen, headings: Sequence[str], *, styled: int) -> None:
        self._screen = screen
        self._headings = headings
        self._styled = styled

    def draw(self, rows: Iterable[Row]) -> None:
        """Draw the rows, if there are any."""
        left = iter(rows)
        part = _next(left)
        if not part:
            return
        widths = self._widths(part)
        self._screen.out.print(self._table(part, widths, heading=True))
        if self._screen.is_terminal:
            self._say_hidden(sum(1 for _row in left))
        while part := _next(left):
            self._screen.out.print(self._table(part, widths, heading=False))
        self._screen.say("")

    def _say_hidden(self, hidden: int) -> None:
        if hidden:
            sentence = ngettext(
                "… and %d more. To see all, add --dry-run and send the output into a file or a pager.",
                "… and %d more. To see all, add --dry-run and send the output into a file or a pager.",
                hidden,
            )
            self._screen.say(sentence % hidden)

    def _widths(self, rows: Sequence[Row]) -> list[int]:
        """As wide as the first rows need, and some more where others follow; never more than a quarter of the line."""
        slack = SLACK if len(rows) == ROWS and not self._screen.is_terminal else 0
        columns = enumerate(zip(self._headings, *(row.cells for row in rows), strict=True))
        needed = [max(map(cell_len, column)) + (slack if number != self._styled else 0) for number, column in columns]
        return [min(width, self._screen.out.width // 4) for width in needed]

    def _table(self, rows: Sequence[Row], widths: Sequence[int], *, heading: bool) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_header=heading, show_edge=False, pad_edge=False, header_style="bold")
        for text, width in zip(self._headings[:-1], widths, strict=False):
            table.add_column(text, width=width, overflow="fold")
        table.add_column(self._headings[-1], overflow="fold")
        for row in rows:
            table.add_row(*(self._cell(row, number) for number in range(len(row.cells))))
        return table

    def _cell(self, row: Row, number: int) -> Text:
        return Text(printable(row.cells[number]), row.style if number == self._styled else "")


def draw_short(screen: Screen, headings: Sequence[str], rows: Iterable[Row], *, styled: int) -> None:
    """Draw a table of a few rows, if there are any, whose first column has names that are never folded.

    Args:
        screen: where it is drawn.
        headings: of the columns.
        rows: its rows.
        styled: the number of the column that a row's style is for.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(
            *(Text(printable(cell), row.style if number == styled else "") for number, cell in enumerate(row.cells))
        )
    if table.row_count:
        screen.out.print(table)
        screen.say("")


def _next(rows: Iterable[Row]) -> list[Row]:
    return list(islice(rows, ROWS))
