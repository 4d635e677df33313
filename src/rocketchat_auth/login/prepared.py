"""Statements that are turned into SQL once: that takes Django several times as long as the database's own work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLInsertCompiler

_KEPT = "rocketchat_auth_prepared"

Converter = Callable[[Any, Any, BaseDatabaseWrapper], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    converters: Sequence[tuple[int, Sequence[Converter], Expression]]


class Prepared:
    """A query for the rows of a model with one value in one field, of which the first row is wanted.

    Args:
        model: whose rows they are.
        name: the field.
        columns: what is wanted of a row.
        order: what comes first, as ``order_by`` has it.
    """

    def __init__(self, model: type[Model], name: str, columns: Sequence[str], order: Sequence[str] = ()) -> None:
        self._model = model
        self._field = cast("Field[Any, Any]", model._meta.get_field(name))
        self._columns = columns
        self._order = order

    def first(self, value: object) -> tuple[Any, ...] | None:
        """The first row with ``value``, or ``None``."""
        connection = connections[router.db_for_read(self._model)]
        # What is compiled knows its connection, and so is kept with it: a dictionary here would keep both for ever.
        kept: dict[Prepared, _Compiled | None] = vars(connection).setdefault(_KEPT, {})
        if self not in kept:
            kept[self] = self._compile(connection, value)
        compiled = kept[self]
        if compiled is None:
            return self._query(value).first()
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, [self._field.get_db_prep_value(value, connection)])
            row = cursor.fetchone()
        return None if row is None else _converted(row, compiled, connection)

    def _query(self, value: object) -> QuerySet[Any, Any]:
        rows = self._model._default_manager.filter(**{self._field.attname: value})
        return rows.order_by(*self._order).values_list(*self._columns)

    def _compile(self, connection: BaseDatabaseWrapper, value: object) -> _Compiled | None:
        compiler = self._query(value)[:1].query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        if len(parameters) != 1:  # the value is not alone, as where a database takes the limit for a parameter
            return None
        converters = compiler.get_converters([selected[0] for selected in compiler.select])
        return _Compiled(sql, [(index, *found) for index, found in converters.items()])


class PreparedInsert:
    """The insertion of a row, for a model whose primary key the database makes up.

    Nobody is told: neither by Django's signals, nor does the row learn its primary key.
    """

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._fields: list[Field[Any, Any]] = [field for field in model._meta.concrete_fields if not field.primary_key]

    def add(self, row: Model) -> None:
        """Insert ``row``. Raises :class:`django.db.IntegrityError` where a constraint forbids it."""
        connection = connections[router.db_for_write(self._model)]
        kept: dict[PreparedInsert, str] = vars(connection).setdefault(_KEPT, {})
        if self not in kept:
            kept[self] = self._compile(connection, row)
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in self._fields]
        with connection.cursor() as cursor:
            cursor.execute(kept[self], values)

    def _compile(self, connection: BaseDatabaseWrapper, row: Model) -> str:
        query = InsertQuery(self._model)
        query.insert_values(self._fields, [row])
        [(sql, _)] = cast("SQLInsertCompiler", query.get_compiler(connection=connection)).as_sql()
        return sql


def _converted(row: Sequence[Any], compiled: _Compiled, connection: BaseDatabaseWrapper) -> tuple[Any, ...]:
    values = list(row)
    for index, converters, expression in compiled.converters:
        for convert in converters:
            values[index] = convert(values[index], expression, connection)
    return tuple(values)
