import json

import pytest

from rocketchat_auth.rest import Secret


def test_no_form_of_a_secret_shows_it() -> None:
    secret = Secret("swordfish")

    shown = f"{secret} {secret!r} {str(secret)} {[secret]} { {'key': secret} }"  # noqa: RUF010 - each way of showing it

    assert "swordfish" not in shown
    assert "swordfish" not in "%s %r" % (secret, secret)  # noqa: UP031 - as logging does


def test_a_secret_is_no_string_that_a_report_of_an_error_would_print() -> None:
    assert not isinstance(Secret("swordfish"), str)
    with pytest.raises(TypeError):
        json.dumps(Secret("swordfish"))


def test_it_is_revealed_to_whoever_asks() -> None:
    assert Secret("swordfish").reveal() == "swordfish"


def test_hiding_what_is_hidden_leaves_it_as_it_is() -> None:
    secret = Secret("swordfish")

    assert Secret.of(secret) is secret
    assert Secret.of("swordfish") == secret


def test_equal_secrets_are_equal_and_no_secret_equals_a_string() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret("a")
