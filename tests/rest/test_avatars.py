import email
import email.message
import traceback

import httpx2
import pytest

from rocketchat_auth.rest import (
    BadAnswer,
    Client,
    File,
    Image,
    InvalidField,
    NotFound,
    PermissionRefused,
    Refused,
    avatars,
)
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes
from tests.rest.versions import EVERY_VERSION, client_as, recorded

CONTENT = b"\x89PNG\r\n\x1a\nnobody-reads-this\x00\xff"
PICTURE = Image(CONTENT, "image/png", "ada.png")


@pytest.fixture
def client(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    return client_for(stand_in, fake_clock)


def parts_of(request: httpx2.Request) -> list[email.message.Message]:
    header = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    payload = email.message_from_bytes(header + request.content).get_payload()
    assert isinstance(payload, list)
    return [part for part in payload if isinstance(part, email.message.Message)]


@EVERY_VERSION
def test_an_account_gets_the_picture(client: Client, stand_in: StandIn) -> None:
    ada = stand_in.add_user("ada")["_id"]

    avatars.set_avatar(client, ada, PICTURE)

    shown = httpx2.Client(transport=httpx2.WSGITransport(app=stand_in.wsgi)).get("https://chat.example.com/avatar/ada")
    assert (shown.headers["Content-Type"], shown.content) == ("image/png", CONTENT)
    assert "avatarETag" not in stand_in.user("admin")


@EVERY_VERSION
def test_who_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound):
        avatars.set_avatar(client, "nobody", PICTURE)


@EVERY_VERSION
def test_the_picture_of_another_needs_the_permission(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.add_user("bob")

    with pytest.raises(PermissionRefused):
        avatars.set_avatar(client_as(stand_in, "bob", fake_clock), stand_in.admin.user_id, PICTURE)


def test_the_account_stands_before_the_picture() -> None:
    """A server that read the picture first might give it to the service account itself."""
    script = Script(says_yes())

    avatars.set_avatar(client_of(script), "u1", Image(CONTENT, "image/png", 'a"b\r\nX-Evil: 1.png'))

    (request,) = script.requests
    user, image = parts_of(request)
    assert (user["Content-Disposition"], user.get_payload()) == ('form-data; name="userId"', "u1")
    assert image["Content-Disposition"] == 'form-data; name="image"; filename="a%22b%0D%0AX-Evil: 1.png"'
    assert (image["Content-Type"], image.get_payload(decode=True)) == ("image/png", CONTENT)
    assert int(request.headers["Content-Length"]) == len(request.content)
    assert request.headers["Accept"] == "application/json"


@pytest.mark.parametrize(
    "image",
    [
        Image(b"", "image/png", "a.png"),
        Image(b"<html>", "text/html", "a.html"),
        Image(CONTENT, "", "a.png"),
        Image(CONTENT, "image/png\r\nX-Evil: 1", "a.png"),
    ],
)
def test_what_is_no_picture_is_not_sent(image: Image) -> None:
    script = Script(says_yes())

    with pytest.raises(InvalidField) as caught:
        avatars.set_avatar(client_of(script), "u1", image)

    assert (caught.value.field, caught.value.endpoint, script.requests) == ("avatar", "v1/users.setAvatar", [])


@pytest.mark.parametrize(
    "answer",
    [
        says_no("File type is not accepted. [error-invalid-file-type]", "error-invalid-file-type"),
        says_no("File exceeds allowed size of 2 MB. [error-file-too-large]", "error-file-too-large"),
        says_no("[error-file-too-large]", "error-file-too-large"),
        says_no("Invalid avatar content type [error-avatar-invalid-content-type]", "error-avatar-invalid-content-type"),
        says_no("Input file contains unsupported image format"),
        says_no("VipsJpeg: Premature end of JPEG file", status=413),
        httpx2.Response(413, text="<html><h1>413 Request Entity Too Large</h1></html>"),
        recorded("115"),
    ],
    ids=range(8),
)
def test_what_the_server_does_not_take_is_told_as_such(answer: httpx2.Response) -> None:
    with pytest.raises(InvalidField) as caught:
        avatars.set_avatar(client_of(Script(answer)), "u1", PICTURE)

    assert (caught.value.field, caught.value.endpoint) == ("avatar", "v1/users.setAvatar")


@pytest.mark.parametrize(
    "answer,error",
    [
        (httpx2.Response(500), BadAnswer),
        (says_no("Change avatar is not allowed [error-not-allowed]", "error-not-allowed"), PermissionRefused),
        (says_no("Some new rule [error-some-new-rule]", "error-some-new-rule"), Refused),
        (httpx2.Response(404, json={"status": "error", "message": "API endpoint does not exist"}), Refused),
    ],
)
def test_what_is_no_fault_of_the_picture_is_none(answer: httpx2.Response, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        avatars.set_avatar(client_of(Script(answer)), "u1", PICTURE)

    assert not isinstance(caught.value, InvalidField)


@pytest.mark.parametrize("failure", [httpx2.ReadTimeout("late"), says_no("Not an image"), httpx2.Response(413)])
def test_a_failure_shows_nothing_of_the_picture(failure: httpx2.Response | Exception) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
        avatars.set_avatar(client_of(Script(failure)), "u1", PICTURE)

    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "nobody-reads-this" not in "".join(shown.format())


def test_a_file_shows_neither_content_nor_name() -> None:
    assert repr(PICTURE) == "Image(content_type='image/png')"
    assert repr(File(CONTENT, "image/png", "ada.png")) == "File(content_type='image/png')"
