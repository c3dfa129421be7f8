"""Facts about items, each in a list of its own: votes, owners, relations, answers, deadlines, criteria, reports."""

from django.contrib import admin

from recommendations.admin.base import SuperuserAdmin, TrackerAdmin
from recommendations.models import (
    Addressee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    IssuedReport,
    Ownership,
    Relation,
    VoteShare,
)

ITEM = ["recommendation__publication", "initiative__publication"]


@admin.register(Addressee)
class AddresseeAdmin(SuperuserAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]


@admin.register(VoteShare)
class VoteShareAdmin(SuperuserAdmin):
    list_display = ["recommendation", "option", "percent", "count", "basis"]
    list_filter = ["basis", "option", "recommendation__publication"]
    list_select_related = ["recommendation__publication"]
    search_fields = ["recommendation__number", "recommendation__title"]
    autocomplete_fields = ["recommendation"]


@admin.register(Ownership)
class OwnershipAdmin(SuperuserAdmin):
    """Ended by a date, never deleted: who owned what, when, must stay readable."""

    list_display = ["committee", "item", "role", "valid_from", "valid_to"]
    list_filter = ["committee", "role"]
    list_select_related = ["committee", *ITEM]
    search_fields = ["recommendation__title", "recommendation__number", "initiative__title", "initiative__code"]
    autocomplete_fields = ["recommendation", "initiative", "committee"]

    @admin.display(description="række")
    def item(self, row):
        return row.item

    def get_readonly_fields(self, request, obj=None):
        # What was once known stays as it was: an ownership is ended and another begun.
        return ["recommendation", "initiative", "committee", "role", "valid_from"] if obj else []

    def save_model(self, request, obj, form, change):
        if not change:
            obj.recorded_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Relation)
class RelationAdmin(SuperuserAdmin):
    list_display = ["from_item", "kind", "to_item", "basis", "source"]
    list_filter = ["kind", "basis"]
    list_select_related = [
        "from_recommendation__publication",
        "from_initiative__publication",
        "to_recommendation__publication",
        "to_initiative__publication",
        "source",
    ]
    search_fields = [
        "from_recommendation__title",
        "from_initiative__title",
        "to_recommendation__title",
        "to_initiative__title",
    ]
    autocomplete_fields = ["from_recommendation", "from_initiative", "to_recommendation", "to_initiative", "source"]

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser  # a reading that was wrong; its history stays


class RecordedAdmin(TrackerAdmin):
    """Rows that are final from the moment they are recorded: read here, made by an action on the item's page."""


@admin.register(CommitteeAnswer)
class CommitteeAnswerAdmin(RecordedAdmin):
    list_display = ["recommendation", "committee", "outcome", "meeting_date", "recorded_by", "recorded_at"]
    list_filter = ["outcome", "committee"]
    list_select_related = ["recommendation", "committee", "recorded_by"]
    search_fields = ["recommendation__number", "recommendation__title", "text"]
    date_hierarchy = "meeting_date"


@admin.register(Deadline)
class DeadlineAdmin(RecordedAdmin):
    list_display = ["item", "due_on", "reason", "committee", "recorded_by", "recorded_at"]
    list_filter = ["committee"]
    list_select_related = ["committee", "recorded_by", "recommendation", "initiative"]
    search_fields = ["recommendation__title", "initiative__title", "reason"]


@admin.register(DoneWhen)
class DoneWhenAdmin(RecordedAdmin):
    list_display = ["item", "text", "reason", "committee", "recorded_by", "recorded_at"]
    list_filter = ["committee"]
    list_select_related = ["committee", "recorded_by", "recommendation", "initiative"]
    search_fields = ["recommendation__title", "initiative__title", "text"]


@admin.register(IssuedReport)
class IssuedReportAdmin(RecordedAdmin):
    list_display = ["code", "title", "committee", "as_of", "issued_by", "issued_at"]
    list_filter = ["committee"]
    list_select_related = ["committee", "issued_by"]
    search_fields = ["code", "title"]
    exclude = ["data"]
