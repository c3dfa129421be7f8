"""Who keeps items up: one given to a colleague, and those that somebody has said »ikke min« of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import keepers, permissions
from recommendations.actions import assign_item, share_out_items
from recommendations.actions.state import done_before
from recommendations.admin.base import action_page, actor, item_url, reach_of, require
from recommendations.admin.queues import QueueScope, declined_in
from recommendations.admin.work_rows import declined_words
from recommendations.enums import Role
from recommendations.forms import ItemKeeperForm, KeeperForm, sentences_of
from recommendations.models import Assignment, Committee, Item
from recommendations.models.membership import name_of
from recommendations.writing.posted import page_key, posted, request_key

CHOSEN, COMMITTEE = "valgt", "udvalg"


# --- One item ---------------------------------------------------------------------------------------------------------


def keepers_in_words(item: Item) -> Iterator[tuple[str, str]]:
    """For each committee that owns an open item: whom it asks, and why, or why nobody."""
    today = timezone.localdate()
    cells = keepers.open_cells(today, where=Q(item=item.pk))
    names = {one.pk: one.abbreviation for one in Committee.objects.filter(pk__in=[one.committee for one in cells])}
    said = {one.committee_id: one for one in Assignment.objects.filter(item=item).select_related("declined_by")}
    for (_item, committee), kept in keepers.keepers_of(cells, today).items():
        people = ", ".join(name_of(person) for person in kept.people) or _("ingen")
        note = ""
        if (assignment := said.get(committee)) and kept.is_declined:
            note = declined_words(assignment)
        yield f"{names[committee]}: {people}", note


def assign_page(request: HttpRequest, item: Item, committees: QuerySet[Committee]) -> HttpResponse:
    """Where an approver gives an item to somebody."""
    people = _writers_of(list(committees))
    return action_page(
        request,
        title=_("Giv %(item)s til en medarbejder") % {"item": item},
        form=ItemKeeperForm(posted(request), committees=committees, people=people),
        perform=lambda data: assign_item(by=actor(request), item=item, request_key=request_key(request), **data),
        done=_("Givet. Den, du valgte, bliver spurgt om rækken fra nu af."),
        back=item_url(item),
        stands=[" ".join(filter(None, line)) for line in keepers_in_words(item)],
        button=_("Giv rækken"),
        explanation=_("Vælg, hvem i udvalget der skal holde rækken ved lige. Borgerne ser aldrig hvem."),
    )


def _writers_of(committees: list[Committee]) -> QuerySet[User]:
    found = User.objects.none()
    for committee in committees:
        found |= permissions.writers_of(committee)
    return found.order_by("first_name", "username")


# --- What was declined ------------------------------------------------------------------------------------------------


@dataclass
class DeclinedGroup:
    """What waits in one committee, in whose name the user gives it to somebody."""

    committee: Committee
    form: Any
    rows: list[Assignment] = field(default_factory=list)
    ticked: frozenset[str] = frozenset()
    problems: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[Assignment, str, bool]]:
        """Each row with who declined it, and whether it is ticked."""
        return [(row, declined_words(row), str(row.item_id) in self.ticked) for row in self.rows]


def declined_items(request: HttpRequest) -> HttpResponse:
    """`/admin/ikke-min/`: what somebody has said »ikke min« of, to be given to others, several at once."""
    reach = reach_of(request)
    require(
        reach.is_superuser or bool(reach.committees(Role.APPROVER)),
        _("Du er ikke godkender for noget udvalg. Spørg en administrator, hvis det er forkert."),
    )
    if request.method == "POST" and done_before(request_key(request)):
        return _given(request, len(request.POST.getlist(CHOSEN)))
    groups = _groups(request)
    if request.method == "POST":
        group = next((one for one in groups if str(one.committee.pk) == request.POST.get(COMMITTEE)), None)
        if group is None:
            messages.error(request, _("Rækkerne venter ikke længere. Se, hvad der er tilbage."))
            return HttpResponseRedirect(reverse("declined_items"))
        if (count := _share_out(request, group)) is not None:
            return _given(request, count)
    wrong = any(group.problems or group.form.errors for group in groups)
    context = {
        **admin.site.each_context(request),
        "title": _("Meldt »ikke min«"),
        "groups": groups,
        "noegle": page_key(request),
    }
    template = "admin/recommendations/people/declined.html"
    return TemplateResponse(request, template, context, status=422 if wrong else 200)


def _groups(request: HttpRequest) -> list[DeclinedGroup]:
    reach, user = reach_of(request), actor(request)
    every = Committee.objects.order_by("sort_name", "code")
    committees = {one.pk for one in every} if reach.is_superuser else reach.committees(Role.APPROVER)
    rows = list(declined_in(QueueScope.of(user, reach, committees)))
    rights = permissions.ActingRights(user, [row.item for row in rows], reach=reach)
    of_committee: dict[Committee, list[Assignment]] = defaultdict(list)
    for row in rows:
        acting = rights.committees(row.item, Role.APPROVER)
        if acting:
            of_committee[row.committee if row.committee in acting else acting[0]].append(row)
    asked = request.POST.get(COMMITTEE)
    return [
        DeclinedGroup(
            committee,
            KeeperForm(
                request.POST if asked == str(committee.pk) else None,
                prefix=f"u{committee.pk}",
                people=permissions.writers_of(committee),
            ),
            found,
            frozenset(request.POST.getlist(CHOSEN)),
        )
        for committee, found in of_committee.items()
    ]


def _share_out(request: HttpRequest, group: DeclinedGroup) -> int | None:
    """Give what is ticked to who was chosen: how many; none where something is wrong, which the group then says."""
    items = [row.item for row in group.rows if str(row.item_id) in group.ticked]
    if not group.form.is_valid():
        return None
    try:
        done = share_out_items(
            by=actor(request),
            items=items,
            committee=group.committee,
            person=group.form.cleaned_data["person"],
            request_key=request_key(request),
        )
    except ValidationError as refused:
        group.problems = [sentence for _name, sentence in sentences_of(refused)]
        return None
    return len(done)


def _given(request: HttpRequest, count: int) -> HttpResponse:
    done = ngettext("%(count)s række er givet videre.", "%(count)s rækker er givet videre.", count)
    messages.success(request, done % {"count": count})
    return HttpResponseRedirect(reverse("admin:index"))
