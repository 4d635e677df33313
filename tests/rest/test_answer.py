import pytest

from rocketchat_auth.rest import Answer, BadAnswer
from rocketchat_auth.rest.answer import Received

ANSWER = Answer("v1/login", {"status": "success", "data": {"userId": "u1", "authToken": "t0ken", "me": {"n": 1}}})


def test_texts_are_found_by_their_path() -> None:
    assert ANSWER.text("data", "authToken") == "t0ken"
    assert ANSWER.at("data", "me", "n") == 1
    assert ANSWER.at() is ANSWER.body


@pytest.mark.parametrize("path", [("data", "nothing"), ("nothing", "at", "all"), ("status", "deeper")])
def test_where_there_is_nothing_nothing_is_found(path: tuple[str, ...]) -> None:
    assert ANSWER.at(*path) is None


@pytest.mark.parametrize("path", [("data", "nothing"), ("data", "me"), ("data", "me", "n"), ("empty",)])
def test_a_text_that_is_missing_empty_or_none_is_a_bad_answer(path: tuple[str, ...]) -> None:
    answer = Answer("v1/login", {**ANSWER.body, "empty": ""})

    with pytest.raises(BadAnswer, match=r"answer to v1/login has no usable " + ".".join(path)) as caught:
        answer.text(*path)

    assert caught.value.endpoint == "v1/login"


def test_neither_answers_nor_responses_show_what_they_hold() -> None:
    received = Received(200, {"set-cookie": "t0ken"}, b'{"authToken": "t0ken"}')

    assert "t0ken" not in f"{ANSWER!r} {ANSWER} {received!r}"


@pytest.mark.parametrize("content", [b"", b"[]", b'"text"', b"{", b"\xff\xfe{}", b"[" * 100_000, b"7"])
def test_what_is_no_json_object_is_none(content: bytes) -> None:
    assert Received(200, {}, content).json_object() is None


def test_a_json_object_is_read() -> None:
    assert Received(200, {}, '{"name": "Zoë"}'.encode()).json_object() == {"name": "Zoë"}
