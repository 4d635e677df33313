"""Whatever happened on the site and in chat: a sync brings it in order, and a second one has nothing to do."""

import os
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.contrib.auth import get_user_model
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from rocketchat_auth.accounts.changes import Result
from rocketchat_auth.accounts.few import sync_some
from rocketchat_auth.accounts.sync import Scope, apply_plan, make_plan
from rocketchat_auth.models import Account
from tests.accounts.histories import truths
from tests.accounts.histories.in_chat import InChat
from tests.accounts.histories.on_the_site import OnTheSite

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Histories(OnTheSite, InChat):
    """Random histories, and syncs between: some where the history says so, and one every few steps."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.every = 1

    @initialize(every=st.integers(2, 6))
    def settle_how_often_is_synced(self, every: int) -> None:
        self.every = every

    @invariant()
    def is_synced_every_few_steps(self) -> None:
        self.steps += 1
        if self.steps % self.every == 0:
            self.all_are_synced()
        elif self.steps % (3 * self.every) == 1:
            self.each_is_synced()

    @rule()
    def all_are_synced(self) -> None:
        self.clock.advance(5)
        before = truths.Before.of(self.stand_in)
        results = synced()
        for result in results:
            for step in result.steps:
                event(f"{step.outcome} {step.change.action} {step.change.field} {step.reason or step.change.reason}")
        self.check(before, results)
        with make_plan(Scope()) as plan:
            truths.check_nothing_is_left(plan, results)

    @rule()
    def each_is_synced(self) -> None:
        self.clock.advance(5)
        before = truths.Before.of(self.stand_in)
        users = get_user_model().objects.values_list("pk", flat=True)
        results = sync_some(list(users), list(Account.objects.values_list("pk", flat=True)))
        self.check(before, results)
        for scope in [Scope(), *(Scope(username=user.username) for user in get_user_model().objects.all())]:
            with make_plan(scope) as plan:
                truths.check_nothing_is_left(plan, results)

    @rule(after=st.integers(1, 5))
    def a_sync_is_interrupted(self, after: int) -> None:
        self.clock.advance(5)
        seen: list[Result] = []

        def interrupt(result: Result) -> None:
            seen.append(result)
            if len(seen) == after:
                raise KeyboardInterrupt

        with suppress(KeyboardInterrupt):
            synced(interrupt)

    def check(self, before: truths.Before, results: list[Result]) -> None:
        truths.check_others_untouched(self.stand_in, before)
        truths.check_unmanaged_untouched(self.stand_in, before)
        truths.check_accounts_are_as_wanted(self.stand_in, results)


def synced(on_result: Callable[[Result], None] | None = None) -> list[Result]:
    results: list[Result] = []
    with make_plan(Scope()) as plan:
        apply_plan(plan, on_result=on_result or results.append)
    return results


def test_a_sync_right_after_another_has_nothing_to_do() -> None:
    """The same histories each time; `make histories` tells others, and many more."""
    number = int(os.environ.get("HISTORIES", "0"))
    profile = settings(max_examples=number or 30, stateful_step_count=25, deadline=None, derandomize=not number)
    run_state_machine_as_test(Histories, settings=profile)
