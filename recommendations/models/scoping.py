"""Every query belongs to a municipality (multi-tenancy by django-scopes): one that forgets to say which raises."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_scopes import ScopedManager
from django_scopes.exceptions import ScopeError
from django_scopes.manager import DisabledQuerySet


class Unscoped(DisabledQuerySet):
    """What a manager answers outside a municipality: the package's refusal, also of what it and our querysets leave."""

    exists = DisabledQuerySet.error
    explain = DisabledQuerySet.error

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise ScopeError(f"{self.model.__name__}.objects.{name}: no municipality is active. Use scope(municipality=…).")


def scoped(queryset: type[models.QuerySet[Any]], path: str = "municipality", *, only: models.Q | None = None) -> Any:
    """The manager of `queryset` whose rows are those of the active municipality; `path` leads from a row to it.

    `only` narrows it further: how a proxy has rows of its own kinds.
    """

    class Scoped(models.Manager.from_queryset(queryset)):  # type: ignore[misc]
        pass

    manager = ScopedManager(municipality=path, _manager_class=Scoped)
    package_class = type(manager)

    class Guarded(package_class):  # type: ignore[misc, valid-type]
        def get_queryset(self) -> Any:
            found = super().get_queryset()
            if isinstance(found, DisabledQuerySet):
                return Unscoped(self.model, using=self._db, missing_scopes=found.missing_scopes)
            return found if only is None else found.filter(only)

    Guarded.__qualname__ = Guarded.__name__ = f"Scoped{queryset.__name__.removesuffix('QuerySet')}Manager"
    return Guarded()
