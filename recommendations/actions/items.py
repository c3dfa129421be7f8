"""What a source lists: where each row stands, how it is supported, and how rows of different sources hang together.

`by` is None for what is read from a file that comes with the source. The words of a row: see `wordings`.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import danish, tenancy
from recommendations.actions import state
from recommendations.actions.sources import address_of, check_administers, fill, locked, refuse, tell
from recommendations.actions.turns import in_turn
from recommendations.actions.wordings import ItemWords, add_wording
from recommendations.enums import Act, ItemKind, Nature, ShareBasis, VoteOption
from recommendations.lifecycle import Problems
from recommendations.models import Addressee, Item, Publication, Relation, StatusUpdate, VoteShare
from recommendations.models.item import check_number

NO_VOTES = gettext_lazy("En overskrift har ingen stemmer. Vælg den række, der blev stemt om.")

# --- Items ------------------------------------------------------------------------------------------------------------


class ItemFields(TypedDict, total=False):
    """What somebody says of an item, its words aside; `Item` explains each."""

    kind: str
    number: str
    parent: Item | None
    place: int
    addressee: Addressee | None
    target_group: str
    carries_out: Collection[Item]


@in_turn()
def add_item(
    *,
    by: User | None,
    publication: Publication,
    words: ItemWords,
    valid_from: date | None = None,
    request_key: UUID | None = None,
    **fields: Unpack[ItemFields],
) -> Item:
    """Add a row to a source, with its words; they hold from the day that the source exists, unless told otherwise."""
    check_administers(by)
    if (done := state.done_before(request_key)) and done.item:
        return done.item
    item = Item(publication=locked(publication))
    carries_out = place_item(item, fields)
    state.checked(item)
    if carries_out:
        item.carries_out.set(carries_out)
    first_day = valid_from or min(publication.exists_from or timezone.localdate(), timezone.localdate())
    add_wording(by=by, item=item, words=words, valid_from=first_day)
    state.refresh_standings([item])
    changes = state.changed_fields(None, item) | _numbers_changed([], carries_out or [])
    tell(Act.ITEM_ADDED, by, item.wording, changes, request_key, item=item)
    return item


@in_turn()
def change_item(*, by: User | None, item: Item, request_key: UUID | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Change what is named of an item: place, number, whom it is directed to. What is below it follows.

    Another number in a source that is public is a correction; the address with the old one leads on.
    """
    check_administers(by)
    if (done := state.done_before(request_key)) and done.item:
        return done.item
    locked(item.publication)
    item = state.lock(item)
    before, carried_before = copy(item), list(item.carries_out.order_by("path"))
    carries_out = place_item(item, fields)
    changes = state.changed_fields(before, item)
    if carries_out is not None:
        changes |= _numbers_changed(carried_before, carries_out)
    if not changes:
        return item
    state.checked(item)
    if carries_out is not None:
        item.carries_out.set(carries_out)
    move_what_is_below(item, before.path)
    state.refresh_search([item])
    is_public = item.publication.is_public
    nature = Nature.CORRECTION if is_public and "number" in changes else Nature.HOUSEKEEPING
    tell(Act.ITEM_CHANGED, by, item, changes, request_key, nature=nature, item=item)
    return item


def place_item(item: Item, fields: ItemFields) -> list[Item] | None:
    """Fill in the fields, and hold them against the rest of the source. What it is to carry out, where that is said."""
    fill(item, {name: value for name, value in fields.items() if name != "carries_out"})
    if item.parent_id:  # as it stands now, wherever it was when the form was opened
        item.parent = Item.objects.select_related("publication", "wording").get(pk=item.parent_id)
    carries_out = sorted(fields["carries_out"], key=lambda other: other.path) if "carries_out" in fields else None
    problems = _number_problems(item) | _parent_problems(item)
    if item.pk:
        problems |= _kind_problems(item)
        if item in (carries_out or ()):
            problems["carries_out"] = _("En række kan ikke udføre sig selv. Vælg en anden.")
    refuse(problems)
    item.number_key, item.path = item.number.casefold(), item.path_below(item.parent)
    require_room_for(item.path)
    return carries_out


def require_room_for(path: str) -> None:
    if len(path) > (Item._meta.get_field("path").max_length or 0):
        refuse({"parent": _("Rækken ligger under for mange andre. Vælg en række længere oppe.")})


def _number_problems(item: Item) -> Problems:
    try:
        check_number(item.number)
    except ValidationError as refused:
        return {"number": refused.messages[0]}
    same_room = Q(kind=ItemKind.INITIATIVE) if item.is_initiative else ~Q(kind=ItemKind.INITIATIVE)
    taken = item.publication.items.filter(same_room, number_key=item.number.casefold()).exclude(pk=item.pk).first()
    return {"number": number_is_taken(taken, taken.title)} if taken else {}


def number_is_taken(taken: Item, title: str) -> str:
    words = {"number": taken.number, "title": title}
    return _("Nummeret findes allerede i kilden: »%(number)s %(title)s«. Skriv et andet.") % words


def _parent_problems(item: Item) -> Problems:
    parent = item.parent
    if parent is None:
        return {}
    words = {"parent": str(parent), "source": parent.publication.title}
    if parent.publication_id != item.publication_id:
        return {
            "parent": _("»%(parent)s« står i en anden kilde, »%(source)s«. Vælg en række i den samme kilde.") % words
        }
    stored = Item.objects.filter(pk=item.pk).first() if item.pk else None
    if stored and (parent.pk == stored.pk or parent.path.startswith(f"{stored.path}!")):
        return {"parent": _("»%(parent)s« hører selv under denne række. Vælg en anden.") % words}
    return {}


def _kind_problems(item: Item) -> Problems:
    """A row that nothing is counted of has no votes, no answers and no status."""
    if item.is_counted:
        return {}
    if item.is_heading and item.votes.exists():
        return {"kind": _("En overskrift har ingen stemmer. Behold slagsen, eller ret stemmeandelen først.")}
    if item.answers.exists() or StatusUpdate.objects.published().filter(item=item).exists():
        return {"kind": _("Der er svar eller status på rækken, så den skal tælles med. Behold slagsen.")}
    return {}


def move_what_is_below(item: Item, path_before: str) -> None:
    if item.path == path_before:
        return
    below = list(item.publication.items.select_for_update(of=("self",)).filter(path__startswith=f"{path_before}!"))
    for row in below:
        row.path = item.path + row.path.removeprefix(path_before)
        require_room_for(row.path)
    Item.objects.bulk_update(below, ["path"])


def _numbers_changed(before: Collection[Item], after: Collection[Item]) -> dict[str, list[str]]:
    was, now = [", ".join(other.number for other in these) for these in (before, after)]
    return {"carries_out": [was, now]} if was != now else {}


# --- Support, relations, addressees -----------------------------------------------------------------------------------


@in_turn()
def record_support(
    *,
    by: User | None,
    item: Item,
    basis: str = ShareBasis.PERCENT,
    percent: Decimal | None = None,
    count: int | None = None,
    voters: int | None = None,
    rank: int | None = None,
    option: str = VoteOption.SUPPORTS,
    page: str = "",
    note: str = "",
    request_key: UUID | None = None,
) -> VoteShare:
    """Record how an item is supported, or mend what is recorded: how it was stands in the log."""
    check_administers(by)
    item = state.lock(item)
    before = VoteShare.objects.filter(item=item, option=option).first()
    if before and state.done_before(request_key):
        return before
    if item.is_heading:
        refuse({"basis": str(NO_VOTES)})
    share = copy(before) if before else VoteShare(item=item, option=option)
    said = {"basis": basis, "percent": percent, "count": count, "voters": voters, "rank": rank}
    fill_share(share, **said, page=page, note=note)
    if before and not state.changed_fields(before, share):
        return before
    state.checked(share)
    tell(Act.SUPPORT_RECORDED, by, share, state.changed_fields(before, share), request_key, item=item)
    return share


def fill_share(share: VoteShare, **said: Any) -> VoteShare:
    percent = said.get("percent")
    if percent is not None and percent == (kept := percent.quantize(Decimal("0.01"))):
        said["percent"] = kept  # as the database gives it back; finer ones are refused when it is saved
    fill(share, said)
    return share


@in_turn()
def relate(
    *,
    by: User | None,
    from_item: Item,
    kind: str,
    to_item: Item,
    basis: str,
    source: Publication | None = None,
    note: str = "",
    request_key: UUID | None = None,
) -> Relation:
    """Say how two items hang together, and who says so. Once: from either end."""
    check_administers(by)
    relation = Relation.objects.filter(from_item=from_item, kind=kind, to_item=to_item).first()
    if relation and state.done_before(request_key):
        return relation
    if Relation.objects.filter(from_item=to_item, kind=kind, to_item=from_item).exists():
        refuse({"to_item": _("Forholdet er allerede registreret fra den anden række.")})
    relation = state.checked(
        Relation(
            from_item=from_item,
            kind=kind,
            to_item=to_item,
            basis=basis,
            source=source,
            note=danish.normalised(note),
        )
    )
    tell(Act.RELATION_ADDED, by, relation, {"relation": ["", str(relation)]}, request_key, item=from_item)
    return relation


@in_turn()
def unrelate(*, by: User | None, relation: Relation, reason: str = "", request_key: UUID | None = None) -> None:
    """Take a relation away. One that is gone already stays gone."""
    check_administers(by)
    found = Relation.objects.select_related("from_item__publication", "to_item").filter(pk=relation.pk).first()
    if found is None:
        return
    details = {"relation": [str(found), ""], **({"reason": ["", danish.normalised(reason)]} if reason else {})}
    from_item = found.from_item
    tell(Act.RELATION_REMOVED, by, found, details, request_key, item=from_item)
    found.delete()


@in_turn()
def save_addressee(
    *,
    by: User | None,
    name: str,
    slug: str = "",
    addressee: Addressee | None = None,
    request_key: UUID | None = None,
) -> Addressee:
    """Add somebody whom items are directed to, or rename one. Its code is made from its name where none is given."""
    check_administers(by)
    before = Addressee.objects.get(pk=addressee.pk) if addressee else None
    code = danish.normalised(slug) or (before.slug if before else address_of(name))
    if state.done_before(request_key) and (found := Addressee.objects.filter(slug=code).first()):
        return found
    row = copy(before) if before else Addressee(municipality=tenancy.current())
    fill(row, {"slug": code, "name": name})
    changes = state.changed_fields(before, row)
    if before and not changes:
        return before
    state.checked(row)
    tell(Act.ADDRESSEE_SAVED, by, row, changes, request_key)
    return row
