from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from rocketchat_auth.accounts.profile import Profile, current_adapter, profile_of, with_address
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.adapter import Adapter
from tests.adapters import VerifiedEmail, WorkEmail


class Detailed(Adapter):
    def bio(self, user: Any) -> str:
        return "First."

    def custom_fields(self, user: Any) -> dict[str, str]:
        return {"unit": "1"}


class Named(Adapter):
    def __init__(self, name: str) -> None:
        self._name = name

    def name(self, user: Any) -> str:
        return self._name


def test_says_what_the_sites_adapter_says(alice: User, settings: Settings) -> None:
    assert profile_of(alice) == Profile("alice", "Alice", "alice@example.com", email_is_verified=False)

    settings.ROCKETCHAT_ADAPTER = "tests.adapters.WorkEmail"
    assert profile_of(alice).email == "alice@work.example.com"
    assert profile_of(alice, Adapter()).email == "alice@example.com"


def test_has_what_only_some_sites_tell(alice: User) -> None:
    profile = profile_of(alice, Detailed())

    assert (profile.bio, profile.custom_fields) == ("First.", {"unit": "1"})


def test_the_adapter_is_the_one_that_the_setting_names(settings: Settings) -> None:
    assert type(current_adapter()) is Adapter

    settings.ROCKETCHAT_ADAPTER = "tests.adapters.WorkEmail"
    assert type(current_adapter()) is WorkEmail


def test_no_address_is_no_verified_one(alice: User) -> None:
    assert profile_of(alice, VerifiedEmail()).email_is_verified

    alice.email = ""
    assert not profile_of(alice, VerifiedEmail()).email_is_verified


class TestNames:
    @pytest.mark.parametrize(
        "name, told",
        [
            ("Ada Lovelace", "Ada Lovelace"),
            ("  Ada \t\n Lovelace ", "Ada Lovelace"),
            ('Ada "Countess" O\'Lovelace', 'Ada "Countess" O\'Lovelace'),
            ("<b>Ada</b>\\Lovelace", "b Ada b Lovelace"),
            ("א ב", "א ב"),
            ("Ada 🧮", "Ada 🧮"),
            ("Ada\u202eLovelace\x00", "Ada Lovelace"),
            ("x" * 254 + " yz", "x" * 254),
            ("</>", "alice"),
            ("", "alice"),
        ],
    )
    def test_are_such_as_rocketchat_takes(self, alice: User, name: str, told: str) -> None:
        assert profile_of(alice, Named(name)).name == told

    @given(st.text(max_size=400))
    def test_have_nothing_of_what_it_refuses(self, name: str) -> None:
        told = profile_of(User(username="alice"), Named(name)).name

        assert 0 < len(told) <= 255
        assert told == told.strip()
        assert told.isprintable()
        assert not set("<>\\/") & set(told)


class TestAddresses:
    @pytest.fixture
    def without(self, alice: User) -> Profile:
        alice.email = ""
        return profile_of(alice)

    def test_that_are_there_are_kept(self, alice: User, settings: Settings) -> None:
        settings.ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN = "users.example.com"

        assert with_address(profile_of(alice), alice) == profile_of(alice)

    def test_are_made_up_where_the_site_says_so(self, alice: User, without: Profile, settings: Settings) -> None:
        settings.ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN = "users.example.com"

        made_up = with_address(without, alice)

        assert made_up.email == f"user-{alice.pk}@users.example.com"
        assert (made_up.username, made_up.email_is_verified) == ("alice", False)

    def test_are_needed_else(self, alice: User, without: Profile) -> None:
        with pytest.raises(SignInRefused) as caught:
            with_address(without, alice)

        assert caught.value.reason == RefusalReason.NO_EMAIL
        assert "ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN" in caught.value.detail
