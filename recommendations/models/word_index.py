"""The column that searching reads, and how each database is asked."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler

# PostgreSQL's own form of the column, made by the database and indexed; Django does not know of it.
VECTOR = "search_vector"


class WordIndex(models.TextField):  # type: ignore[type-arg]
    """What `danish.index` makes of a row's texts."""


@WordIndex.register_lookup
class Finds(Lookup):
    """`search_words__finds=term`: a `danish.Term` finds one of the row's tokens.

    Tokens are letters, digits, "." and "=": none of them means anything to LIKE or to a quoted tsquery lexeme.
    """

    lookup_name = "finds"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        patterns = [f"% {token} %" for token in sorted(self.rhs.whole)]
        patterns += [f"% {beginning}%" for beginning in sorted(self.rhs.beginnings)]
        conditions = " OR ".join([f"{column} LIKE %s"] * len(patterns))
        return f"({conditions})", [*params, *patterns]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        lexemes = [f"'{token}'" for token in sorted(self.rhs.whole)]
        lexemes += [f"'{beginning}':*" for beginning in sorted(self.rhs.beginnings)]
        # Not quote_name: the aliases that Django gives the tables of a subquery stand unquoted, and must here too.
        alias, vector = compiler.quote_name_unless_alias(self.lhs.alias), connection.ops.quote_name(VECTOR)
        return f"{alias}.{vector} @@ %s::tsquery", [" | ".join(lexemes)]
