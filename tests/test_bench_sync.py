"""The benchmark of a sync: its own sums, and once the whole of it with very few people."""

from collections import Counter

import pytest

from bench.load import NotMeasured
from bench.sync import table
from bench.sync.child import Took
from bench.sync.limited import Waited
from bench.sync.measuring import CHANGED, HANDFUL, UNCHANGED, Measured, place


def measured(users: int, *, calls: int = 0, mib: float = 60.0) -> Measured:
    return Measured(users, "later syncs", Took(UNCHANGED, 2.0, 1.0, mib), Counter({"users.list": calls}))


def test_an_unchanged_sync_may_make_a_call_for_100_accounts_and_a_handful() -> None:
    # The administrator and the bot of the workspace are accounts too.
    assert table.calls(measured(998, calls=10 + HANDFUL))[0]
    assert not table.calls(measured(998, calls=11 + HANDFUL))[0]
    assert table.calls(measured(999, calls=11 + HANDFUL))[0]


def test_the_memory_of_the_two_largest_sites_is_compared() -> None:
    small, large = measured(10_000, mib=100.0), measured(100_000, mib=120.0)

    assert table.memory([large, measured(10, mib=60.0), small])[0]
    assert not table.memory([small, measured(100_000, mib=121.0)])[0]


def test_no_call_may_be_refused_by_the_rate_limit() -> None:
    assert table.patience(40, Waited(CHANGED, calls=200, refused=0, minutes=5.0))[0]
    assert not table.patience(40, Waited(CHANGED, calls=200, refused=1, minutes=5.0))[0]


def test_the_table_has_a_line_for_each_sync_and_the_goals_say_what_is_missed() -> None:
    lines = table.figures([measured(1_000, calls=17)]).splitlines()

    assert lines[1].split()[-6:] == ["1,000", "17", "2.0", "1.0", "500", "60.0"]
    assert [line.split()[0] for line in table.goals([(True, "calls"), (False, "memory")]).splitlines()] == [
        "reached",
        "MISSED",
    ]


@pytest.mark.slow
def test_a_site_is_made_and_synced_with_a_chat_in_a_process_of_its_own() -> None:
    with place(2, linked=False) as site:
        made = site.sync("first provisioning", status=CHANGED)
        with pytest.raises(NotMeasured, match="exit status"):
            site.sync("nothing differs, and yet something should", status=CHANGED)

    assert (made.calls["users.create"], made.calls["teams.addMembers"]) == (2, 2)
    assert made.took.mib > 0


@pytest.mark.slow
def test_a_site_whose_people_are_in_chat_already_differs_in_nothing() -> None:
    with place(2, linked=True) as site:
        first, later = site.sync("first"), site.sync("later")

    assert first.calls["channels.members"] == 1
    assert "channels.members" not in later.calls
    assert later.calls.total() <= later.most_calls
