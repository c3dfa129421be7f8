"""The words of an item: added, never overwritten, and whoever's words they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Self
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions
from recommendations.actions import state
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, Nature, WordsBasis
from recommendations.lifecycle import day_problem
from recommendations.models import Item, Wording, WordingDraft, recorded
from recommendations.models.wording import Words

OURS = frozenset({"summary"})  # what an editor writes anew at once; all else is how the source says it


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
    def of(cls, wording: Words) -> Self:
        return cls(**{field.name: getattr(wording, field.name) for field in fields(cls)})

    def normalised(self) -> Self:
        """As it is kept; what has nothing to read in it is empty."""
        texts = {field.name: danish.normalised(getattr(self, field.name)) for field in fields(self)}
        return type(self)(**{name: "" if danish.is_blank(text) else text for name, text in texts.items()})

    def differences(self, other: ItemWords) -> dict[str, list[str]]:
        """Field name -> how it was and how it is in `other`."""
        after = asdict(other)
        return {name: [text, after[name]] for name, text in asdict(self).items() if text != after[name]}


@dataclass(frozen=True)
class WordsChange:
    """What words an item is to have in the place of `before`, as new ones or as a correction of them."""

    item: Item
    before: Wording | None
    words: ItemWords
    valid_from: date
    reason: str
    is_correction: bool

    @property
    def changes(self) -> dict[str, list[str]]:
        """Field name -> how it was and how it is to be; nothing where there were no words before."""
        if self.before is None:
            return {}
        changes = ItemWords.of(self.before).differences(self.words)
        if self.is_correction and self.valid_from != self.before.valid_from:
            changes["valid_from"] = [self.before.valid_from.isoformat(), self.valid_from.isoformat()]
        return changes

    @property
    def touches_source(self) -> bool:
        """Whether something changes that is how the source says it: all but our summary, and a title of our own."""
        ours = set(OURS)
        if self.before and self.before.title_is_ours and self.words.title_basis == WordsBasis.OURS:
            ours.add("title")
        return not self.changes.keys() <= ours

    @property
    def needs_two(self) -> bool:
        """Whether one person proposes it and another publishes it: the source's words, once citizens read them."""
        return self.touches_source and self.item.publication.is_public

    @property
    def nature(self) -> Nature:
        if self.is_correction:
            return Nature.CORRECTION
        return Nature.NEWS if self.needs_two else Nature.HOUSEKEEPING

    def require_sound(self) -> None:
        """Raise `ValidationError` with what stands in the way: field name to sentence."""
        problems = {}
        if self.before and not self.changes:
            problems["title"] = (
                _("Ordene er uændrede. Skriv, hvad der skulle have stået.")
                if self.is_correction
                else _("Ordene er uændrede. Skriv de nye ord, eller fortryd.")
            )
        if self.is_correction and danish.is_blank(self.reason):
            problems["reason"] = _("Skriv, hvad der var forkert. Begrundelsen vises for borgerne.")
        if self.is_correction and self.before and self.before.corrections.exists():
            problems["title"] = _("Ordene er allerede rettet. Genindlæs siden, og ret den nyeste udgave.")
        if problems:
            raise ValidationError(problems)


@in_turn()
def reword(
    *,
    by: User | None,
    item: Item,
    words: ItemWords,
    valid_from: date,
    reason: str = "",
    request_key: UUID | None = None,
) -> Wording:
    """Say it in new words from the day `valid_from`; a view of an earlier day keeps the words of that day.

    The source's words in a source that is public take two people: `propose_words`.
    """
    if done := state.done_before(request_key):
        return wording_of(done.wording)
    item = state.lock(item)
    change = WordsChange(item, in_force(item), words.normalised(), valid_from, reason, is_correction=False)
    return _write_alone(by, change, request_key)


@in_turn()
def correct_words(
    *,
    by: User | None,
    wording: Wording,
    words: ItemWords,
    reason: str,
    valid_from: date | None = None,
    request_key: UUID | None = None,
) -> Wording:
    """Mend words that were typed wrongly: from the same day (unless that is what was wrong), and it is no news.

    The source's words in a source that is public take two people: `propose_words`.
    """
    if done := state.done_before(request_key):
        return wording_of(done.wording)
    item = state.lock(wording.item)
    day = valid_from or wording.valid_from
    change = WordsChange(item, wording, words.normalised(), day, reason, is_correction=True)
    return _write_alone(by, change, request_key)


def _write_alone(by: User | None, change: WordsChange, request_key: UUID | None) -> Wording:
    if by is not None:
        permissions.check_can_edit_words(by, change.item, of_the_source=change.touches_source)
        if change.needs_two:
            raise PermissionDenied(
                _("Kildens ord er offentlige og ændres af to. Send ordene til godkendelse i stedet.")
            )
    change.require_sound()
    return write_words(by=by, author=by, change=change, request_key=request_key)


def write_words(
    *,
    by: User | None,
    author: User | None,
    change: WordsChange,
    request_key: UUID | None = None,
    proposal: WordingDraft | None = None,
) -> Wording:
    """Keep the changed words, that `author` wrote, and say that `by` published them. Asks for no right."""
    wording = add_wording(
        by=author,
        item=change.item,
        words=change.words,
        valid_from=change.valid_from,
        reason=change.reason,
        corrects=change.before if change.is_correction else None,
    )
    state.record(
        act=Act.WORDS_CORRECTED if change.is_correction else Act.REWORDED,
        nature=Nature.FROM_SOURCE if by is None and not change.is_correction else change.nature,
        by=by,
        item=change.item,
        on=wording.valid_from,
        details=change.changes,
        request_key=request_key,
        wording=wording,
        proposal=proposal,
    )
    return wording


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
    wording = new_wording(by=by, item=item, words=words, valid_from=valid_from, reason=reason, corrects=corrects)
    wording.save()
    point_at_words([item])
    state.refresh_search([item])
    return wording


def new_wording(
    *,
    by: User | None,
    item: Item,
    words: ItemWords,
    valid_from: date,
    reason: str = "",
    corrects: Wording | None = None,
) -> Wording:
    """The words as a row that keeps its rules, not saved."""
    wording = unchecked_wording(by=by, item=item, words=words, valid_from=valid_from, reason=reason, corrects=corrects)
    wording.full_clean()
    return wording


def unchecked_wording(
    *,
    by: User | None,
    item: Item,
    words: ItemWords,
    valid_from: date,
    reason: str = "",
    corrects: Wording | None = None,
) -> Wording:
    """The same, where its fields and constraints are still to be held against the table's rules."""
    today = timezone.localdate()
    if wrong := day_problem(valid_from, source_day=item.publication.exists_from, today=today, past_only=True):
        raise ValidationError({"valid_from": wrong})
    if danish.is_blank(words.title):
        raise ValidationError(
            {"title": _("Skriv en titel. Har kilden ingen, så skriv en kort, og sig, at den er vores.")}
        )
    return Wording(
        item=item,
        valid_from=valid_from,
        reason=danish.normalised(reason),
        corrects=corrects,
        recorded_by=by,
        **asdict(words.normalised()),
    )


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
            recorded_at=recorded.now(),
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


def wording_of(wording: Wording | None) -> Wording:
    """The row of an act that was done before."""
    if wording is None:
        raise ValidationError(_("Det er allerede gjort. Genindlæs siden for at se det."))
    return wording
