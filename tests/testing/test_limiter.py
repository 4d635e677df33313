from rocketchat_auth.testing import FakeClock
from rocketchat_auth.testing.limiter import RateLimiter


def test_ten_calls_a_minute_for_each_route_and_address() -> None:
    limiter = RateLimiter(FakeClock())

    verdicts = [limiter.count("GET /me", "10.0.0.1") for _ in range(11)]

    assert [verdict.allowed for verdict in verdicts] == [True] * 10 + [False]
    assert [verdict.remaining for verdict in verdicts] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]
    assert limiter.count("GET /me", "10.0.0.2").allowed
    assert limiter.count("POST /login", "10.0.0.1").allowed


def test_the_window_belongs_to_the_route() -> None:
    clock = FakeClock(1000.0)
    limiter = RateLimiter(clock)
    limiter.count("GET /me", "10.0.0.1")
    clock.advance(45.5)

    verdict = limiter.count("GET /me", "10.0.0.2")

    assert (verdict.reset_at, verdict.wait) == (1060.0, 15)


def test_a_new_window_begins_when_the_former_is_over() -> None:
    clock = FakeClock(1000.0)
    limiter = RateLimiter(clock)
    for _ in range(11):
        limiter.count("GET /me", "10.0.0.1")
    clock.advance(60)

    verdict = limiter.count("GET /me", "10.0.0.1")

    assert verdict.allowed
    assert verdict.headers() == {
        "X-RateLimit-Limit": "10",
        "X-RateLimit-Remaining": "9",
        "X-RateLimit-Reset": "1120000",
    }


def test_forgets_when_it_is_told_to() -> None:
    limiter = RateLimiter(FakeClock())
    for _ in range(10):
        limiter.count("GET /me", "10.0.0.1")

    limiter.reset()

    assert limiter.count("GET /me", "10.0.0.1").remaining == 9
