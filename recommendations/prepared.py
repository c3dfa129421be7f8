"""Statements that are written once: the SQL of a queryset, kept by the process and run again with other values.

Django writes a query's text anew each time it asks, which costs more than a small query takes to run. A page that asks
the same thing for each visitor asks it through here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.db import NotSupportedError, connections, router
from django.db.models import BooleanField, DateField, DateTimeField, F, Field, Func, QuerySet, Value
from django.db.models.query import get_related_populators

from recommendations import tenancy
from recommendations.models import Municipality

Make = Callable[..., QuerySet[Any, Any]]
A_DAY = re.compile(r"\d{4}-\d\d-\d\d")  # how both databases are told a day or a moment


class Given(Value):
    """Stands in a queryset for a value that is given, under this name, each time the statement is run.

    A value that the database writes in another way than Python (a date, a moment) needs its `field`.
    """

    def __init__(self, name: str, field: Field[Any, Any] | None = None) -> None:
        super().__init__(name, output_field=field)
        self.kind = field

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def written(self, values: dict[str, Any], connection: Any) -> Any:
        """The value as the database takes it."""
        value = values[self.value]
        return self.kind.get_db_prep_value(value, connection) if self.kind else value


class GivenKeys(Given):
    """The same for many keys, in one parameter."""

    def written(self, values: dict[str, Any], connection: Any) -> Any:
        keys = list(values[self.value])
        return keys if connection.vendor == "postgresql" else json.dumps(keys)


# What most statements are given: the day that is asked about, and the moment until which rows count as known.
DAY: Any = Given("day", DateField())
NOW: Any = Given("now", DateTimeField())


class Among(Func):
    """Condition: the column holds one of the keys given under a name, however many there are."""

    output_field = BooleanField()

    def __init__(self, column: str, name: str) -> None:
        super().__init__(F(column), GivenKeys(name))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        joined = {"template": "%(expressions)s))", "arg_joiner": " IN (SELECT value FROM json_each("}
        return self.as_sql(compiler, connection, **joined, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(", **context)


def cursor(connection: Any) -> Any:
    """A cursor for statements that are asked again and again as they are, on a connection that is kept.

    PostgreSQL plans each of them once for a connection (a server-side prepared statement): planning takes longer than
    asking. Django's own cursors have it plan anew each time. Whoever opens the cursor closes it.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    prepares = import_module("django.db.backends.postgresql.base").ServerBindingCursor
    with connection.wrap_database_errors:
        return connection._prepare_cursor(prepares(connection.connection))


def planned_once(make: Make) -> Make:
    """A decorator: PostgreSQL plans what `make` asks once for each connection, whatever values it is given (`cursor`).

    For what finds its few rows by an index, be the values what they may: a plan that is made for no values in
    particular is then as good as one that is made for these.
    """
    _planned_once.add(make)
    return make


_planned_once: set[Make] = set()


def _with_constants(sql: str, parameters: Sequence[Any], connection: Any) -> tuple[str, list[Given]]:
    """The text with all that is the same each time written into it: only what a plan knows leads it to an index of some
    rows. What is left is `Given`.
    """
    left = iter(parameters)
    given = []

    def written(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%%"
        one = next(left)
        if isinstance(one, Given):
            given.append(one)
            return "%s"
        constant: str = connection.ops.compose_sql("%s", [one])
        return constant.replace("%", "%%")

    return re.sub("%[%s]", written, sql), given


class Statement:
    """The SQL of a queryset for one database, and how its columns become Python's values."""

    def __init__(self, wanted: QuerySet[Any, Any], database: str, *, is_planned_once: bool = False) -> None:
        compiler = wanted.query.get_compiler(database)
        self.database = database
        self.sql, self.parameters = compiler.as_sql()
        if frozen := [one for one in self.parameters if A_DAY.match(str(one))]:
            raise ValueError(f"{frozen} would be asked about for ever: say Given where a day or a moment stands.")
        self.is_planned_once = is_planned_once and connections[database].vendor == "postgresql"
        if self.is_planned_once:
            self.sql, self.parameters = _with_constants(self.sql, self.parameters, connections[database])
        self.converters = list(compiler.get_converters([column for column, *_rest in compiler.select]).items())
        if compiler.klass_info:
            place = slice(compiler.klass_info["select_fields"][0], compiler.klass_info["select_fields"][-1] + 1)
            self.model, self.place = compiler.klass_info["model"], place
            self.names = [column.target.attname for column, *_rest in compiler.select[place]]
            self.related = get_related_populators(compiler.klass_info, compiler.select, database)  # type: ignore[call-arg]
            self.annotations = list(compiler.annotation_col_map.items())

    def rows(self, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """All rows, as they are with `values`. One query."""
        connection = connections[self.database]
        written = [one.written(values, connection) if isinstance(one, Given) else one for one in self.parameters]
        try:
            found = self._asked(connection, written)
        except NotSupportedError:  # a table was changed after its plan was made
            if connection.in_atomic_block:
                raise
            connection.close()
            found = self._asked(connection, written)
        return [self._converted(row, connection) for row in found] if self.converters else found

    def _asked(self, connection: Any, written: list[Any]) -> list[tuple[Any, ...]]:
        with cursor(connection) if self.is_planned_once else connection.cursor() as asking:
            asking.execute(self.sql, written)
            found: list[tuple[Any, ...]] = asking.fetchall()
            return found

    def _converted(self, row: tuple[Any, ...], connection: Any) -> tuple[Any, ...]:
        columns = list(row)
        for place, (converters, expression) in self.converters:
            for converter in converters:
                columns[place] = converter(columns[place], expression, connection)
        return tuple(columns)

    def objects(self, values: dict[str, Any]) -> list[Any]:
        """The same as model objects, as Django's own `ModelIterable` makes them; but what many rows belong to is one
        object for all of them.
        """
        found = []
        made: dict[tuple[int, Any], Any] = {}
        for row in self.rows(values):
            one = self.model.from_db(self.database, self.names, row[self.place])
            for related in self.related:
                if related.related_populators or related.reorder_for_init:
                    related.populate(row, one)
                    continue
                columns = row[related.cols_start : related.cols_end]
                key = (related.cols_start, columns[related.pk_idx])
                if key not in made and key[1] is not None:
                    made[key] = related.model_cls.from_db(self.database, related.init_list, columns)
                other = made.get(key)
                related.local_setter(one, other)
                if other is not None:
                    related.remote_setter(other, one)
            for name, place in self.annotations:
                setattr(one, name, row[place])
            found.append(one)
        return found


@lru_cache(maxsize=256)
def _statement(make: Make, shape: tuple[Hashable, ...], database: str, municipality: int) -> Statement:
    return Statement(make(*shape), database, is_planned_once=make in _planned_once)


def _kept(make: Make, shape: tuple[Hashable, ...]) -> Statement:
    return _statement(make, shape, router.db_for_read(Municipality), tenancy.current().pk)


def rows(make: Make, *shape: Hashable, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of the `values_list` that `make(*shape)` gives, with `values` where it says `Given`. One query.

    `make` is a function of a module. It is called once for each shape and municipality, so all that differs between two
    visitors, the moment "now" among it, is `Given`.
    """
    return _kept(make, shape).rows(values)


def objects(make: Make, *shape: Hashable, **values: Any) -> list[Any]:
    """The same of a queryset of model objects, with its annotations and `select_related`; nothing is prefetched."""
    return _kept(make, shape).objects(values)
