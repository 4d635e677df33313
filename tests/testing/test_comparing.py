from tests.testing.comparing import Comparison

A_TOKEN = "N_zoP_XdssX4p6HuSaOnBkmRpO1sJOrUStCFbvxkTyI"
OUR_TOKEN = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
AN_ID = "vdNWNpywH5bAYTCpn"
OUR_ID = "aaaaaaaaaaaaaaaaa"


def test_finds_missing_and_surplus_keys() -> None:
    assert Comparison().differences({"a": {"b": 1}}, {"a": {"c": 1}}) == [".a: without b", ".a: with c"]


def test_finds_other_types_and_values() -> None:
    found = Comparison().differences({"a": 1, "b": True, "c": "x"}, {"a": "1", "b": False, "c": "y"})
    assert len(found) == 3


def test_finds_other_lengths() -> None:
    assert Comparison().differences({"a": [1, 2]}, {"a": [1]}) == [".a: 2 recorded, 1 given"]


def test_a_truth_is_no_number() -> None:
    assert Comparison().differences({"a": True}, {"a": 1}) != []


def test_takes_dates_for_dates_only() -> None:
    comparison = Comparison()
    assert comparison.differences({"a": "2026-11-23T11:47:42.646Z"}, {"a": "2027-01-01T00:00:00.000Z"}) == []
    assert comparison.differences({"a": "2026-11-23T11:47:42.646Z"}, {"a": "yesterday"}) != []


def test_an_id_stands_for_the_same_one_everywhere() -> None:
    comparison = Comparison()
    assert comparison.differences({"_id": AN_ID}, {"_id": OUR_ID}) == []
    text = f"User {AN_ID} has been logged out!"
    assert comparison.differences(text, f"User {OUR_ID} has been logged out!") == []
    assert comparison.differences(text, "User bbbbbbbbbbbbbbbbb has been logged out!") != []
    assert comparison.differences({"_id": AN_ID}, {"_id": "bbbbbbbbbbbbbbbbb"}) != []


def test_replaces_what_was_recorded_by_ours() -> None:
    comparison = Comparison()
    comparison.differences(A_TOKEN, OUR_TOKEN)
    assert comparison.played({"a": [A_TOKEN, 1]}) == {"a": [OUR_TOKEN, 1]}


def test_reads_json_in_strings() -> None:
    comparison = Comparison()
    assert comparison.differences('{"a":{"$date":1}}', '{"a": {"$date": 2}}') == []
    assert comparison.differences('{"a":1}', '{"a": 2}') != []
