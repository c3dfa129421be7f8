"""The words of an item: added, never overwritten, and whoever's words they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Self
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions
from recommendations.actions import state
from recommendations.enums import Act, Nature, WordsBasis
from recommendations.lifecycle import day_problem
from recommendations.models import Item, Wording

OURS = frozenset({"summary"})  # what an editor may write anew; all else is how the source says it


@dataclass(frozen=True)
class ItemWords:
    """What an item is called and says, as somebody typed it."""

    title: str
    title_basis: str = WordsBasis.SOURCE
    summary: str = ""
    official_text: str = ""
    official_basis: str = WordsBasis.SOURCE
    document: str = ""
    pages: str = ""

    @classmethod
    def of(cls, wording: Wording) -> Self:
        return cls(**{field.name: getattr(wording, field.name) for field in fields(cls)})

    def normalised(self) -> Self:
        """As it is kept; what has nothing to read in it is empty."""
        texts = {name: danish.normalised(text) for name, text in asdict(self).items()}
        return type(self)(**{name: "" if danish.is_blank(text) else text for name, text in texts.items()})

    def differences(self, other: ItemWords) -> dict[str, list[str]]:
        """Field name -> how it was and how it is in `other`."""
        after = asdict(other)
        return {name: [text, after[name]] for name, text in asdict(self).items() if text != after[name]}


@transaction.atomic
def reword(
    *,
    by: User | None,
    item: Item,
    words: ItemWords,
    valid_from: date,
    reason: str = "",
    request_key: UUID | None = None,
) -> Wording:
    """Say it in new words from the day `valid_from`; a view of an earlier day keeps the words of that day."""
    if done := state.done_before(request_key):
        return _wording_of(done.wording)
    item = state.lock(item)
    before = in_force(item)
    words = words.normalised()
    changes = ItemWords.of(before).differences(words) if before else {}
    check_can_reword(by, item, changes)
    if before and not changes:
        raise ValidationError({"title": _("Ordene er uændrede. Skriv de nye ord, eller fortryd.")})
    wording = add_wording(by=by, item=item, words=words, valid_from=valid_from, reason=reason)
    about_source = bool(changes.keys() - OURS) and item.publication.is_public
    ours = Nature.NEWS if about_source else Nature.HOUSEKEEPING
    nature = ours if by is not None else Nature.FROM_SOURCE
    _tell(Act.REWORDED, nature, by, wording, changes, request_key)
    return wording


@transaction.atomic
def correct_words(
    *,
    by: User | None,
    wording: Wording,
    words: ItemWords,
    reason: str,
    valid_from: date | None = None,
    request_key: UUID | None = None,
) -> Wording:
    """Mend words that were typed wrongly: from the same day (unless that is what was wrong), and it is no news."""
    if done := state.done_before(request_key):
        return _wording_of(done.wording)
    item = state.lock(wording.item)
    words = words.normalised()
    changes = ItemWords.of(wording).differences(words)
    if valid_from and valid_from != wording.valid_from:
        changes["valid_from"] = [wording.valid_from.isoformat(), valid_from.isoformat()]
    check_can_reword(by, item, changes)
    problems = {}
    if not changes:
        problems["title"] = _("Ordene er uændrede. Skriv, hvad der skulle have stået.")
    if danish.is_blank(reason):
        problems["reason"] = _("Skriv, hvad der var forkert. Begrundelsen vises for borgerne.")
    if wording.corrections.exists():
        problems["title"] = _("Ordene er allerede rettet. Genindlæs siden, og ret den nyeste udgave.")
    if problems:
        raise ValidationError(problems)
    mended = add_wording(
        by=by,
        item=item,
        words=words,
        valid_from=valid_from or wording.valid_from,
        reason=reason,
        corrects=wording,
    )
    _tell(Act.WORDS_CORRECTED, Nature.CORRECTION, by, mended, changes, request_key)
    return mended


def add_wording(
    *,
    by: User | None,
    item: Item,
    words: ItemWords,
    valid_from: date,
    reason: str = "",
    corrects: Wording | None = None,
) -> Wording:
    """Keep the words and point at those in force: part of an act, so without an event of its own."""
    today = timezone.localdate()
    if wrong := day_problem(valid_from, source_day=item.publication.exists_from, today=today, past_only=True):
        raise ValidationError({"valid_from": wrong})
    if danish.is_blank(words.title):
        raise ValidationError(
            {"title": _("Skriv en titel. Har kilden ingen, så skriv en kort, og sig, at den er vores.")}
        )
    wording = Wording(
        item=item,
        valid_from=valid_from,
        reason=danish.normalised(reason),
        corrects=corrects,
        recorded_by=by,
        **asdict(words.normalised()),
    )
    state.checked(wording)
    point_at_words([item])
    state.refresh_search([item])
    return wording


def begin_earlier(by: User | None, items: Collection[Item], first_day: date) -> None:
    """Let the first words of `items` hold from `first_day`: their source came earlier than was thought."""
    first: dict[int, Wording] = {}
    for wording in Wording.objects.known().filter(item__in=items).oldest_first():
        first.setdefault(wording.item_id, wording)
    Wording.objects.bulk_create(
        Wording(
            item_id=item_id,
            valid_from=first_day,
            corrects=wording,
            recorded_by=by,
            reason=_("Kildens dato er rettet."),
            **asdict(ItemWords.of(wording)),
        )
        for item_id, wording in first.items()
        if wording.valid_from > first_day
    )
    point_at_words(items)


def in_force(item: Item) -> Wording | None:
    """The words that hold today."""
    found: Wording | None = Wording.objects.known().filter(item=item).newest_first().first()
    return found


def newest_words(items: Collection[int]) -> dict[int, int]:
    """Item (id) -> the words (id) that hold today; an item without any has no entry. One query."""
    rows = Wording.objects.known().filter(item__in=items).oldest_first()
    return dict(rows.values_list("item_id", "pk"))


def point_at_words(items: Collection[Item]) -> None:
    """Keep in each item which words hold today: what lists read without looking for it."""
    newest = newest_words([item.pk for item in items])
    moved = [item for item in items if item.wording_id != newest.get(item.pk)]
    for item in moved:
        item.wording_id = newest.get(item.pk)
    Item.objects.bulk_update(moved, ["wording"])


def check_can_reword(by: User | None, item: Item, changes: Collection[str]) -> None:
    """Our words are an editor's to change; the source's own are not."""
    if by is not None:
        permissions.check_can_edit_words(by, item, of_the_source=not set(changes) <= OURS)


def _wording_of(wording: Wording | None) -> Wording:
    if wording is None:
        raise ValidationError(_("Det er allerede gjort. Genindlæs siden for at se det."))
    return wording


def _tell(
    act: Act,
    nature: Nature,
    by: User | None,
    wording: Wording,
    changes: dict[str, list[str]],
    request_key: UUID | None,
) -> None:
    state.record(
        act=act,
        nature=nature,
        by=by,
        item=wording.item,
        on=wording.valid_from,
        details=changes,
        request_key=request_key,
        wording=wording,
    )
