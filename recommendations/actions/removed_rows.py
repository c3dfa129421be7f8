"""Rows that are taken out of a source again, one or many in one act, as long as nobody has read it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from recommendations.actions import state
from recommendations.actions.rows import RowContent, is_mentioned, require_only_typed, row_lines
from recommendations.actions.sources import check_administers, locked, tell
from recommendations.actions.turns import in_turn
from recommendations.enums import Act
from recommendations.models import Event, Item, Ownership, Publication, VoteShare, Wording


@in_turn()
def remove_item(*, by: User, item: Item, request_key: UUID | None = None) -> None:
    """Take a row out of a source that is not public yet. One that is gone already stays gone."""
    check_administers(by)
    source = locked(item.publication)
    found = Item.objects.select_related("publication", "wording").filter(pk=item.pk).first()
    if found is None or state.done_before(request_key):
        return
    require_only_typed(found)
    if found.children.exists():
        raise ValidationError(_("»%(row)s« har rækker under sig. Tag dem ud først, eller flyt dem.") % {"row": found})
    said = str(RowContent.of(found))
    try:
        _delete([found])
    except ProtectedError as protected:
        raise ValidationError(is_mentioned(found)) from protected
    tell(Act.ITEM_REMOVED, by, source, {"row": [said, ""]}, request_key, publication=source)


@in_turn()
def remove_items(*, by: User, publication: Publication, items: Collection[Item]) -> None:
    """Take rows out of a source that is not public yet, at once: all of them or, where one has to stay, none."""
    check_administers(by)
    source = locked(publication)
    found = list(
        source.items.filter(pk__in=[item.pk for item in items]).select_related("publication", "wording").order_by("pk")
    )
    if not found:
        return
    is_above_others = source.items.filter(parent__in=found).exclude(pk__in=[item.pk for item in found]).exists()
    if source.is_public or is_above_others or Event.objects.filter(item__in=found).exists():
        raise ValidationError(_("Nogle af rækkerne kan ikke tages ud. Tag dem ud én ad gangen."))
    try:
        _delete(found)
    except ProtectedError as protected:
        raise ValidationError(is_mentioned(found[0])) from protected
    tell(Act.ITEM_REMOVED, by, source, {"rows": [row_lines(found), ""]}, None, publication=source)


def _delete(items: Collection[Item]) -> None:
    """The rows and what was typed with them; what else points at one stands in the way."""
    here = Item.objects.filter(pk__in=[item.pk for item in items])
    VoteShare.objects.filter(item__in=here).delete()
    here.update(wording=None)
    for model, newer in ((Ownership, "replacements"), (Wording, "corrections")):
        while rows := model._base_manager.filter(item__in=here):  # a correction before what it corrects
            rows.filter(**{newer: None}).delete()
    for depth in sorted({item.path.count("!") for item in items}, reverse=True):  # what stands under others first
        here.filter(pk__in=[item.pk for item in items if item.path.count("!") == depth]).delete()
