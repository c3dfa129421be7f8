"""Taking away what the law says must go: what, then a look at every place, then why, and then for ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import register_address, require_findable, require_some, withhold
from recommendations.actions.state import done_before
from recommendations.admin.base import actor, require
from recommendations.forms import WithholdForm, WithholdReasonForm, add_refusal
from recommendations.forms.withholding import WORDS
from recommendations.models import Evidence, Item, Publication, StatusUpdate, WithheldPlace, Withholding
from recommendations.traces import Place, Redaction, Sought, every_model, kept_places_of, whole_columns, withholdable
from recommendations.writing.posted import STEP, page_key, posted, request_key

SHOWN = 120  # signs of a column, in the list of what can go


@dataclass(frozen=True)
class PlaceLine:
    """A place as it is looked at: what it is, about which item, and how it will read."""

    key: str
    label: str
    about: str
    address: str
    excerpts: list[tuple[str, str]]
    is_chosen: bool


def withhold_page(request: HttpRequest) -> HttpResponse:
    """`/admin/fjern/?tabel=…&raekke=…`: a look writes nothing. What is looked for stands in no address and no log."""
    _require_administrator(request)
    if (done := done_before(request_key(request))) and request.method == "POST":
        return _withheld(request, int(done.after))
    row = _row(request)
    columns = _columns(row)
    form = WithholdForm(posted(request), columns=[(key, label) for key, (label, _row, _name) in columns.items()])
    step = request.POST.get(STEP, "")
    if request.method != "POST" or step == "ret" or not form.is_valid():
        return _what_page(request, form, is_asked=step != "ret")
    redaction = _redaction(form, row, columns)
    try:
        require_findable(redaction)
        found = _looked_up(redaction)
        require_some(redaction, found)
    except ValidationError as refused:
        _at_what(form, refused)
        return _what_page(request, form)
    why = WithholdReasonForm(posted(request) if step == "fjern" else None, places=[place.key for place in found])
    if step == "fjern" and why.is_valid():
        try:
            withholding = withhold(
                by=actor(request), redaction=redaction, request_key=request_key(request), **why.cleaned_data
            )
        except ValidationError as refused:
            add_refusal(why, refused)
        else:
            return _withheld(request, withholding.number)
    return _look_page(request, form, why, redaction, found)


def withheld_page(request: HttpRequest, number: int) -> HttpResponse:
    """`/admin/fjern/nr/<nummer>/`: what was taken from where; never what it was."""
    _require_administrator(request)
    withholding = get_object_or_404(Withholding.objects.for_register(), number=number)
    tables = {model._meta.db_table: model for model in every_model()}
    counts: dict[tuple[str, str], int] = {}
    for place in WithheldPlace.objects.filter(withholding=withholding).order_by("pk"):
        model = tables[place.table_name]
        column = next(one for one in model._meta.concrete_fields if one.column == place.column_name)
        where = (str(model._meta.verbose_name), str(column.verbose_name))
        counts[where] = counts.get(where, 0) + 1
    page = {
        **admin.site.each_context(request),
        "title": _("Fjernet, nr. %(number)s") % {"number": number},
        "withholding": withholding,
        "counts": [(table, column, count) for (table, column), count in counts.items()],
        "register": register_address(withholding.anchor),
        "public_url": withholding.item.get_absolute_url() if withholding.item else "",
    }
    return TemplateResponse(request, "admin/recommendations/withholding/done.html", page)


def _require_administrator(request: HttpRequest) -> None:
    require(permissions.can_administer(request.user), _("Kun en administrator kan fjerne oplysninger for altid."))


def _withheld(request: HttpRequest, number: int) -> HttpResponse:
    messages.success(request, _("Det er fjernet, og det står på listen over det, der er fjernet."))
    return HttpResponseRedirect(reverse("withheld", args=[number]))


def _row(request: HttpRequest) -> models.Model | None:
    """The row that one came from; none where one came from nowhere in particular."""
    name, pk = request.GET.get("tabel", ""), request.GET.get("raekke", "")
    if not name:
        return None
    model: Any = next((one for one in every_model() if one._meta.model_name == name and withholdable(one)), None)
    found: models.Model | None = model.objects.filter(pk=int(pk)).first() if model and pk.isdecimal() else None
    if found is None:
        raise Http404(_("Rækken findes ikke."))
    return found


def _columns(row: models.Model | None) -> dict[str, tuple[str, models.Model, str]]:
    """Key -> what can go whole, in words; its row; its name. What belongs to the row is offered with it."""
    rows: list[Any] = [] if row is None else [row]
    if isinstance(row, StatusUpdate):
        rows += row.evidence.order_by("position")
    if isinstance(row, Item) and row.wording:
        rows.append(row.wording)
    if isinstance(row, Publication):
        rows += row.facts.order_by("position")
    offered = {}
    for one in rows:
        for column in whole_columns(one):
            text = " ".join(str(getattr(one, column.name)).split())
            shown = f"{text[:SHOWN]} …" if len(text) > SHOWN else text
            if isinstance(one, Evidence) and column.name == "file":
                shown = one.file_name or one.title
            label = f"{capfirst(one._meta.verbose_name)}, {column.verbose_name}: »{shown}«"
            offered[f"{one._meta.model_name}-{one.pk}-{column.name}"] = (label, one, column.name)
    return offered


def _redaction(
    form: WithholdForm, row: models.Model | None, columns: dict[str, tuple[str, models.Model, str]]
) -> Redaction:
    asked = form.cleaned_data
    if asked["what"] == WORDS:
        return Redaction(row=row, words=asked["words"], is_broad=asked["is_broad"])
    _label, owner, name = columns[asked["what"]]
    return Redaction(row=owner, field=name)


def _at_what(form: WithholdForm, refused: ValidationError) -> None:
    """The action speaks of the column as `field`; here it is a choice."""
    problems = {("what" if name == "field" else name): texts for name, texts in refused.message_dict.items()}
    add_refusal(form, ValidationError(problems))


def _looked_up(redaction: Redaction) -> list[Place]:
    """The places as they will read, with the reason still to be given."""
    like = Withholding(number=0, reason="…")
    return redaction.places(like.sentence.replace("….", "…"), register_address(""))


def _what_page(request: HttpRequest, form: WithholdForm, *, is_asked: bool = True) -> HttpResponse:
    page = {
        **admin.site.each_context(request),
        "title": _("Fjern oplysninger"),
        "form": form,
        "noegle": page_key(request),
        "back": reverse("admin:index"),
    }
    status = 422 if is_asked and form.is_bound and form.errors else 200
    return TemplateResponse(request, "admin/recommendations/withholding/what.html", page, status=status)


def _look_page(
    request: HttpRequest, form: WithholdForm, why: WithholdReasonForm, redaction: Redaction, found: list[Place]
) -> HttpResponse:
    chosen = set(request.POST.getlist("places")) if why.is_bound else {place.key for place in found}
    elsewhere = []
    if redaction.words:
        kept = kept_places_of(Sought(redaction.words, is_broad=redaction.is_broad))
        elsewhere = _lines(kept, set())
    page = {
        **admin.site.each_context(request),
        "title": _("Se, hvad der fjernes"),
        "form": form,
        "why": why,
        "noegle": page_key(request),
        "back": reverse("admin:index"),
        "lines": _lines(found, chosen),
        "kept": elsewhere,
        "others": _written_otherwise(redaction, found),
        "files": _files_near(redaction, found),
    }
    return TemplateResponse(
        request, "admin/recommendations/withholding/look.html", page, status=422 if why.errors else 200
    )


def _written_otherwise(redaction: Redaction, found: list[Place]) -> int:
    """In how many more places the words stand in another form: in other words, in small or capital letters."""
    if not redaction.words or redaction.is_broad:
        return 0
    broad = Redaction(words=redaction.words, is_broad=True).places("", "")
    return len({place.key for place in broad} - {place.key for place in found})


def _files_near(redaction: Redaction, found: list[Place]) -> list[Evidence]:
    """Uploaded files of the updates where something goes: nobody but a person can see what stands in them."""
    updates = {place.pk for place in found if place.model is StatusUpdate}
    if isinstance(redaction.row, StatusUpdate):
        updates.add(redaction.row.pk)
    evidence = [place.pk for place in found if place.model is Evidence]
    near = Evidence.objects.exclude(file="").filter(models.Q(update__in=updates) | models.Q(pk__in=evidence))
    going = {place.pk for place in found if place.model is Evidence and place.field == "file"}
    return list(near.exclude(pk__in=going).select_related("update").order_by("update", "position"))


def _lines(places: Iterable[Place], chosen: set[str]) -> list[PlaceLine]:
    places = list(places)
    items = _items_of(places)
    return [
        PlaceLine(
            key=place.key,
            label=place.label,
            about=items.get((place.model, place.pk), ""),
            address=_address(place),
            excerpts=place.excerpts(),
            is_chosen=place.key in chosen,
        )
        for place in places
    ]


def _items_of(places: list[Place]) -> dict[tuple[type[models.Model], int], str]:
    """(Table, key) -> the item that the row is about, in words; a query for each table, and one for the items."""
    about: dict[tuple[type[models.Model], int], int] = {}
    for model in {place.model for place in places}:
        names = {field.name for field in model._meta.concrete_fields}
        path = next((path for name, path in (("item", "item"), ("update", "update__item")) if name in names), "")
        if path:
            keys = [place.pk for place in places if place.model is model]
            rows = model.objects.filter(pk__in=keys).order_by("pk")  # type: ignore[attr-defined]
            about |= {(model, pk): item for pk, item in rows.values_list("pk", path) if item}
    items = Item.objects.filter(pk__in=set(about.values())).select_related("wording")
    said = {item.pk: str(item) for item in items.order_by("pk")}
    return {row: said[item] for row, item in about.items() if item in said}


def _address(place: Place) -> str:
    try:
        return reverse(f"admin:{place.model._meta.app_label}_{place.model._meta.model_name}_change", args=[place.pk])
    except NoReverseMatch:
        return ""
