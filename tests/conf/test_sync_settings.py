"""What holds of the settings of a sync where a site says nothing."""

import pytest
from pytest_django import Settings

from rocketchat_auth.conf import ON_DELETE, conf


def test_every_active_user_may_chat() -> None:
    assert conf.required_permission == ""


def test_no_room_is_made() -> None:
    assert conf.create_rooms is False


def test_the_account_of_a_deleted_user_is_deactivated() -> None:
    assert conf.on_delete == "deactivate"


@pytest.mark.parametrize("value", ON_DELETE)
def test_what_becomes_of_it_is_a_choice(settings: Settings, value: str) -> None:
    settings.ROCKETCHAT_ON_DELETE = value

    assert conf.on_delete == value


def test_a_tenth_of_the_accounts_may_be_deactivated_at_once() -> None:
    assert conf.max_deactivate == 0.1


def test_four_accounts_are_worked_on_at_a_time() -> None:
    assert conf.concurrency == 4
