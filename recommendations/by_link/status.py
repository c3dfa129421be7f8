"""A new status from a mail: the form of staff, for just one row and person, which publishes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest

from recommendations.by_link.rows import AskedRow
from recommendations.enums import UpdateState
from recommendations.links import StaffLink
from recommendations.models import Committee, Evidence, Reach
from recommendations.writing.update import UpdateWriting


@dataclass(frozen=True)
class StoredFile:
    """Evidence that is in the draft already; it is opened by those who have logged in."""

    name: str
    file_address: str = ""
    picture_address: str = ""


class StatusByLink(UpdateWriting):
    """A draft of the person's own is written on."""

    @classmethod
    def of(cls, request: HttpRequest, link: StaffLink, row: AskedRow) -> Self:
        draft = row.draft if row.draft and row.draft.state == UpdateState.DRAFT else None
        committees = Committee.objects.filter(pk=row.committee.pk).order_by("pk")
        return cls(request, link.person, Reach.of(link.person), row.item, committees, update=draft)

    def shown(self, evidence: Evidence) -> StoredFile:
        return StoredFile((evidence.file_name or evidence.title) if evidence.file else "")
