from collections.abc import Iterator

import httpx2
import pytest

from tests.testing.pictures import PNG, pictures
from tests.testing.talk import Talk


@pytest.fixture
def site() -> Iterator[str]:
    with pictures() as url:
        yield url


def shown(talk: Talk, username: str) -> httpx2.Response:
    return talk.get(f"/avatar/{username}")


def test_fetches_pictures(talk: Talk, site: str) -> None:
    alice = talk.add("alice")

    assert talk.post("users.setAvatar", alice, json={"avatarUrl": f"{site}/a.png"}).status_code == 200

    assert shown(talk, "alice").content == PNG
    assert shown(talk, "alice").headers["Content-Type"] == "image/png"
    assert talk.stand_in.user("alice")["avatarOrigin"] == "url"


@pytest.mark.parametrize("path", ["/a", "/missing.png"])
def test_takes_nothing_else_for_a_picture(talk: Talk, site: str, path: str) -> None:
    answer = talk.post("users.setAvatar", talk.admin, json={"avatarUrl": f"{site}{path}"})

    assert answer.json()["errorType"] == "error-avatar-invalid-url"


def test_takes_no_other_addresses(talk: Talk) -> None:
    for url in ("http://[", "ftp://example.com/a.png", ""):
        assert talk.post("users.setAvatar", talk.admin, json={"avatarUrl": url}).status_code == 400


def test_takes_pictures_in_forms(talk: Talk) -> None:
    user_id = talk.add("alice").user_id
    files = {"image": ("a.png", PNG, "image/png")}

    answer = talk.post("users.setAvatar", talk.admin, data={"userId": user_id}, files=files)

    assert answer.status_code == 200
    assert shown(talk, "alice").content == PNG
    assert talk.stand_in.user("alice")["avatarOrigin"] == "upload"


def test_wants_a_picture_in_a_form(talk: Talk) -> None:
    answer = talk.post("users.setAvatar", talk.admin, files={"other": ("a.png", PNG, "image/png")})

    assert answer.json()["error"] == "The 'image' param is required"


def test_those_of_others_need_a_permission(talk: Talk) -> None:
    alice = talk.add("alice")
    talk.stand_in.add_user("bob")

    assert talk.post("users.setAvatar", alice, json={"username": "bob", "avatarUrl": ""}).status_code == 403


@pytest.mark.parametrize("username", ["alice", "nosuch", "<script>"])
def test_draws_a_letter_where_there_is_no_picture(talk: Talk, username: str) -> None:
    talk.stand_in.add_user("alice")

    drawing = shown(talk, username)

    assert drawing.headers["Content-Type"].startswith("image/svg+xml")
    assert "<script" not in drawing.text
