import pytest

from rocketchat_auth.testing.version import ServerVersion


def test_reads_versions_with_and_without_patch_level() -> None:
    assert ServerVersion.parse("8.4") == ServerVersion(8, 4)
    assert ServerVersion.parse("8.4.3") == ServerVersion(8, 4, 3)
    assert str(ServerVersion.parse("8.4.3")) == "8.4"


@pytest.mark.parametrize("text", ["", "8", "8.x", "8.4.3.1", "v8.4", "8.4-rc.1", "5.4"])
def test_refuses_what_is_no_version_it_can_play(text: str) -> None:
    with pytest.raises(ValueError, match=r"as 8\.4|6\.0"):
        ServerVersion.parse(text)


@pytest.mark.parametrize("text", ["8.0.7", "8.1.6", "8.2.6", "8.3.6", "8.4.4", "8.5.1", "8.6.0"])
def test_patches_that_forgot_the_permission(text: str) -> None:
    assert not ServerVersion.parse(text).create_token_checks_permission


@pytest.mark.parametrize("text", ["6.5", "7.13", "8.0.8", "8.4", "8.4.5", "8.6.1", "8.7.0", "8.9.0", "9.0", "9.0.1"])
def test_patches_that_ask_for_the_permission(text: str) -> None:
    assert ServerVersion.parse(text).create_token_checks_permission


@pytest.mark.parametrize(
    "text, era, always",
    [
        ("6.0", "A", False),
        ("6.13", "A", False),
        ("7.0", "B", False),
        ("7.7", "B", False),
        ("7.8", "B", True),
        ("7.9", "B", True),
        ("7.10", "C", True),
        ("8.0", "C", True),
        ("9.0", "C", True),
    ],
)
def test_eras_of_the_web_client(text: str, era: str, always: bool) -> None:
    version = ServerVersion.parse(text)

    assert (version.client_era, version.client_always_calls) == (era, always)


@pytest.mark.parametrize(
    "text, merges", [("7.4", False), ("7.5.3", False), ("7.5.4", True), ("7.5", True), ("7.6", True)]
)
def test_custom_fields_are_merged_from_one_patch_on(text: str, merges: bool) -> None:
    assert ServerVersion.parse(text).merges_custom_fields is merges
