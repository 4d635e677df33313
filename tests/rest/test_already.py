import pytest

from rocketchat_auth.rest import NotFound, Refused
from rocketchat_auth.rest.already import already


def test_a_refusal_that_says_that_it_is_so_already_is_success() -> None:
    with already("error-user-already-in-role"):
        raise Refused("User already in role", code="error-user-already-in-role")


@pytest.mark.parametrize("error", [NotFound(code="error-invalid-user"), Refused("No."), ValueError("no")], ids=repr)
def test_anything_else_is_none(error: Exception) -> None:
    with pytest.raises(type(error)), already("error-user-already-in-role"):
        raise error


def test_where_nothing_is_refused_nothing_happens() -> None:
    with already("error-user-already-in-role"):
        pass
