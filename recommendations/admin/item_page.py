"""The page of an item: what the user can do about it, and all that is recorded about it, each with its correction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import statuses_to_confirm
from recommendations.admin.afterwards import correction_address, is_own_slip
from recommendations.admin.assignments import keepers_in_words
from recommendations.admin.base import actor, item_url, reach_of, update_url
from recommendations.admin.words import draft_url
from recommendations.enums import RECOMMENDED, UNPUBLISHED, WRITERS, Role
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Item,
    Ownership,
    Reach,
    StatusUpdate,
    VoteShare,
    WordingDraft,
)
from recommendations.writing.situation import Situation

MOST_UPDATES = 20  # the newest; the rest stands in the list of updates


@dataclass(frozen=True)
class FactLine:
    """Something that is recorded about an item: in words, where it is read in full, and where it is corrected."""

    words: str
    address: str
    note: str = ""  # in whose name, by whom, why
    correct: str = ""  # empty where the user may not, or it has been corrected already
    is_slip: bool = False  # the user recorded it within the hour
    is_corrected: bool = False
    end: str = ""  # where an ownership is ended


@dataclass(frozen=True)
class FactGroup:
    """One kind of facts. `add` is where another is recorded, and `add_words` what that is called; or empty."""

    heading: str
    lines: Sequence[FactLine]
    add: str = ""
    add_words: str = ""


@dataclass(frozen=True)
class ItemPage:
    """What the page of `item` shows to `user`."""

    user: User
    item: Any  # with `owners_today`
    reach: Reach
    writers: Sequence[Committee]  # in whose name the user may write
    deciders: Sequence[Committee]  # … and record what binds the committee

    @classmethod
    def of(cls, request: HttpRequest, item: Item) -> ItemPage:
        reach = reach_of(request)
        rights = permissions.ActingRights(request.user, [item], reach=reach)
        return cls(
            actor(request), item, reach, rights.committees(item, *WRITERS), rights.committees(item, Role.APPROVER)
        )

    def context(self) -> dict[str, Any]:
        """For the template; no more queries, however much is recorded."""
        item = self.item
        return {
            "situation": Situation.of(item),
            "public_url": item.get_absolute_url() if item.publication.is_public else "",
            "can_write": bool(self.writers),
            "can_confirm": bool(statuses_to_confirm([(item, committee) for committee in self.writers])),
            "can_decide": bool(self.deciders),
            "can_reword": bool(item.wording_id) and (self.is_administrator or bool(self.writers)),
            "takes_answers": self.takes_answers,
            "why_not": self.why_not,
            "drafts": self.drafts,
            "facts": [group for group in self.facts if group.lines or group.add],
        }

    @cached_property
    def is_administrator(self) -> bool:
        return permissions.can_administer(self.user)

    @property
    def takes_answers(self) -> bool:
        return self.item.kind in RECOMMENDED and self.item.is_counted

    @property
    def why_not(self) -> str:
        """Why the user can do nothing here, in words that are true of their role; empty where they can."""
        if self.writers or self.is_administrator:
            return ""
        owners = {row.committee_id: row.committee for row in self.item.owners_today}
        secretary_of = [owners[pk] for pk in sorted(self.reach.committees(Role.SECRETARY) & owners.keys())]
        if secretary_of:
            return _(
                "Du er sekretær for %(committee)s og kan læse det hele her. En redaktør eller godkender i udvalget "
                "skriver."
            ) % {"committee": secretary_of[0].name}
        if not self.reach.acting:
            return _("Du har ingen rolle i et udvalg, så du kan læse rækken, men ikke ændre den.")
        return _("Dit udvalg ejer ikke rækken, så du kan læse den, men ikke ændre den.")

    # --- what is on its way -------------------------------------------------------------------------------------------

    @cached_property
    def _updates(self) -> list[StatusUpdate]:
        visible = StatusUpdate.objects.visible_to(self.user, self.reach).filter(item=self.item)
        read = visible.select_related("committee", "author").prefetch_related("corrections")
        return list(read.order_by("-created_at", "-pk")[:MOST_UPDATES])

    @property
    def drafts(self) -> list[FactLine]:
        """Updates and words that are not published."""
        lines = [self._update(update) for update in self._updates if update.state in UNPUBLISHED]
        words = WordingDraft.objects.visible_to(self.user, self.reach).unpublished().filter(item=self.item)
        for draft in words.select_related("author"):
            state = draft.get_state_display()
            note = _("%(state)s, skrevet af %(author)s") % {"state": state, "author": draft.author}
            lines.append(FactLine(draft.kind.capitalize(), draft_url(draft), note))
        return lines

    # --- what is recorded ---------------------------------------------------------------------------------------------

    @property
    def facts(self) -> list[FactGroup]:
        published = [self._update(update) for update in self._updates if update.is_published]
        groups = [
            FactGroup(_("Opdateringer"), published),
            FactGroup(_("Svar"), [self._answer(row) for row in self._rows(CommitteeAnswer)]),
            FactGroup(_("Frister"), [self._deadline(row) for row in self._rows(Deadline)]),
            FactGroup(_("Kriterier"), [self._criterion(row) for row in self._rows(DoneWhen)]),
            self._owners(),
            self._keepers(),
        ]
        return [*groups, self._votes()] if self.takes_answers else groups

    def _rows(self, model: type[CommitteeAnswer] | type[Deadline] | type[DoneWhen]) -> Iterable[Any]:
        """All that was recorded, the newest first, the corrected too."""
        rows: Any = model.objects.filter(item=self.item).newest_first()
        for row in rows.select_related("committee").prefetch_related("corrections"):
            row.item = self.item
            yield row

    def _update(self, update: StatusUpdate) -> FactLine:
        is_corrected = any(row.is_published for row in update.corrections.all())
        may = update.is_published and not is_corrected and bool(self.writers)
        note = [] if update.is_published else [update.get_state_display()]
        if update.committee:
            note.append(update.committee.abbreviation)
        if update.author:
            note.append(_("skrevet af %(author)s") % {"author": update.author})
        return FactLine(
            f"{update.label}, {date_format(update.on, 'd.m.Y')}",
            update_url(update),
            ", ".join(note),
            correct=correction_address(update) if may else "",
            is_slip=may and is_own_slip(update, self.user),
            is_corrected=is_corrected,
        )

    def _answer(self, row: CommitteeAnswer) -> FactLine:
        may = self.reach.is_superuser or row.committee_id in self.reach.committees(Role.APPROVER)
        return self._recorded(row, str(row), row.text or row.reason, may=may)

    def _deadline(self, row: Deadline) -> FactLine:
        words = date_format(row.due_on, "d.m.Y") if row.due_on else _("taget tilbage")
        return self._recorded(row, words, row.reason, may=bool(self.deciders))

    def _criterion(self, row: DoneWhen) -> FactLine:
        return self._recorded(row, row.text or _("taget tilbage"), row.reason, may=bool(self.deciders))

    def _recorded(self, row: Any, words: str, note: str, *, may: bool) -> FactLine:
        is_corrected = bool(row.corrections.all())
        may = may and not is_corrected
        return FactLine(
            words,
            reverse(f"admin:recommendations_{row._meta.model_name}_change", args=[row.pk]),
            note,
            correct=correction_address(row) if may else "",
            is_slip=may and is_own_slip(row, self.user),
            is_corrected=is_corrected,
        )

    def _owners(self) -> FactGroup:
        """Who owns it, and who did; what a later row replaced stands in the list of ownerships."""
        rows = Ownership.objects.recorded().filter(item=self.item).select_related("committee")
        lines = []
        for row in rows.order_by("valid_to", "-role", "committee__sort_name", "pk"):
            words = _("%(committee)s: %(role)s, fra %(start)s") % {
                "committee": row.committee.name,
                "role": row.get_role_display(),
                "start": date_format(row.valid_from, "d.m.Y"),
            }
            until = _("til %(end)s") % {"end": date_format(row.valid_to, "d.m.Y")} if row.valid_to else ""
            page = "admin:recommendations_ownership_%s"
            lines.append(
                FactLine(
                    words,
                    reverse(page % "change", args=[row.pk]),
                    ", ".join(filter(None, [until, row.reason])),
                    correct=correction_address(row) if self.is_administrator else "",
                    is_slip=self.is_administrator and is_own_slip(row, self.user),
                    end=reverse(page % "end", args=[row.pk]) if self.is_administrator and not row.valid_to else "",
                )
            )
        return FactGroup(_("Ejere"), lines, self._adding("ownership"), _("Tilføj ejer"))

    def _keepers(self) -> FactGroup:
        """Who is asked how it stands, for each committee that owns it while it is not done with."""
        address = item_url(self.item, "assign") if self.deciders else item_url(self.item, "history")
        lines = [FactLine(words, address, note) for words, note in keepers_in_words(self.item)]
        can_assign = bool(self.deciders and lines)
        return FactGroup(_("Hvem bliver spurgt"), lines, address if can_assign else "", _("Giv den til en medarbejder"))

    def _votes(self) -> FactGroup:
        lines = [
            FactLine(
                str(row),
                reverse("admin:recommendations_voteshare_change", args=[row.pk]),
                correct=reverse("admin:recommendations_voteshare_change", args=[row.pk])
                if self.is_administrator
                else "",
            )
            for row in VoteShare.objects.filter(item=self.item).order_by("option")
        ]
        return FactGroup(_("Støtte"), lines, self._adding("voteshare"), _("Registrer støtte"))

    def _adding(self, name: str) -> str:
        """Where an administrator adds a row about the item."""
        return (
            reverse(f"admin:recommendations_{name}_add", query={"item": self.item.pk}) if self.is_administrator else ""
        )
