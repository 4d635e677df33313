import pytest
from pytest_django import Settings

from rocketchat_auth.login.encryption import seal, unseal
from rocketchat_auth.rest import Secret


def test_a_sealed_token_can_be_opened_and_does_not_show() -> None:
    sealed = seal(Secret("the-token"))

    assert unseal(sealed) == Secret("the-token")
    assert b"the-token" not in sealed


def test_a_former_secret_key_still_opens(settings: Settings) -> None:
    sealed = seal(Secret("the-token"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert unseal(sealed) == Secret("the-token")


def test_no_other_key_opens(settings: Settings) -> None:
    sealed = seal(Secret("the-token"))
    settings.SECRET_KEY = "another"

    assert unseal(sealed) is None


def test_a_secret_key_of_bytes_will_do(settings: Settings) -> None:
    settings.SECRET_KEY = b"bytes"

    assert unseal(seal(Secret("the-token"))) == Secret("the-token")


def test_the_same_token_is_never_sealed_alike() -> None:
    assert seal(Secret("the-token")) != seal(Secret("the-token"))


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 12, b"x" * 100])
def test_what_was_never_sealed_is_not_opened(sealed: bytes) -> None:
    assert unseal(sealed) is None


def test_what_was_changed_is_not_opened() -> None:
    sealed = bytearray(seal(Secret("the-token")))
    sealed[-1] ^= 1

    assert unseal(bytes(sealed)) is None
