"""The page that a mail leads to: what is asked of one person, where they say how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.actions import RowsRefused, confirm_many, decline_item
from recommendations.actions.state import done_before
from recommendations.actions.turns import in_turn
from recommendations.by_link.opening import LinkRefused, opened, page_of
from recommendations.by_link.rows import AskedRow, rows_of
from recommendations.by_link.status import StatusByLink
from recommendations.danish import whole_number
from recommendations.enums import Act, UpdateState
from recommendations.forms import DeclineForm, add_refusal
from recommendations.links import StaffLink
from recommendations.models import Event, StatusUpdate
from recommendations.models.membership import name_of
from recommendations.writing.posted import SAVE, STEP, page_key, posted, request_key, seen_by
from recommendations.writing.update import SUBMIT

# What stands in addresses: the row, what is to be shown of it, all ticked; and what has been done.
ROW, SHOW, ALL, DONE, WRITTEN = "raekke", "valg", "alle", "gjort", "kladde"
CONFIRM, STATUS, DECLINE = "bekraeft", "status", "ikke-min"  # what can be shown; the first and the last are buttons too
TICKED = "valgt"


@opened
def mail_work(request: HttpRequest, link: StaffLink) -> HttpResponse:
    """`/svar/<token>/`: all that is asked of the person, or one row of it. What is opened changes nothing."""
    step, key = request.POST.get(STEP, ""), request_key(request)
    if request.method == "POST":
        if step not in (CONFIRM, DECLINE, SAVE, SUBMIT) or key is None:
            sentence = _("Vi kunne ikke se, hvilken knap du trykkede på. Åbn linket i mailen igen, og prøv igen.")
            raise LinkRefused(sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if step in (CONFIRM, DECLINE) and _done_of(link, key):  # first: what was declined is not there any more
            return _told(request, **{DONE: str(key)})
    done = _sentence(request, link)
    try:
        rows = rows_of(link)
    except LinkRefused:
        if not done:
            raise
        return page_of(request, "done.html", {"title": done})
    row = _chosen(request, link, rows)
    shown = _shown(request, step, row)
    if shown == STATUS and row:
        return _status(request, link, row)
    if shown == DECLINE and row:
        return _decline(request, link, row, key)
    return _work(request, link, [row] if row else rows, key, done)


def _chosen(request: HttpRequest, link: StaffLink, rows: Sequence[AskedRow]) -> AskedRow | None:
    """The one row that the link or the address is about, if either is about one."""
    asked = request.GET.get(ROW, "")
    if not asked and link.item is None:
        return None
    found = next((row for row in rows if asked in ("", row.key)), None)
    if found is None:
        raise LinkRefused(
            _("Du bliver ikke spurgt om den række. Den kan være givet til en anden eller være afsluttet.")
        )
    return found


def _shown(request: HttpRequest, step: str, row: AskedRow | None) -> str:
    if request.method != "POST":
        return request.GET.get(SHOW, "")
    if step != CONFIRM and row is None:
        raise LinkRefused(_("Vi kunne ikke se, hvilken række det var. Åbn linket igen, og vælg rækken."))
    return STATUS if step in (SAVE, SUBMIT) else step


def _told(request: HttpRequest, **what: str) -> HttpResponse:
    """To the page, which then says what was done."""
    return HttpResponseRedirect(f"{request.path}?{urlencode(what)}")


def _done_of(link: StaffLink, key: UUID) -> Event | None:
    event = done_before(key)
    return event if event and event.by_id == link.person.pk else None


def _sentence(request: HttpRequest, link: StaffLink) -> str:
    """What the person did just now, read from where it was written; empty where they did nothing."""
    if pk := whole_number(request.GET.get(WRITTEN, "")):
        update = StatusUpdate.objects.editable_by(link.person).filter(pk=pk, author=link.person).first()
        if update is None:
            return ""
        if update.state == UpdateState.SUBMITTED:
            return _("Sendt til godkendelse. Borgerne ser det, når en godkender har udgivet det.")
        return _("Kladden er gemt. Den er ikke sendt til godkendelse.")
    try:
        event = _done_of(link, UUID(request.GET.get(DONE, "")))
    except ValueError:
        return ""
    if event is None:
        return ""
    if event.act == Act.ITEM_DECLINED:
        return _("Meldt: %(item)s er ikke din. En godkender giver den til en anden. Du skal ikke gøre mere.") % {
            "item": event.item
        }
    count = Event.objects.filter(by=link.person, act=Act.STATUS_CONFIRMED, at=event.at).count()
    return ngettext(
        "%(count)s række er bekræftet: Status er stadig korrekt.",
        "%(count)s rækker er bekræftet: Status er stadig korrekt.",
        count,
    ) % {"count": count}


# --- Confirmed --------------------------------------------------------------------------------------------------------


def _work(request: HttpRequest, link: StaffLink, rows: Sequence[AskedRow], key: UUID | None, done: str) -> HttpResponse:
    """The rows, with the one button for all that are ticked."""
    problem = ""
    if request.method == "POST":
        ticked = set(request.POST.getlist(TICKED))
        for row in rows:
            row.is_ticked = row.key in ticked and row.can_confirm
        problem = _confirmed(request, link, [row for row in rows if row.is_ticked], len(ticked), key)
        if not problem:
            return _told(request, **{DONE: str(key)})
    elif request.GET.get(ALL):
        for row in rows:
            row.is_ticked = row.can_confirm
    is_one = link.item is not None or ROW in request.GET
    context = {
        "title": rows[0].title if is_one else _("Det, du bliver spurgt om"),
        "rows": rows,
        "is_one": is_one,
        "of_all": link.item is None and is_one,
        "can_confirm": any(row.can_confirm for row in rows),
        "sent": sum(row.draft is not None and row.draft.state == UpdateState.SUBMITTED for row in rows),
        "name": name_of(link.person),
        "done": done,
        "problem": problem,
        "path": request.path,
        "noegle": page_key(request),
    }
    return page_of(request, "work.html", context, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK)


def _confirmed(request: HttpRequest, link: StaffLink, rows: Sequence[AskedRow], asked: int, key: UUID | None) -> str:
    """Confirm the rows, or say why none of them was confirmed."""
    if not rows:
        return _("Sæt flueben ved mindst én række.")
    if len(rows) < asked:
        return _("Nogle af rækkerne er ikke længere hos dig. Se resten igennem, og bekræft igen.")
    seen = {row.item: stood for row in rows if (stood := seen_by(request, prefix=row.prefix))}
    try:
        with in_turn():
            for number, batch in enumerate(_once_each(rows)):
                confirm_many(
                    by=link.person,
                    items={row.item: row.committee for row in batch},
                    seen=seen if number == 0 else None,  # of the later ones it has been asked with the first
                    request_key=uuid5(key, str(number)) if key and number else key,
                )
    except RowsRefused as refused:
        for row in rows:
            if row.item in refused.rows:
                row.problem = " ".join(refused.rows[row.item].messages)
        return _("Intet er bekræftet endnu. Se rækkerne med rødt, og bekræft igen.")
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def _once_each(rows: Sequence[AskedRow]) -> list[list[AskedRow]]:
    """The rows in as few batches as can be, so that none holds an item twice: each of its committees says its own."""
    batches: list[list[AskedRow]] = []
    for row in rows:
        batch = next((one for one in batches if row.item not in {other.item for other in one}), None)
        if batch is None:
            batches.append(batch := [])
        batch.append(row)
    return batches


# --- A new status, and »ikke min« -------------------------------------------------------------------------------------


def _status(request: HttpRequest, link: StaffLink, row: AskedRow) -> HttpResponse:
    page = StatusByLink.of(request, link, row)
    if request.method == "POST" and (saved := page.carried_out()) is not None:
        return _told(request, **{WRITTEN: str(saved.pk)})
    context = page.context() | {"row": row, "back": request.path}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if page.is_wrong else HTTPStatus.OK
    return page_of(request, "status.html", context, status)


def _decline(request: HttpRequest, link: StaffLink, row: AskedRow, key: UUID | None) -> HttpResponse:
    form = DeclineForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            decline_item(by=link.person, item=row.item, committee=row.committee, request_key=key, **form.cleaned_data)
        except ValidationError as refused:
            add_refusal(form, refused)
        else:
            return _told(request, **{DONE: str(key)})
    context: dict[str, Any] = {
        "title": _("Ikke min: %(item)s") % {"item": row.item},
        "row": row,
        "form": form,
        "back": request.path,
        "noegle": page_key(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page_of(request, "decline.html", context, status)
