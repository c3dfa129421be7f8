"""The items that a committee can answer at a meeting, gathered as their sources list them."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from recommendations import answers
from recommendations.actions import AnsweredAlready, AnswerEntry, answering_problems
from recommendations.admin.afterwards import correction_address
from recommendations.forms import BulkAnswerForm
from recommendations.models import AnswerDraft, AnswerDraftRow, Committee, Item, Publication, Standing

OWN = ("outcome", "text", "passed_on_to")  # what can differ from row to row


@dataclass
class AnswerRow:
    """One item that may have been answered; `stands` is the answer that it has already, in words.

    `is_waiting`: another draft answers it.
    """

    item: Any
    stands: str = ""
    problem: str = ""
    is_waiting: bool = False
    form: Any = None

    @property
    def key(self) -> str:
        return str(self.item.pk)

    @property
    def included(self) -> bool:
        return bool(self.form["include"].value())

    @property
    def is_wrong(self) -> bool:
        return bool(self.form.errors)

    @property
    def differs(self) -> bool:
        return self.is_wrong or any(self.form[name].value() for name in OWN)

    @property
    def entry(self) -> AnswerEntry:
        return AnswerEntry(**{name: self.form.cleaned_data[name] for name in OWN})

    def refuse(self, name: str, sentence: str) -> None:
        self.form.add_error(name if name in self.form.fields else None, sentence)


@dataclass
class AnswerGroup:
    """The rows under one heading of a source; without a heading where there is none. `key` is what its tick sends."""

    key: str
    title: str
    parent: Item | None = None
    rows: list[AnswerRow] = field(default_factory=list)

    @property
    def is_all_ticked(self) -> bool:
        return all(row.included for row in self.rows if not row.problem)


@dataclass
class AnswerSource:
    publication: Publication
    key: str
    groups: list[AnswerGroup] = field(default_factory=list)

    @property
    def rows(self) -> list[AnswerRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def is_all_ticked(self) -> bool:
        return all(group.is_all_ticked for group in self.groups)


def owed_by(committees: Collection[int]) -> Any:
    """The recommendations that owe an answer of one of `committees` (ids)."""
    owing = answers.owed(committees=committees).order_by().values("item")
    return Item.objects.filter(pk__in=owing)


def read_rows(committee: Committee, items: Any, *, draft: AnswerDraft | None = None) -> list[AnswerRow]:
    """The rows of `items` (a queryset), in the order of their sources; a handful of queries."""
    speaking = answers.speaking_now(committee)
    read = items.with_words().select_related("publication", "parent__wording")
    found = list(read.order_by("publication__position", "publication__slug", "path"))
    asked = [item.pk for item in found]
    cells = Standing.objects.at().cells().filter(item__in=asked, committee__in=speaking).filter(answers.HAS_ANSWER)
    stands = {cell.item_id: str(cell.answer) for cell in cells.select_related("answer__committee").order_by("pk")}
    problems = answering_problems(committee, found)
    others = AnswerDraft.objects.unpublished().filter(committee__in=speaking)
    others = others.exclude(pk=draft.pk) if draft else others
    waiting = set(AnswerDraftRow.objects.filter(draft__in=others).order_by().values_list("item_id", flat=True))
    return [AnswerRow(item, stands.get(item.pk, ""), problems.get(item.pk, ""), item.pk in waiting) for item in found]


def by_source(rows: Sequence[AnswerRow]) -> list[AnswerSource]:
    """The rows under the headings of their sources, in order."""
    sources: list[AnswerSource] = []
    for row in rows:
        publication, parent = row.item.publication, row.item.parent
        if not sources or sources[-1].publication != publication:
            sources.append(AnswerSource(publication, f"k{publication.pk}"))
        groups = sources[-1].groups
        if not groups or groups[-1].parent != parent:
            groups.append(AnswerGroup(f"g{publication.pk}-{len(groups)}", str(parent) if parent else "", parent))
        groups[-1].rows.append(row)
    return sources


def make_forms(rows: Sequence[AnswerRow], data: Any, ticked: Collection[int], said: dict[int, AnswerDraftRow]) -> None:
    """Give each row its form; `ticked` and `said` are what it begins with (by the item's id)."""
    for row in rows:
        pk = row.item.pk
        initial: dict[str, Any] = {"include": pk in ticked and not row.problem}
        if pk in said:
            initial |= {name: getattr(said[pk], name) for name in OWN}
        row.form = BulkAnswerForm(data, prefix=f"r{row.key}", initial=initial)


def tick_groups(sources: Sequence[AnswerSource], data: Any, keys: Set[str]) -> None:
    """A tick at a source or a heading is one at each of its rows; `data` is what was sent, to be changed."""
    for source in sources:
        for group in source.groups:
            if keys & {source.key, group.key}:
                for row in group.rows:
                    if not row.problem:
                        data[f"r{row.key}-include"] = "on"


def already(error: AnsweredAlready) -> str:
    """The sentence about another answer of the same meeting, with the way to its correction; HTML."""
    return format_html(
        '{} <a href="{}">{}</a>',
        error.messages[0],
        correction_address(error.answer),
        _("Er det forkert, så ret det svar."),
    )
