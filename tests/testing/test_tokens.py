from datetime import UTC, datetime, timedelta

from rocketchat_auth.testing import tokens

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def test_tokens_need_no_escaping_and_differ() -> None:
    made = {tokens.new_token() for _ in range(20)}

    assert len(made) == 20
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in made)


def test_ids_have_the_form_of_the_real_ones() -> None:
    assert len(tokens.new_id()) == 17
    assert len(bytes.fromhex(tokens.new_object_id())) == 12


def test_hashes_as_meteor_does() -> None:
    # sha256("abc") in base64, as published.
    assert tokens.hash_token("abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="


def test_passwords_fit_as_text_and_as_digest() -> None:
    stored = tokens.hash_password("correct horse")

    assert tokens.password_fits("correct horse", stored)
    assert not tokens.password_fits("battery staple", stored)
    assert tokens.digest_fits(tokens.sha256_hex("correct horse"), stored)
    assert not tokens.digest_fits("correct horse", stored)
    assert not tokens.password_fits("correct horse", None)
    assert not tokens.digest_fits("", None)


def test_login_tokens_expire_and_personal_ones_do_not() -> None:
    entry = tokens.login_entry("a", NOW)
    personal = tokens.personal_entry("b", "name", NOW, bypass_two_factor=False)

    assert not tokens.is_expired(entry, NOW + timedelta(days=89), 90)
    assert tokens.is_expired(entry, NOW + timedelta(days=90), 90)
    assert not tokens.is_expired(personal, NOW + timedelta(days=900), 90)


def test_the_oldest_login_tokens_are_surplus_and_personal_ones_never() -> None:
    entries = [tokens.login_entry(str(number), NOW + timedelta(seconds=number)) for number in range(52)]
    personal = [tokens.personal_entry("p", "name", NOW, bypass_two_factor=True)]
    user = {"services": {"resume": {"loginTokens": [*personal, *reversed(entries)]}}}

    assert tokens.surplus(user) == [tokens.hash_token("0"), tokens.hash_token("1")]
    assert tokens.surplus({}) == []


def test_finds_the_entry_of_a_token() -> None:
    entry = tokens.login_entry("a", NOW)
    user = {"services": {"resume": {"loginTokens": [entry]}}}

    assert tokens.find_entry(user, "a") == entry
    assert tokens.find_entry(user, "b") is None
