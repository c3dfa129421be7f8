"""What became of made-up recommendations, day by day: a file that people can write, told through the house's actions.

One object: `last_day`, `municipality` and `about` (its fields), `committees`, `people` (username -> code -> role),
`sources` (each as `source_file` reads it) and `story`, the acts in the order of their days:

    {"on": "2025-06-16", "act": "status", "item": "b1/3.1", "committee": "UÆ", "status": "planned", "text": "…",
     "evidence": [{"title": "…", "kind": "decided", "url": "https://…"}]}

An item is named by its short address. What else an act takes is what its function below reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from recommendations import actions, uploads
from recommendations.actions import EvidenceContent, ItemWords, UpdateDraft
from recommendations.enums import Role, UpdateKind
from recommendations.management.demo import clock
from recommendations.management.source_file import Row, load
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    CommitteeMembership,
    Deadline,
    Item,
    StatusUpdate,
)
from recommendations.reports.choices import Choices
from recommendations.reports.issuing import issue
from recommendations.selection import Selection

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "eksempelkoebing"
A_DAY = re.compile(r"\d{4}-\d\d-\d\d")
MEGABYTE = 1024 * 1024


def moved_by(value: Any, step: timedelta) -> Any:
    """The same with every day in it moved: what is all of a text, and a day, is one."""
    if isinstance(value, dict):
        return {name: moved_by(below, step) for name, below in value.items()}
    if isinstance(value, list):
        return [moved_by(below, step) for below in value]
    if isinstance(value, str) and A_DAY.fullmatch(value):
        return (date.fromisoformat(value) + step).isoformat()
    return value


def picked(name: str) -> SimpleUploadedFile:
    """A file of the example, cleaned as one that somebody uploads."""
    kind = uploads.kind_of(name)
    assert kind is not None
    upload = SimpleUploadedFile(name, (FOLDER / name).read_bytes(), content_type=kind.content_type)
    return uploads.accepted(upload, most_bytes=MEGABYTE)


@dataclass(frozen=True)
class StoryTeller:
    """Tells a story in the active municipality. `chief` administers; all else an editor writes and another approves."""

    file: Row
    chief: User

    def tell(self) -> None:
        """Everything, each act on its own day; those of one day one after the other."""
        for day, rows in groupby(self.file["story"], key=itemgetter("on")):
            with clock.at(date.fromisoformat(day)):
                for row in rows:
                    self.acts[row["act"]]({name: _typed(value) for name, value in row.items() if name != "on"})

    @property
    def acts(self) -> dict[str, Callable[[Row], None]]:
        return {
            "source": self._source,
            "words": self._words,
            "answer": self._answer,
            "criterion": self._criterion,
            "deadline": self._deadline,
            "status": self._update,
            "note": self._update,
            "correction": self._correction,
            "draft": self._draft,
            "confirm": self._confirm,
            "hand_over": self._hand_over,
            "report": self._report,
        }

    # --- one act each -------------------------------------------------------------------------------------------------

    def _source(self, row: Row) -> None:
        load(next(file for file in self.file["sources"] if file["source"]["slug"] == row["source"]))

    def _words(self, row: Row) -> None:
        """New words: our summary at once, the source's own when another has read them."""
        item, said = item_at(row["item"]), {name: row[name] for name in ("title", "summary") if name in row}
        assert item.wording is not None
        owner = item.ownerships.select_related("committee").order_by("committee__code").first()
        assert owner is not None
        new = {
            "by": person(owner.committee, Role.EDITOR),
            "item": item,
            "words": replace(ItemWords.of(item.wording), **said),
            "valid_from": timezone.localdate(),
            "reason": row.get("reason", ""),
        }
        if "title" not in row:
            actions.reword(**new)
            return
        actions.publish_words(by=person(owner.committee, Role.APPROVER), draft=actions.propose_words(**new))

    def _answer(self, row: Row) -> None:
        by, item, committee = self._deciding(row)
        said = _without(row, "act", "item", "committee", "corrects", "chosen_option")
        if "chosen_option" in row:
            said["chosen_option"] = item_at(row["chosen_option"])
        if row.get("corrects"):
            said["corrects"] = CommitteeAnswer.objects.filter(item=item, committee=committee).order_by("-pk").first()
        actions.record_answer(by=by, item=item, committee=committee, **said)

    def _criterion(self, row: Row) -> None:
        by, item, committee = self._deciding(row)
        actions.set_done_when(by=by, item=item, committee=committee, text=row["text"], reason=row.get("reason", ""))

    def _deadline(self, row: Row) -> None:
        by, item, committee = self._deciding(row)
        newest = Deadline.objects.filter(item=item).order_by("-pk").first()
        wrong = newest if row.get("corrects") else None
        words = {"due_on": row["due_on"], "reason": row.get("reason", "")}
        actions.set_deadline(by=by, item=item, committee=committee, corrects=wrong, **words)

    def _update(self, row: Row) -> None:
        """A status or a note: written by one, published by another."""
        self._publish(row, self._written(row, UpdateDraft(kind=row["act"], **_content(row))))

    def _correction(self, row: Row) -> None:
        item, committee = item_at(row["item"]), committee_at(row["committee"])
        said = StatusUpdate.objects.published().filter(item=item, committee=committee)
        wrong = said.order_by("-published_at").first()
        assert wrong is not None
        draft = UpdateDraft(kind=UpdateKind.CORRECTION, on=wrong.on, corrects=wrong, **_content(row))
        self._publish(row, self._written(row, draft))

    def _draft(self, row: Row) -> None:
        """What is not published yet: begun, or sent to approval."""
        update = self._written(row, UpdateDraft(kind=row["kind"], **_content(row)))
        if row.get("submitted"):
            actions.submit_update(by=person(committee_at(row["committee"]), Role.EDITOR), update=update)

    def _confirm(self, row: Row) -> None:
        item, committee = item_at(row["item"]), committee_at(row["committee"])
        actions.confirm_unchanged(by=person(committee, Role.EDITOR), item=item, committee=committee)

    def _hand_over(self, row: Row) -> None:
        successor = Committee(**row["successor"])
        actions.hand_over(
            by=self.chief,
            predecessor=committee_at(row["predecessor"]),
            successor=successor,
            on=timezone.localdate(),
            reason=row["reason"],
        )

    def _report(self, row: Row) -> None:
        """Of a committee by its secretary, of a source by who administers."""
        if "source" in row:
            issue(Choices(Selection(publication=row["source"])), by=self.chief, committee=None)
            return
        committee = committee_at(row["committee"])
        choices = Choices(Selection(committee=committee.code), wants_previous=row.get("since_previous", False))
        issue(choices, by=person(committee, Role.SECRETARY), committee=committee)

    # --- what they share ----------------------------------------------------------------------------------------------

    @staticmethod
    def _deciding(row: Row) -> tuple[User, Item, Committee]:
        committee = committee_at(row["committee"])
        return person(committee, Role.APPROVER), item_at(row["item"]), committee

    @staticmethod
    def _written(row: Row, draft: UpdateDraft) -> StatusUpdate:
        committee = committee_at(row["committee"])
        return actions.save_draft(
            by=person(committee, Role.EDITOR), item=item_at(row["item"]), committee=committee, draft=draft
        )

    @staticmethod
    def _publish(row: Row, update: StatusUpdate) -> None:
        committee = committee_at(row["committee"])
        actions.submit_update(by=person(committee, Role.EDITOR), update=update)
        keys = dict(update.evidence.order_by().values_list("position", "pk"))
        shows = {keys[int(position)]: parts for position, parts in row.get("shows", {}).items()}
        actions.publish_update(by=person(committee, Role.APPROVER), update=update, shows=shows)


# --- What the file names ----------------------------------------------------------------------------------------------


def item_at(address: str) -> Item:
    """The item with a short address, as "b1/3.1"."""
    code, number = address.split("/")
    found: Item = Item.objects.select_related("publication", "wording").get(
        publication__short_code=code, number_key=number.casefold()
    )
    return found


def committee_at(code: str) -> Committee:
    found: Committee = Committee.objects.get(code=code)
    return found


def person(committee: Committee, role: Role) -> User:
    """Who has the role in the committee."""
    return CommitteeMembership.objects.select_related("user").get(committee=committee, role=role).user


def _content(row: Row) -> Row:
    """What an update says, beside its kind and what it corrects."""
    names = ("status", "text", "decided_by", "decided_on", "next_step", "next_step_on")
    return {name: row[name] for name in names if name in row} | {
        "evidence": [
            EvidenceContent(**_without(proof, "file"), file=picked(proof["file"]) if "file" in proof else None)
            for proof in row.get("evidence", ())
        ]
    }


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _typed(value: Any) -> Any:
    """Days as days, below too, but for what a source's file is read by itself."""
    if isinstance(value, dict):
        return {name: _typed(below) for name, below in value.items()}
    return date.fromisoformat(value) if isinstance(value, str) and A_DAY.fullmatch(value) else value
