from rocketchat_auth.checks.reading import middleware_position


def test_a_middleware_whose_package_is_not_installed_is_nowhere() -> None:
    assert middleware_position("not_installed.middleware.Middleware") is None
