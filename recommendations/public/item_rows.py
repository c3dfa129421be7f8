"""What is read about one item: statements that are written once for all items (`prepared`), each one query."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, TypeVar

from django.db.models import DateField, Exists, Model, Q
from django.db.models.functions import Lower, Substr
from django.utils import timezone
from pyroaring import BitMap

from recommendations import data_version, prepared
from recommendations.models import (
    CommitteeAnswer,
    Deadline,
    Document,
    DoneWhen,
    Evidence,
    Initiative,
    Item,
    Meeting,
    Ownership,
    Publication,
    Recommendation,
    Relation,
    Standing,
    StatusUpdate,
    Treatment,
)
from recommendations.models.recorded import moment
from recommendations.prepared import DAY, NOW, Given, planned_once
from recommendations.public.joined import joining, together
from recommendations.selection import ItemModel

T = TypeVar("T")

TODAY = Given("today", DateField())
FEW_HAVE = (Deadline, DoneWhen)
ITEM, SOURCE, PATH, BELOW, LENGTH = map(Given, ("item", "source", "path", "below", "length"))


def item_at(model: ItemModel, slug: str, number: str, day: date, today: date) -> tuple[Item, list[Any]] | None:
    """The item of a public source at that address as it stood on `day`; with its votes, or what it carries out."""
    found = prepared.objects(
        _item_at, model, source=slug.casefold(), number=number.casefold(), day=day, today=today, now=moment(None)
    )
    return next(iter(together(found)), None)


@planned_once
def _item_at(model: ItemModel) -> Any:
    items = model.objects.public(TODAY, NOW).with_state(DAY).alias(code=Lower("publication__slug"))
    items = items.filter(code=SOURCE, number_key=Given("number"))
    items = items.select_related("publication", "parent__wording", "addressee", "wording")
    relation, also = ("votes", ()) if model is Recommendation else ("carries_out", ("publication", "wording"))
    return joining(items.order_by(), relation, *also)


def give_documents(publication: Publication) -> None:
    """Let a source have its documents, as prefetching does; its own first. They are kept: nobody may change them."""
    documents = _kept_of_source(publication.pk, "documents", lambda source: prepared.objects(_documents, source=source))
    publication.__dict__["_prefetched_objects_cache"] = {"documents": documents}


def _kept_of_source(source: int, key: Hashable, make: Callable[[int], T]) -> T:
    return data_version.kept_of([source], key, lambda missing: {one: make(one) for one in missing})[source]


@planned_once
def _documents() -> Any:
    return Document.objects.filter(publication=SOURCE).order_by("position")


def updates_of(item: Item, day: date) -> list[tuple[StatusUpdate, list[Evidence]]]:
    """What was published about `day` or before, the newest first, each with its evidence."""
    return together(prepared.objects(_updates, item=item.pk, day=day, now=moment(None)))


@planned_once
def _updates() -> Any:
    published = StatusUpdate.objects.known(DAY, NOW).filter(item=ITEM)
    published = published.select_related("committee", "criterion", "next_step_meeting__committee")
    return joining(published.newest_first(), "evidence")


def recorded_of(model: type[Model], item: Item, until: date, day: str) -> list[Any]:
    """What of `model` was recorded about the item, corrected or not; by its field `day` about `until` or before.

    Of what few items have it is kept which of a source have any, so that most are not asked about.
    """
    if model in FEW_HAVE and data_version.asked() is not None and item.pk not in _with_any(model, item.publication_id):
        return []
    return prepared.objects(_recorded, model, day, item=item.pk, day=until, now=moment(None))


def _with_any(model: type[Model], source: int) -> BitMap:
    def read(source: int) -> BitMap:
        return BitMap([item for (item,) in prepared.rows(_items_with, model, source=source)])

    return _kept_of_source(source, ("with any", model), read)


@planned_once
def _items_with(model: Any) -> Any:
    return model.objects.filter(item__publication=SOURCE).order_by().values_list("item").distinct()


@planned_once
def _recorded(model: Any, day: str) -> Any:
    rows = model.objects.recorded_until(NOW).filter(item=ITEM, **{f"{day}__lte": DAY})
    return rows.order_by("recorded_at", "pk")


def ownerships_of(item: Item) -> list[Ownership]:
    """Every ownership of the item that stands, each with the succession that brought it."""
    return prepared.objects(_ownerships, item=item.pk, now=moment(None))


@planned_once
def _ownerships() -> Any:
    return Ownership.objects.recorded(NOW).filter(item=ITEM).select_related("succession")


def cells_of(item: Item, day: date) -> list[Standing]:
    """The item and each committee, as they stood on `day`, with the committee; of a public source."""
    return prepared.objects(_cells, item=item.pk, day=day)


@planned_once
def _cells() -> Any:
    return Standing.objects.at(DAY).cells().filter(item=ITEM).select_related("committee")


def answers_of(item: Item) -> list[CommitteeAnswer]:
    """Every answer that was recorded, with its committee, the meeting it returns to, and whether its own has a page."""
    return prepared.objects(_answers, item=item.pk, now=moment(None))


@planned_once
def _answers() -> Any:
    found = CommitteeAnswer.objects.recorded_until(NOW).filter(item=ITEM)
    found = found.annotate(has_meeting=Exists(Meeting.objects.of_day("committee", "meeting_date")))
    return found.select_related("committee", "returns_to__committee").order_by("recorded_at", "pk")


def treatments_of(publication: int, day: date, *, with_pages: bool = False) -> list[Treatment]:
    """The meetings that took up a whole source (id) by `day`, the newest first; or also whether they have a page.

    Those until today are kept: nobody may change them.
    """

    def read(source: int) -> list[Treatment]:
        return prepared.objects(_treatments, with_pages, source=source, day=day, now=moment(None))

    is_today = day == timezone.localdate()
    return _kept_of_source(publication, ("treatments", with_pages), read) if is_today else read(publication)


@planned_once
def _treatments(with_pages: bool) -> Any:
    known = Treatment.objects.known(DAY, NOW).filter(publication=SOURCE)
    if with_pages:
        known = known.annotate(has_meeting=Exists(Meeting.objects.of_day("committee", "meeting_date")))
    return known.select_related("committee").newest_first()


def near(item: Item, day: date) -> list[Item]:
    """The item before, the item after and all below, as they stood on `day`, in the order of the source."""
    below = f"{item.path}!"
    found: list[Item] = prepared.objects(
        _near, type(item), source=item.publication_id, path=item.path, below=below, length=len(below), day=day
    )
    for one in found:
        one.publication = item.publication
    return found


@planned_once
def _near(model: ItemModel) -> Any:
    others = model.objects.filter(publication=SOURCE)
    before = others.filter(path__lt=PATH).order_by("-path").values("pk")[:1]
    after = others.filter(path__gt=PATH).order_by("path").values("pk")[:1]
    # Not LIKE, whose pattern would have to be written into the text.
    found = others.with_state(DAY).alias(begins=Substr("path", 1, LENGTH))
    found = found.filter(Q(pk__in=before) | Q(pk__in=after) | Q(begins=BELOW))
    return found.select_related("wording").order_by("path")


def initiatives_of(item: Item, day: date) -> list[Item]:
    """The initiatives of public sources that carry the item out, as they stood on `day`, in the sources' order."""
    return prepared.objects(_initiatives, item=item.pk, day=day, now=moment(None))


@planned_once
def _initiatives() -> Any:
    found = Initiative.objects.filter(carries_out=ITEM).public(DAY, NOW).with_state(DAY)
    read = found.select_related("publication", "addressee", "wording")
    return read.order_by("publication__position", "publication__slug", "path")


def relations_of(item: Item, day: date) -> list[Relation]:
    """Relations of the item in both directions, to items of sources that were public on `day`."""
    return prepared.objects(_relations, item=item.pk, day=day, now=moment(None))


@planned_once
def _relations() -> Any:
    public = Item.objects.public(DAY, NOW).order_by().values("pk")
    touching = Relation.objects.touching(ITEM)
    rows = touching.filter(from_item__in=public, to_item__in=public)
    ends = [f"{end}_item__{what}" for end in ("from", "to") for what in ("publication", "wording")]
    return rows.select_related(*ends, "source").order_by("pk")
