import pytest
from django.utils.functional import Promise

from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.web import refusals


@pytest.mark.parametrize(
    "reason, status, can_retry",
    [
        (RefusalReason.NOT_ALLOWED, 403, False),
        (RefusalReason.CONFLICT, 403, False),
        (RefusalReason.NO_EMAIL, 403, True),
        (RefusalReason.INACTIVE, 403, False),
        (RefusalReason.ADMINISTRATOR, 403, False),
        (RefusalReason.UNAVAILABLE, 503, True),
        (RefusalReason.BUSY, 503, True),
        (RefusalReason.MISCONFIGURED, 500, True),
    ],
)
def test_each_reason_has_its_status_and_says_whether_to_try_again(
    reason: RefusalReason, status: int, can_retry: bool
) -> None:
    explanation = refusals.explain(reason)

    assert explanation.status == status
    assert explanation.can_retry is can_retry


def test_every_reason_has_words_of_its_own_that_can_be_translated() -> None:
    explanations = [refusals.explain(reason) for reason in RefusalReason]

    assert len({str(explanation.heading) for explanation in explanations}) == len(RefusalReason)
    assert len({str(explanation.meaning) for explanation in explanations}) == len(RefusalReason)
    for explanation in explanations:
        assert isinstance(explanation.heading, Promise)
        assert isinstance(explanation.meaning, Promise)
        assert isinstance(explanation.advice, Promise)


@pytest.mark.parametrize(
    "seconds, advice",
    [
        (0.2, "Wait 1 second, then try again."),
        (1, "Wait 1 second, then try again."),
        (41.2, "Wait 42 seconds, then try again."),
    ],
)
def test_who_waits_is_told_how_long(seconds: float, advice: str) -> None:
    explanation = refusals.explain(RefusalReason.BUSY, seconds)

    assert explanation.advice == advice
    assert explanation.status == 503
    assert explanation.can_retry


def test_seconds_do_not_promise_what_only_an_administrator_can_mend() -> None:
    assert refusals.explain(RefusalReason.UNAVAILABLE, 30) == refusals.explain(RefusalReason.UNAVAILABLE)
