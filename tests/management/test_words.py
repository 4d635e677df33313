import pytest

from rocketchat_auth.accounts.changes import Action, Change
from rocketchat_auth.conf import MEMBERSHIP_KINDS
from rocketchat_auth.management.rocketchat.words import KINDS, LABELS, STYLES, in_words, what


@pytest.mark.parametrize(
    "change, words",
    [
        (Change(Action.CREATE, after={"username": "al", "name": "Al", "email": "al@a.org"}), "Al, al@a.org"),
        (Change(Action.LINK, after={"username": "al", "email": "al@a.org"}), "al@a.org"),
        (Change(Action.UPDATE, "name", "Al", "Alison"), "name: Al > Alison"),
        (Change(Action.UPDATE, "bio", "", "Sings."), "bio: (none) > Sings."),
        (Change(Action.UPDATE, "bio", None, "Sings."), "bio: (none) > Sings."),
        (Change(Action.UPDATE, "bio", "Sings.", ""), "bio: Sings. > (none)"),
        (
            Change(Action.UPDATE, "custom_fields", {"room": "1", "tel": "2"}, {"room": "1", "tel": "3", "car": "x"}),
            "custom field tel: 2 > 3; custom field car: (none) > x",
        ),
        (Change(Action.UPDATE, "custom_fields", None, {"tel": "3"}), "custom field tel: (none) > 3"),
        (Change(Action.JOIN, "roles", after="moderator"), "role moderator"),
        (Change(Action.JOIN, "channels", after="staff"), "channel staff"),
        (Change(Action.LEAVE, "groups", before="board"), "private channel board"),
        (Change(Action.LEAVE, "teams", before="red"), "team red"),
        (Change(Action.DEACTIVATE, reason="may not chat"), "may not chat"),
        (Change(Action.REVIVE), ""),
    ],
)
def test_a_change_is_said_in_few_words(change: Change, words: str) -> None:
    assert what(change, ">") == words


def test_there_is_a_word_for_everything() -> None:
    assert set(LABELS) == set(STYLES) == set(Action)
    assert set(KINDS) == set(MEMBERSHIP_KINDS)


def test_counts_are_in_the_order_of_the_actions() -> None:
    assert in_words({Action.CONFLICT: 1, Action.CREATE: 20}) == "create 20, conflict 1"
