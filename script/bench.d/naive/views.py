import csv

import django_filters
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from naive.models import Committee, Item, Source


class ItemFilter(django_filters.FilterSet):
    source = django_filters.ModelChoiceFilter(queryset=Source.objects.all(), to_field_name="slug")
    committees = django_filters.ModelChoiceFilter(queryset=Committee.objects.all(), to_field_name="code")
    status = django_filters.CharFilter()
    q = django_filters.CharFilter(method="search")

    class Meta:
        model = Item
        fields = ["source", "committees", "status"]

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(Q(title__icontains=word) | Q(summary__icontains=word))
        return queryset


def items(request):
    found = ItemFilter(request.GET, Item.objects.select_related("source").order_by("source_id", "path"))
    rows = found.qs
    page = Paginator(rows.prefetch_related("committees"), 25).get_page(request.GET.get("page"))
    facets = {
        name: list(rows.order_by().values_list(field).annotate(Count("pk", distinct=True)).order_by(field))
        for name, field in (("Kilde", "source__title"), ("Udvalg", "committees__name"), ("Status", "status"))
    }
    return render(request, "items.html", {"filter": found, "page": page, "facets": facets})


def item(request, pk):
    found = get_object_or_404(Item.objects.select_related("source"), pk=pk)
    updates = found.update_set.select_related("committee").order_by("-on", "-pk")
    return render(request, "item.html", {"item": found, "owners": found.committees.all(), "updates": updates})


def _row(found):
    owners = [owner.code for owner in found.committees.all()]
    return {"source": found.source.slug, "number": found.number, "title": found.title, "summary": found.summary,
            "status": found.status, "owners": owners}  # fmt: skip


def as_json(request):
    rows = Item.objects.select_related("source").prefetch_related("committees").order_by("source_id", "path")
    start = int(request.GET.get("from", 0))
    return JsonResponse({"count": Item.objects.count(), "rows": [_row(found) for found in rows[start : start + 100]]})


class Echo:
    def write(self, value):
        return value


def as_csv(request):
    writer = csv.writer(Echo())
    rows = Item.objects.select_related("source").prefetch_related("committees").order_by("source_id", "path")
    lines = (writer.writerow(list(_row(found).values())) for found in rows.iterator(chunk_size=2000))
    return StreamingHttpResponse(lines, content_type="text/csv")


urlpatterns = [
    path("items/", items),
    path("items/<int:pk>/", item),
    path("items.json", as_json),
    path("items.csv", as_csv),
]
