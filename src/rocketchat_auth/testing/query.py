"""MongoDB queries over documents in memory, as far as the REST API's `query` parameter needs them."""

import re
from collections.abc import Iterable
from typing import Any

from rocketchat_auth.testing.errors import ApiError
from rocketchat_auth.testing.store import Document


def matches(document: Document, query: Document) -> bool:
    """Whether the document fits the query: equality, $in, $ne, $exists, $regex with $options, $and, $or.

    Raises:
        ApiError: `error-invalid-query` for any other operator.
    """
    return all(_fits(document, name, wanted) for name, wanted in query.items())


def in_order(documents: list[Document], order: Document) -> list[Document]:
    """The documents in the order of some of their fields, each of which is named with 1 or -1."""
    for name, direction in reversed(order.items()):
        path = name.split(".")
        documents = sorted(
            documents,
            key=lambda document: [str(value) for value in _values(document, path)],
            reverse=direction == -1,
        )
    return documents


def _fits(document: Document, name: str, wanted: Any) -> bool:
    if name == "$and":
        return all(matches(document, part) for part in wanted)
    if name == "$or":
        return any(matches(document, part) for part in wanted)
    values = list(_values(document, name.split(".")))
    if not isinstance(wanted, dict):
        return wanted in values
    return all(_operate(values, operator, operand, wanted) for operator, operand in wanted.items())


def _operate(values: list[Any], operator: str, operand: Any, wanted: Document) -> bool:
    match operator:
        case "$in":
            return any(value in operand for value in values)
        case "$ne":
            return operand not in values
        case "$exists":
            return bool(values) is bool(operand)
        case "$regex":
            flags = re.IGNORECASE if "i" in wanted.get("$options", "") else 0
            pattern = re.compile(operand, flags)
            return any(isinstance(value, str) and pattern.search(value) for value in values)
        case "$options":
            return True
        case _:
            raise ApiError(f"Invalid attribute: {operator}", "error-invalid-query")


def _values(document: Any, path: list[str]) -> Iterable[Any]:
    if isinstance(document, list):
        for item in document:
            yield from _values(item, path)
        return
    if not path:
        yield document
    elif isinstance(document, dict) and path[0] in document:
        yield from _values(document[path[0]], path[1:])
