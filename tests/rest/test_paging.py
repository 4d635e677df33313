from typing import Any

import pytest

from rocketchat_auth.rest import BadAnswer
from rocketchat_auth.rest.paging import Part, parts
from tests.rest.talking import Script, client_of, says_yes


def test_a_list_is_read_to_its_end_also_where_pages_are_short() -> None:
    script = Script(*(says_yes(things=things, total=4) for things in (["a", "b"], ["c"], ["d"])))

    found = list(parts(client_of(script), "v1/things", "things", {"of": "x"}))

    assert found == [Part(("a", "b"), 4, 2), Part(("c",), 4, 3), Part(("d",), 4, 4)]
    assert [dict(request.url.params) for request in script.requests] == [
        {"of": "x", "count": "100", "offset": offset} for offset in ("0", "2", "3")
    ]


def test_an_empty_list_has_no_pages() -> None:
    assert list(parts(client_of(Script(says_yes(things=[], total=0))), "v1/things", "things", {})) == []


def test_a_server_that_promises_more_than_it_gives_does_not_keep_us_for_ever() -> None:
    script = Script(says_yes(things=["a"], total=9), says_yes(things=[], total=9))

    assert list(parts(client_of(script), "v1/things", "things", {})) == [Part(("a",), 9, 1)]


@pytest.mark.parametrize("body", [{}, {"things": []}, {"things": "a", "total": 1}, {"things": [], "total": "1"}])
def test_what_is_no_list_is_a_bad_answer(body: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match=r"v1/things has no usable things"):
        list(parts(client_of(Script(says_yes(**body))), "v1/things", "things", {}))
