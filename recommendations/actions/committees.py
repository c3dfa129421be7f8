"""Reorganisation: one committee takes over from another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions.state import save_as
from recommendations.enums import CLOSED
from recommendations.models import Committee, Lineage, Ownership, Succession, TrackedItem, for_item


@dataclass(frozen=True)
class HandOver:
    """What one hand-over did: the recorded act and the items that changed hands."""

    succession: Succession
    items: tuple[TrackedItem, ...]


def open_items_of(committee: Committee) -> list[TrackedItem]:
    """What `hand_over` moves when nothing else is said: the items the committee owns that are not closed."""
    return [row.item for row in _owned(committee) if row.item.status not in CLOSED]


def _owned(committee: Committee) -> list[Ownership]:
    rows = Ownership.objects.filter(committee=committee, valid_to__isnull=True)
    items = ("recommendation__publication", "initiative__publication")
    return sorted(
        rows.select_related(*items),
        key=lambda row: (row.item.publication.position, row.item.publication.slug, row.item.ABOUT, row.item.sort_key),
    )


@transaction.atomic
def hand_over(
    *,
    by: User,
    predecessor: Committee,
    successor: Committee,
    on: date,
    reason: str = "",
    items: Collection[TrackedItem] | None = None,
    predecessor_ends: bool = True,
) -> HandOver:
    """Let `successor` own from the day `on` what `predecessor` owned: `items`, or all open items when none are named.

    Old updates keep the old name; closed items stay where they were. With `predecessor_ends=False` only tasks move.
    """
    if not permissions.can_reorganise(by):
        raise PermissionDenied(_("Kun en administrator kan registrere, at et udvalg er ændret."))
    predecessor = Committee.objects.select_for_update().get(pk=predecessor.pk)
    if problems := _problems(predecessor, successor, on, predecessor_ends):
        raise ValidationError(problems)

    owned = _owned(predecessor)
    if items is None:
        moving = [row for row in owned if row.item.status not in CLOSED]
    else:
        wanted = {(item.ABOUT, item.pk) for item in items}
        moving = [row for row in owned if (row.item.ABOUT, row.item.pk) in wanted]
        if len(moving) < len(wanted):
            raise ValidationError(
                {
                    "items": _("Nogle af de valgte rækker ejes ikke længere af %(name)s. Genindlæs siden.")
                    % {"name": predecessor.name}
                }
            )
    too_young = [str(row.item) for row in moving if row.valid_from >= on]
    if too_young:
        raise ValidationError(
            {
                "on": _(
                    "Skiftet kan ikke ske, før ejerskabet er begyndt. Vælg en senere dato, eller udelad: %(items)s."
                )
                % {"items": "; ".join(too_young)}
            }
        )

    succession = Succession(predecessor=predecessor, successor=successor, on=on, reason=reason.strip(), recorded_by=by)
    save_as(by, succession)
    if predecessor_ends and predecessor.valid_to is None:
        predecessor.valid_to = on
        save_as(by, predecessor)
    for row in moving:
        _move(by, row, succession)
    return HandOver(succession, tuple(row.item for row in moving))


def _problems(predecessor: Committee, successor: Committee, on: date, predecessor_ends: bool) -> dict[str, str]:
    problems = {}
    if predecessor.pk == successor.pk:
        problems["successor"] = _("Et udvalg kan ikke afløse sig selv. Vælg to forskellige udvalg.")
    elif predecessor.pk in Lineage.load().with_successors(successor.pk):
        problems["successor"] = _("%(new)s er selv afløst af %(old)s. Byt om på de to udvalg.") % {
            "new": successor.name,
            "old": predecessor.name,
        }
    elif Succession.objects.filter(predecessor=predecessor, successor=successor).exists():
        problems["successor"] = _("Skiftet mellem de to udvalg er allerede registreret.")
    if not successor.exists_on(on):
        problems["on"] = _("%(name)s findes ikke den dag. Ret datoen, eller ret udvalgets «findes fra».") % {
            "name": successor.name
        }
    elif predecessor_ends and predecessor.valid_to not in (None, on):
        problems["on"] = _("%(name)s er allerede registreret som ophørt en anden dag. Brug den samme dato.") % {
            "name": predecessor.name
        }
    elif predecessor.valid_from and predecessor.valid_from >= on:
        problems["on"] = _("%(name)s fandtes ikke før den dag. Vælg en senere dato.") % {"name": predecessor.name}
    return problems


def _move(by: User, row: Ownership, succession: Succession) -> None:
    row.valid_to, row.end_recorded_at = succession.on, timezone.now()
    save_as(by, row)
    already = Ownership.objects.filter(**for_item(row.item), committee=succession.successor, valid_to__isnull=True)
    if not already.exists():
        save_as(
            by,
            Ownership(
                **for_item(row.item),
                committee=succession.successor,
                role=row.role,
                valid_from=succession.on,
                succession=succession,
                recorded_by=by,
            ),
        )
