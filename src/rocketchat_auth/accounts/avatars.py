"""The picture of an account."""

from django.db.models.fields.files import FieldFile


def key_of(picture: FieldFile | str | None) -> str:
    """A mark that changes when the picture does."""
    return str(picture) if picture else ""
