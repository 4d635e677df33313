import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from rocketchat_auth.conf import MEMBERSHIP_KINDS, Memberships, Problem, SettingError, conf

_names = st.frozensets(st.sampled_from("abc"))
_memberships = st.builds(Memberships, _names, _names, _names, _names)
ONE = Memberships(roles=frozenset("a"), teams=frozenset("b"))
OTHER = Memberships(roles=frozenset("ab"), channels=frozenset("a"))


def test_have_four_kinds_in_this_order() -> None:
    memberships = Memberships(frozenset("a"), frozenset("b"), frozenset("c"), frozenset("d"))

    assert list(memberships.items()) == [
        ("roles", frozenset("a")),
        ("channels", frozenset("b")),
        ("groups", frozenset("c")),
        ("teams", frozenset("d")),
    ]
    assert MEMBERSHIP_KINDS == ("roles", "channels", "groups", "teams")


def test_add_up_kind_by_kind() -> None:
    assert Memberships(frozenset("ab"), channels=frozenset("a"), teams=frozenset("b")) == ONE | OTHER
    assert Memberships(frozenset("a")) == ONE & OTHER
    assert Memberships(teams=frozenset("b")) == ONE - OTHER
    assert Memberships(frozenset("b"), channels=frozenset("a")) == OTHER - ONE


@given(_memberships, _memberships)
def test_behave_as_sets_do(one: Memberships, other: Memberships) -> None:
    for kind in MEMBERSHIP_KINDS:
        mine, others = getattr(one, kind), getattr(other, kind)
        assert getattr(one | other, kind) == mine | others
        assert getattr(one & other, kind) == mine & others
        assert getattr(one - other, kind) == mine - others


@pytest.mark.parametrize("kind", MEMBERSHIP_KINDS)
def test_are_true_when_there_is_one_of_any_kind(kind: str) -> None:
    assert Memberships(**{kind: frozenset("a")})
    assert not Memberships()


def test_of_several_are_taken_together() -> None:
    assert Memberships.sum([]) == Memberships()
    assert Memberships.sum([ONE, OTHER]) == ONE | OTHER


class TestSetting:
    def test_is_empty_by_itself(self) -> None:
        assert conf.groups == {}

    def test_gives_each_group_what_it_names(self, settings: Settings) -> None:
        settings.ROCKETCHAT_GROUPS = {
            "Staff": {
                "roles": ["moderator"],
                "channels": ("news", "staff"),
                "groups": {"board"},
                "teams": frozenset("t"),
            },
            "Friends": {"channels": ["news", "news"]},
            "Nobody": {},
        }

        assert conf.groups == {
            "Staff": Memberships(
                frozenset({"moderator"}), frozenset({"news", "staff"}), frozenset({"board"}), frozenset("t")
            ),
            "Friends": Memberships(channels=frozenset({"news"})),
            "Nobody": Memberships(),
        }

    @pytest.mark.parametrize(
        "value, problem",
        [
            (None, Problem.GROUPS_FORM),
            ([("Staff", {})], Problem.GROUPS_FORM),
            ({"": {}}, Problem.GROUPS_FORM),
            ({1: {}}, Problem.GROUPS_FORM),
            ({"Staff": ["news"]}, Problem.GROUPS_KEYS),
            ({"Staff": {"rooms": ["news"]}}, Problem.GROUPS_KEYS),
            ({"Staff": {"channels": "news"}}, Problem.GROUPS_NAMES),
            ({"Staff": {"channels": {"news": True}}}, Problem.GROUPS_NAMES),
            ({"Staff": {"channels": [1]}}, Problem.GROUPS_NAMES),
            ({"Staff": {"channels": [""]}}, Problem.GROUPS_NAMES),
            ({"Staff": {"channels": ["#news"]}}, Problem.GROUPS_NAMES),
            ({"Staff": {"channels": ["@ada"]}}, Problem.GROUPS_NAMES),
            ({"Staff": {"channels": ["news "]}}, Problem.GROUPS_NAMES),
        ],
        ids=repr,
    )
    def test_of_another_form_is_refused(self, settings: Settings, value: object, problem: Problem) -> None:
        settings.ROCKETCHAT_GROUPS = value

        with pytest.raises(SettingError) as caught:
            _ = conf.groups

        assert caught.value.problem is problem
