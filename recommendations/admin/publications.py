"""Sources."""

from django.contrib import admin

from recommendations.admin.base import SuperuserAdmin, SuperuserInline
from recommendations.models import ProcessFact, Publication


class ProcessFactInline(SuperuserInline):
    model = ProcessFact


@admin.register(Publication)
class PublicationAdmin(SuperuserAdmin):
    list_display = ["title", "kind", "publisher", "handed_over_on", "expects_answers"]
    list_filter = ["kind", "expects_answers"]
    search_fields = ["title", "slug", "publisher"]
    inlines = [ProcessFactInline]

    def get_readonly_fields(self, request, obj=None):
        return ["slug", "short_code"] if obj else []


@admin.register(ProcessFact)
class ProcessFactAdmin(SuperuserAdmin):
    list_display = ["label", "publication", "number", "on", "position"]
    list_filter = ["publication"]
    search_fields = ["label", "text"]
    list_select_related = ["publication"]
    autocomplete_fields = ["publication"]
