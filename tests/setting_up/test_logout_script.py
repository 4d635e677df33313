import pytest

from rocketchat_auth.setting_up.logout_script import with_part, without_part

URL = "https://www.example.com/rocketchat/logout"
DEFAULT = "//Add your script"


@pytest.mark.parametrize("script", [DEFAULT, "", "one();\ntwo();\n", "one();\n\n"])
def test_what_is_there_stays_letter_by_letter(script: str) -> None:
    assert with_part(script, URL).endswith(script)
    assert without_part(with_part(script, URL)) == script


def test_our_part_comes_first_since_another_may_lead_away() -> None:
    script = with_part('location.href = "https://elsewhere.example/";', URL)

    assert script.index("fetch(") < script.index("location.href")


def test_twice_is_once() -> None:
    assert with_part(with_part(DEFAULT, URL), URL) == with_part(DEFAULT, URL)


def test_another_address_takes_the_place_of_the_former() -> None:
    script = with_part(with_part(DEFAULT, "https://former.example.com/rocketchat/logout"), URL)

    assert script == with_part(DEFAULT, URL)


def test_what_somebody_added_since_stays() -> None:
    script = f"before();\n{with_part(DEFAULT, URL)}\nafter();"

    assert without_part(script) == f"before();\n{DEFAULT}\nafter();"


def test_a_setting_that_is_no_text_is_an_empty_script() -> None:
    assert without_part(with_part(None, URL)) == ""


def test_an_address_cannot_break_out() -> None:
    script = with_part("", 'https://x.example/"</script>')

    assert "</script>" not in script
    assert '\\"' in script
