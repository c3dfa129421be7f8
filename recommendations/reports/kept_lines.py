"""The lines of the lists as kept text: written once by the same code as every list, and sent on as they are.

What stands in a line follows from its item's own rows, from the titles and names of its source, its committees and the
meetings it waits for, and from the site's address; nothing in it follows from the day while nothing about the item is
dated later than today. So a line that is kept is right until an event is about what it was made from:

- an event about an item: that line, and those of items for whose answer it was the chosen option;
- about a source: all lines of the source; about a meeting: those whose next step or answer waits for it;
- about a committee, or about nothing that is known here: every line;
- `CHANGES_NO_LINE`: none.

Lines that are not kept, or are no longer right, are made when they are asked for, and then kept for the next reader. To
keep them changes nothing that anybody sees, so nothing that is published waits for it, and all of it can be lost. What
is asked about another day, or by what was known once, is always made anew.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from hashlib import sha256
from itertools import islice
from json import dumps, loads
from typing import IO, Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone, translation

from recommendations import data_version, prepared, tenancy
from recommendations.enums import Act, ItemKind, Outcome, ShareBasis, Status, WordsBasis
from recommendations.models import (
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Event,
    Item,
    KeptLine,
    KeptLines,
    Municipality,
    Standing,
    StatusUpdate,
    Wording,
)
from recommendations.reports.columns import LIST
from recommendations.reports.document import Value, row_data
from recommendations.reports.lines import ReportLine, batched, key_batches, lines_of
from recommendations.reports.moments import one_moment
from recommendations.reports.renderers import csv, csv_excel, json
from recommendations.selection import ITEM_MODELS, ItemModel, Selection

logger = logging.getLogger(__name__)

SEPARATOR = "\x1f"  # between the values of a line; JSON writes it in another way
CODE = 1  # raise it when other words stand in a line than before, and no column has a new heading
MOST_CHANGED = 5_000  # things that events since are about; after more it is cheaper to begin anew
AT_ONCE = 500  # lines in one statement

CHANGES_NO_LINE = frozenset(
    {
        *(Act.SYNONYM_SAVED, Act.SYNONYM_REMOVED, Act.ADDRESSEE_SAVED, Act.RELATION_ADDED, Act.RELATION_REMOVED),
        *(Act.TREATMENT_RECORDED, Act.TREATMENT_CORRECTED, Act.COMMITTEE_ADDED, Act.MUNICIPALITY_CHANGED),
        *(Act.MEETING_PLANNED, Act.PAPERS_SENT, Act.MEETING_HELD),
        *(Act.ROLE_GIVEN, Act.ROLE_ENDED, Act.PERSON_INVITED, Act.PERSON_CHANGED, Act.PERSON_LEFT),
        *(Act.LOGIN_REOPENED, Act.LINK_SENT, Act.PASSWORD_CHOSEN),
        *(Act.DRAFT_SAVED, Act.DRAFT_SUBMITTED, Act.DRAFT_RETURNED, Act.DRAFT_REMARKED, Act.DRAFT_DISCARDED),
        *(Act.WORDS_PROPOSED, Act.WORDS_RETURNED, Act.WORDS_DISCARDED),
        # Each answer that is published has an event of its own.
        *(Act.ANSWERS_DRAFTED, Act.ANSWERS_SUBMITTED, Act.ANSWERS_RETURNED, Act.ANSWERS_DISCARDED),
        Act.ANSWERS_PUBLISHED,
        *(Act.REPORT_DRAFTED, Act.REPORT_FROZEN, Act.REPORT_REOPENED, Act.REPORT_ISSUED, Act.REPORT_REPLACED),
        *(Act.OWNERS_ASKED, Act.ERROR_REPORTED, Act.ERROR_HANDLED),
        # Each act that the file led to has an event of its own.
        *(Act.FILE_WRITTEN, Act.FILE_UNDONE),
        *(Act.ITEM_ASSIGNED, Act.ITEM_DECLINED, Act.ANSWER_REQUESTED, Act.REASONS_REQUESTED),
        *(Act.NEWS_SUGGESTED, Act.WEBHOOK_SAVED, Act.WEBHOOK_REMOVED),
    }
)


def _as_json(value: Value) -> str:
    return json.line(row_data((value,))[0])


def _as_csv(value: Value) -> str:
    return csv.quoted(csv.cell(value))


def _as_csv_for_excel(value: Value) -> str:
    return csv.quoted(csv_excel.cell(value), ";")


# What a line is kept as, by the name of the column: how a value is written, and what stands between two.
FORMS: dict[str, tuple[Callable[[Value], str], str]] = {
    "json": (_as_json, SEPARATOR),
    "csv": (_as_csv, ","),
    "csv_excel": (_as_csv_for_excel, ";"),
}


def text_of(line: ReportLine, form: str) -> str:
    """The values of a line in the columns `LIST`, in one of `FORMS`."""
    write, between = FORMS[form]
    return between.join([write(getter.value(line)) for getter in LIST])


class LineTexts:
    """The texts of the lines that a selection asks for: read `batches()` at one moment, then `keep()` what was made.

    `indexed` are the keys as the index has them at the data version that is asked for, read before the moment. They
    are those of the moment where nothing has been done in between; else, and without them, the database is asked.
    """

    def __init__(
        self, model: ItemModel, selection: Selection, form: str = "json", indexed: Sequence[int] | None = None
    ) -> None:
        self.model, self.selection, self.form = model, selection, form
        self.indexed, self.asked = indexed, data_version.asked()
        is_today = selection.times == (None, None)
        self.may_keep = is_today and settings.KEEPS_PAGES
        self.changed: frozenset[int] | None = None  # items (ids) whose kept line is not right; None: all
        self.made: IO[bytes] | None = None  # `close`; memory holds no list

    def close(self) -> None:
        if self.made:
            self.made.close()

    @cached_property
    def _versions(self) -> tuple[int, int | None]:
        """The data version of the moment, and the one until which what is kept was right. One query."""
        [(newest, kept_until)] = prepared.rows(_newest_and_kept, look=look())
        return newest or 0, kept_until

    @property
    def version(self) -> int:
        return self._versions[0]

    @property
    def kept_until(self) -> int | None:
        return self._versions[1]

    @property
    def keys(self) -> Sequence[int] | None:
        """All that is asked for at the moment, in order, where the index knew it."""
        return self.indexed if self.indexed is not None and self.version == self.asked else None

    def count(self) -> int:
        """How many lines there are at the moment."""
        return self.selection.keys(self.model).order_by().count() if self.keys is None else len(self.keys)

    def batches(self) -> Generator[list[str]]:
        """The texts in order, some at a time."""
        if self.may_keep and self.kept_until is not None:
            self.changed = frozenset() if self.kept_until == self.version else _changed_since(self.kept_until)
        known = None if self.keys is None else batched(self.keys)
        with closing(known or key_batches(self.model, self.selection)) as batches:
            for keys in batches:
                texts = self._right(keys)
                if missing := [key for key in keys if key not in texts]:
                    texts |= self._make(missing)
                yield [texts[key] for key in keys]

    def _right(self, keys: list[int]) -> dict[int, str]:
        if self.changed is None:
            return {}
        return dict(prepared.rows(_kept, self.form, items=[key for key in keys if key not in self.changed]))

    def _make(self, keys: list[int]) -> dict[int, str]:
        later = _dated_later(keys) if self.may_keep else set()
        texts = {}
        for line in lines_of(self.model, keys, self.selection):
            texts[line.item] = text_of(line, self.form)
            if self.may_keep and line.item not in later:
                self.made = self.made or tempfile.TemporaryFile()  # noqa: SIM115
                made = {"item_id": line.item} | {form: text_of(line, form) for form in FORMS}
                self.made.write(dumps(made).encode() + b"\n")
        return texts

    def keep(self) -> None:
        """Keep what was made, once the moment is left. Where that fails, the next who asks makes it."""
        if not self.may_keep or (self.kept_until == self.version and not self.made):
            return
        lines = self._made()
        try:
            while self._keep_some(list(islice(lines, AT_ONCE))):
                pass
        except DatabaseError:
            logger.warning("The lines of the lists could not be kept.", exc_info=True)

    def _made(self) -> Iterator[KeptLine]:
        if self.made is None:
            return
        end = self.made.tell()
        self.made.seek(0)
        while self.made.tell() < end:
            yield KeptLine(**loads(self.made.readline()))

    def _keep_some(self, lines: list[KeptLine]) -> bool:
        """Whether there may be more to keep. Nothing is kept that somebody else knows to be older (compare and set)."""
        with transaction.atomic(using=DEFAULT_DB_ALIAS):
            state = KeptLines.objects.using(DEFAULT_DB_ALIAS).select_for_update().order_by("pk").first()
            if Event.objects.using(DEFAULT_DB_ALIAS).filter(act=Act.WITHHELD, pk__gt=self.version).exists():
                return False  # the lines were made before, and may say what was taken away
            kept_until = state.version if state and state.look == look() else None
            if kept_until != self.version:
                if kept_until != self.kept_until:
                    return False
                self._take_away()
                state = state or KeptLines(municipality=tenancy.current())
                state.version, state.look = self.version, look()
                state.save(using=DEFAULT_DB_ALIAS)
            KeptLine._base_manager.using(DEFAULT_DB_ALIAS).bulk_create(lines, ignore_conflicts=True)
        return bool(lines)

    def _take_away(self) -> None:
        """The lines that are not right."""
        every = KeptLine.objects.using(DEFAULT_DB_ALIAS)
        if self.changed is None:
            every.all().delete()
            return
        items = iter(self.changed)
        while some := list(islice(items, AT_ONCE)):
            every.filter(item__in=some).delete()


def keep_all() -> None:
    """Make the lines that are not kept; a list that was asked for by nobody."""
    with translation.override(settings.LANGUAGE_CODE):
        for model in ITEM_MODELS:
            with closing(LineTexts(model, Selection())) as found:
                with one_moment():
                    for _some in found.batches():
                        pass
                found.keep()


@prepared.planned_once
def _newest_and_kept() -> QuerySet[Any, Any]:
    newest = Event.objects.order_by("-pk").values("pk")[:1]
    kept = KeptLines.objects.filter(look=prepared.Given("look")).order_by("pk").values("version")[:1]
    return Municipality.objects.filter(pk=tenancy.current().pk).order_by().values_list(Subquery(newest), Subquery(kept))


@prepared.planned_once
def _kept(form: str) -> QuerySet[Any, Any]:
    # The items have been asked for already, so their municipality is not asked once more.
    return KeptLine._base_manager.filter(prepared.Among("item_id", "items")).values_list("item_id", form)


def look() -> str:
    """Another one whenever the lines would be others though no event says so."""
    words = [str(label) for kind in (Status, Outcome, ItemKind, WordsBasis, ShareBasis) for label in kind.labels]
    columns = [(getter.column.key, getter.column.heading) for getter in LIST]
    return sha256(repr((CODE, tenancy.site_url(), columns, words)).encode()).hexdigest()


def _changed_since(version: int) -> frozenset[int] | None:
    """The items (ids) whose lines the events after `version` may have changed; None: any."""
    events = Event.objects.filter(pk__gt=version).exclude(act__in=sorted(CHANGES_NO_LINE)).order_by()
    if events.filter(act=Act.WITHHELD).exists():
        return None  # words may have gone from any of them
    found = list(events.values_list("item", "publication", "meeting").distinct()[: MOST_CHANGED + 1])
    if len(found) > MOST_CHANGED or any(not any(about) for about in found):
        return None
    items = {item for item, _source, _meeting in found if item}
    sources = {source for item, source, _meeting in found if source and not item}
    meetings = {meeting for item, source, meeting in found if meeting and not (item or source)}
    touched = (
        Item.objects.filter(publication__in=sources).order_by().values_list("pk", flat=True),
        CommitteeAnswer.objects.filter(chosen_option__in=items).order_by().values_list("item", flat=True),
        StatusUpdate.objects.filter(next_step_meeting__in=meetings).order_by().values_list("item", flat=True),
    )
    return frozenset(items.union(*touched))


def _dated_later(items: Collection[int]) -> set[int]:
    """Those of the items that will stand otherwise on a later day, whatever is done until then."""
    today = timezone.localdate()
    about = [
        Standing.objects.filter(Q(on_from__gt=today) | Q(on_until__gt=today)),
        StatusUpdate.objects.filter(on__gt=today),
        *(model.objects.filter(set_on__gt=today) for model in (Deadline, DoneWhen)),
        Wording.objects.filter(valid_from__gt=today),
    ]
    return set[int]().union(*(rows.filter(item__in=items).order_by().values_list("item", flat=True) for rows in about))
