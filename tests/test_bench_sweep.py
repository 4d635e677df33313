"""The benchmark of a sweep: its own sums, and once the whole of it with very few chat logins."""

import pytest

from bench.load import NotMeasured
from bench.sweep import table
from bench.sweep.child import Took
from bench.sweep.measuring import Measured, limited, place
from bench.sync.limited import Waited


def measured(grants: int, *, queries: int = 0, calls: int = 0, mib: float = 60.0) -> Measured:
    return Measured(grants, "nothing is over", Took(grants, 0, 0, queries, calls, 2.0, 1.0, mib))


def test_a_sweep_that_finds_nothing_may_ask_three_times_for_each_chunk() -> None:
    most = 2 * table.QUERIES + table.HANDFUL

    assert table.queries(measured(501, queries=most))[0]
    assert not table.queries(measured(501, queries=most + 1))[0]
    assert not table.queries(measured(500, queries=most))[0]


def test_a_sweep_that_finds_nothing_may_not_call_chat() -> None:
    assert not table.queries(measured(500, calls=1))[0]


def test_the_memory_of_the_two_largest_is_compared() -> None:
    assert table.memory([measured(100_000, mib=120.0), measured(10, mib=50.0), measured(10_000, mib=100.0)])[0]
    assert not table.memory([measured(10_000, mib=100.0), measured(100_000, mib=121.0)])[0]


def test_no_call_may_be_refused_by_the_rate_limit() -> None:
    assert table.patience(40, Waited(0, calls=40, refused=0, minutes=3.0))[0]
    assert not table.patience(40, Waited(0, calls=41, refused=1, minutes=3.0))[0]


def test_the_table_has_a_line_for_each_sweep() -> None:
    lines = table.figures([measured(1_000, queries=7)]).splitlines()

    assert lines[1].split()[-6:] == ["1,000", "7", "0", "2.0", "1.0", "60.0"]


@pytest.mark.slow
def test_a_site_is_made_and_swept() -> None:
    with place(200) as site:
        idle = site.sweep("nothing is over", over=0)
        over = site.end_some()
        with pytest.raises(NotMeasured, match="should have found 0"):
            site.sweep("one thing is, and yet nothing should", over=0)

    assert (idle.took.queries, idle.took.calls, over) == (6, 0, 2)
    assert idle.took.mib > 0


@pytest.mark.slow
def test_logins_are_ended_within_the_rate_limit() -> None:
    waited = limited(12)

    assert (waited.calls, waited.refused) == (12, 0)
    assert 0.5 < waited.minutes < 2
