"""Whose pages an address is: the host name chooses the municipality, and the request is about its rows alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections, router
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils import timezone

from recommendations import data_version, prepared, tenancy
from recommendations.models import Event, Municipality
from recommendations.models.municipality import of_host
from recommendations.models.recorded import at_one_moment, never_before

NOBODY = (
    "Der er ingen kommune på denne adresse. Har installationen en enkelt kommune, så kør »manage.py prepare«; har den "
    "flere, så skriv værtsnavnet hos den rigtige under »Kommuner«."
)
# Cookies of somebody who has logged in or has been given a form. Others are not ours.
OURS = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"}
STAFF = ("/admin/", "/konto/", "/svar/")

FIELDS = Municipality._meta.concrete_fields
COLUMNS = [field.attname for field in FIELDS]
HOSTS = COLUMNS.index("hosts")
# Written by hand: it is asked at every request, and the ORM takes longer to put it together than it takes to answer.
EACH_AND_ITS_LAST_EVENT = (
    f"SELECT {', '.join(f'm.{field.column}' for field in FIELDS)}, e.id, e.at"
    f" FROM {Municipality._meta.db_table} m LEFT JOIN {Event._meta.db_table} e"
    f" ON e.id = (SELECT max(id) FROM {Event._meta.db_table} WHERE municipality_id = m.id) ORDER BY m.id"
)


class Served(NamedTuple):
    """A municipality, and its data version: the key and the moment of its last event."""

    municipality: Municipality
    version: int
    at: datetime | None


class MunicipalityOfHost:
    """Activates the municipality for the request, and for anybody's the data version, and one moment as now.

    A 404 in words where the host name belongs to none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host, _port = split_domain_port(request.get_host())
        served = _served(host)
        if served is None:
            return HttpResponse(NOBODY, status=404, content_type="text/plain; charset=utf-8")
        with tenancy.active(served.municipality):
            if not is_anybodys(request):
                with never_before(served.at):
                    return self.get_response(request)
            # Where another node's clock is ahead, what it wrote last is known all the same.
            now = timezone.now() if served.at is None else max(timezone.now(), served.at)
            version = served.version if settings.KEEPS_PAGES else None
            with data_version.during(version, served.at), at_one_moment(now):
                return self.get_response(request)


def is_anybodys(request: HttpRequest) -> bool:
    """Whether it only reads, and comes from nobody in particular."""
    is_read = request.method in ("GET", "HEAD") and not request.path_info.startswith(STAFF)
    return is_read and not ("HTTP_COOKIE" in request.META and OURS & request.COOKIES.keys())


def _served(host: str) -> Served | None:
    database = router.db_for_read(Municipality)
    found = of_host(host, [(row[HOSTS].split(), row) for row in _each_and_its_last_event(database)])
    if found is None:
        return None
    *stored, version, at = found
    values = [field.to_python(value) for field, value in zip(FIELDS, stored, strict=True)]
    if at is not None and timezone.is_naive(at):  # as SQLite keeps it
        at = at.replace(tzinfo=UTC)
    return Served(Municipality.from_db(database, COLUMNS, values), version or 0, at)


def _each_and_its_last_event(database: str) -> list[tuple[Any, ...]]:
    """The first statement of a request shows whether a connection that was kept still lives, so it is not asked
    (`SELECT 1`) beforehand. One that had been lost, or whose plans no longer fit the tables, is opened anew. One query.
    """
    connection: Any = connections[database]
    connection.health_check_done = was_kept = connection.connection is not None
    try:
        return _rows(connection)
    except (DatabaseError, InterfaceError):
        if not was_kept or connection.in_atomic_block:
            raise
    connection.close()
    return _rows(connection)


def _rows(connection: Any) -> list[tuple[Any, ...]]:
    with prepared.cursor(connection) as cursor:
        cursor.execute(EACH_AND_ITS_LAST_EVENT)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
