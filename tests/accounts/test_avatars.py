"""Which pictures are taken, and by what a new one is known."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage, Storage
from django.db import models
from django.db.models.fields.files import FieldFile
from django.test.utils import isolate_apps

from rocketchat_auth.accounts.avatars import MAX_BYTES, AvatarUnusable, key_of, load
from tests.rest.loopback import Loopback, answer, loopback

PNG = b"\x89PNG\r\n\x1a\n-and-the-rest"
JPEG = b"\xff\xd8\xff\xe0-and-the-rest"
GIF = b"GIF89a-and-the-rest"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 -and-the-rest"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
SECRET = "X-Amz-Signature=f00d"


class BrokenStorage(InMemoryStorage):
    """A storage somewhere else, whose library fails in its own way and tells a secret."""

    def _open(self, name: str, mode: str = "rb") -> Any:
        raise LookupError(f"https://bucket.example.com/{name}?{SECRET}")


def file_in(storage: Storage, name: str, content: bytes | None = PNG) -> FieldFile:
    """The value of a file field whose file lies in that storage, unless there is no content."""
    with isolate_apps("tests.people"):

        class Person(models.Model):  # noqa: DJ008 - nobody reads it
            picture = models.FileField(storage=storage)

            class Meta:
                app_label = "people"

    if content is not None:
        storage.save(name, ContentFile(content))
    person = Person(picture=name)
    assert isinstance(person.picture, FieldFile)
    return person.picture


@pytest.fixture
def disk(tmp_path: Any) -> FileSystemStorage:
    return FileSystemStorage(tmp_path, allow_overwrite=True)


@pytest.fixture
def elsewhere() -> InMemoryStorage:
    """A storage whose files have no path, as those of a cloud have none."""
    return InMemoryStorage()


class TestTheMark:
    def test_of_a_file_changes_with_its_name(self, disk: FileSystemStorage) -> None:
        assert key_of(file_in(disk, "ada.png")) != key_of(file_in(disk, "ada-2.png"))

    def test_of_a_file_that_is_overwritten_changes_with_its_size(self, disk: FileSystemStorage) -> None:
        before = key_of(file_in(disk, "ada.png"))

        assert key_of(file_in(disk, "ada.png", PNG + b"more")) != before

    def test_of_the_same_file_is_the_same(self, disk: FileSystemStorage) -> None:
        assert key_of(file_in(disk, "ada.png")) == key_of(file_in(disk, "ada.png")) == f"ada.png {len(PNG)}"

    def test_asks_no_storage_that_is_elsewhere(self, elsewhere: InMemoryStorage) -> None:
        assert key_of(file_in(elsewhere, "ada.png")) == "ada.png"

    @pytest.mark.parametrize("name", ["lost.png", "../../outside.png"])
    def test_of_a_file_that_cannot_be_had_is_its_name(self, disk: FileSystemStorage, name: str) -> None:
        assert key_of(file_in(disk, name, None)) == name

    def test_of_a_plain_url_is_the_url(self) -> None:
        assert key_of("https://example.com/ada.png") == "https://example.com/ada.png"

    @pytest.mark.parametrize(
        "url",
        [
            f"https://example.com/ada.png?{SECRET}",
            f"https://ada:{SECRET}@example.com/ada.png",
            f"https://example.com/ada.png#{SECRET}",
            f"https://[example.com/ada.png?{SECRET}",
        ],
    )
    def test_of_a_url_keeps_its_secrets_and_changes_with_them(self, url: str) -> None:
        assert SECRET not in key_of(url)
        assert key_of(url) == key_of(url)
        assert key_of(url) != key_of(url.replace("f00d", "beef"))

    @pytest.mark.parametrize("picture", [None, ""])
    def test_of_no_picture_is_empty(self, picture: str | None) -> None:
        assert key_of(picture) == ""

    def test_of_an_empty_field_is_empty(self, disk: FileSystemStorage) -> None:
        assert key_of(file_in(disk, "", None)) == ""


class TestAFile:
    @pytest.mark.parametrize(
        "content, kind", [(PNG, "png"), (JPEG, "jpeg"), (GIF, "gif"), (GIF.replace(b"9", b"7"), "gif"), (WEBP, "webp")]
    )
    def test_is_known_by_how_it_begins_and_not_by_its_name(
        self, content: bytes, kind: str, disk: FileSystemStorage
    ) -> None:
        image = load(file_in(disk, "picture.txt", content))

        assert (image.content, image.content_type, image.filename) == (content, f"image/{kind}", f"avatar.{kind}")

    @pytest.mark.parametrize("content", [SVG, b"", b"RIFF\x24\x00\x00\x00WAVEfmt ", b"<!doctype html>"])
    def test_that_browsers_would_not_show_is_refused(self, content: bytes, disk: FileSystemStorage) -> None:
        with pytest.raises(AvatarUnusable, match="no PNG, JPEG, GIF or WebP"):
            load(file_in(disk, "ada.png", content))

    def test_as_large_as_may_be_is_taken(self, elsewhere: InMemoryStorage) -> None:
        picture = file_in(elsewhere, "ada.png", PNG.ljust(MAX_BYTES))

        assert len(load(picture).content) == MAX_BYTES

    def test_that_is_larger_is_refused(self, elsewhere: InMemoryStorage) -> None:
        with pytest.raises(AvatarUnusable, match="more than 5 MB"):
            load(file_in(elsewhere, "ada.png", PNG.ljust(MAX_BYTES + 1)))

    def test_that_is_lost_is_said_to_be(self, disk: FileSystemStorage) -> None:
        with pytest.raises(AvatarUnusable, match=r"The file lost\.png .* cannot be read \(FileNotFoundError\)"):
            load(file_in(disk, "lost.png", None))

    def test_whose_storage_fails_is_refused_without_what_the_storage_said(self) -> None:
        with pytest.raises(AvatarUnusable, match="LookupError") as caught:
            load(file_in(BrokenStorage(), "ada.png"))
        assert SECRET not in str(caught.value)
        assert caught.value.__context__ is None

    def test_is_read_on_its_own_while_the_site_reads_it_too(self, disk: FileSystemStorage) -> None:
        picture = file_in(disk, "ada.png")
        with picture.open("rb") as opened:
            assert opened.read(4) == PNG[:4]
            assert load(picture).content == PNG
            assert opened.read() == PNG[4:]


class TestAUrl:
    @pytest.fixture
    def server(self) -> Iterator[Loopback]:
        with loopback(answer(PNG, b"Content-Type: text/html")) as running:
            yield running

    def test_is_fetched_and_judged_by_its_content(self, server: Loopback) -> None:
        image = load(f"{server.url}/ada", may_connect=lambda address: True)

        assert (image.content, image.content_type) == (PNG, "image/png")

    def test_inside_of_the_site_s_network_is_refused_by_default(self, server: Loopback) -> None:
        with pytest.raises(AvatarUnusable, match=r"cannot be fetched: .* is inside of a private network") as caught:
            load(f"{server.url}/ada?{SECRET}")
        assert server.connections == 0
        assert SECRET not in str(caught.value)

    def test_of_a_site_s_own_file_is_answered_with_what_to_give_instead(self) -> None:
        with pytest.raises(AvatarUnusable, match="give the field itself"):
            load("/media/ada.png")
