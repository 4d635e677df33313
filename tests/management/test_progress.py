import io

import pytest

from rocketchat_auth.accounts.sync import Progress
from rocketchat_auth.management.rocketchat.progress import meter, show_reading
from rocketchat_auth.testing.clock import FakeClock
from tests.management.conftest import Terminal, screen

pytestmark = pytest.mark.usefixtures("rocketchat")


class TestInALog:
    def test_what_is_soon_done_is_not_mentioned(self, fake_clock: FakeClock) -> None:
        notes = io.StringIO()

        with meter(screen(io.StringIO(), notes)) as show:
            for done in range(1, 1001):
                show("Reading users", done, 1000)
            fake_clock.advance(9)
            show("Reading rooms", 1, 1)

        assert notes.getvalue() == ""

    def test_a_line_every_ten_seconds_tells_the_rate_and_the_time_left(self, fake_clock: FakeClock) -> None:
        notes = io.StringIO()

        with meter(screen(io.StringIO(), notes)) as show:
            for done in range(0, 2001, 20):
                show("Reading users", done, 4000)
                fake_clock.advance(0.25)

        assert notes.getvalue().splitlines() == [
            "Reading users: 800 of 4000, 80.0/s, about 40 s left",
            "Reading users: 1600 of 4000, 80.0/s, about 30 s left",
        ]

    def test_of_something_without_an_end_only_the_rate(self, fake_clock: FakeClock) -> None:
        notes = io.StringIO()

        with meter(screen(io.StringIO(), notes)) as show:
            show("Reading users", 0, 0)
            fake_clock.advance(10)
            show("Reading users", 500, 0)

        assert notes.getvalue() == "Reading users: 500, 50.0/s\n"

    def test_what_stands_still_has_no_time_left(self, fake_clock: FakeClock) -> None:
        notes = io.StringIO()

        with meter(screen(io.StringIO(), notes)) as show:
            show("Reading users", 5, 10)
            fake_clock.advance(10)
            show("Reading users", 5, 10)

        assert notes.getvalue() == "Reading users: 5 of 10\n"


def test_where_nothing_is_to_be_shown_neither_is_progress(fake_clock: FakeClock) -> None:
    notes = io.StringIO()
    silent = screen(io.StringIO(), notes)
    silent.out.quiet = True

    with meter(silent) as show:
        show("Reading users", 1, 2)
        fake_clock.advance(60)
        show("Reading users", 2, 2)

    assert notes.getvalue() == ""


class TestOnATerminal:
    def test_a_bar_tells_the_rate_and_the_time_left(self, fake_clock: FakeClock) -> None:
        notes = Terminal()

        with meter(screen(io.StringIO(), notes)) as show:
            for done in range(0, 101, 10):
                show("Reading users", done, 400)
                fake_clock.advance(1)

        assert "Reading users" in notes.getvalue()
        assert "100/400" in notes.getvalue()
        assert "10.0/s" in notes.getvalue()
        assert "0:00:30" in notes.getvalue()

    def test_each_thing_has_a_bar(self) -> None:
        notes = Terminal()

        with meter(screen(io.StringIO(), notes)) as show:
            show("Reading users", 1, 2)
            show("Reading rooms", 3, 0)

        assert "1/2" in notes.getvalue()
        assert "3/?" in notes.getvalue()


def test_a_reading_says_what_is_read(fake_clock: FakeClock) -> None:
    shown: list[tuple[str, int, int]] = []

    show_reading(lambda *progress: shown.append(progress), Progress("rooms", 1, 3))

    assert shown == [("Reading rooms", 1, 3)]
