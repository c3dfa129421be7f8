"""Every change of state: one function each, the same for the admin, bulk pages, imports, commands and the API.

All take keyword arguments only, with `by=` the user who acts (and answers for it in the log); nobody, where a row is
read from a source. They are atomic, check the right (`PermissionDenied`) and the rules (`ValidationError`, field name
to Danish sentence), write nothing when refused, and end in one `Event`. With a `request_key` they are safe to ask
twice (idempotent).
"""

from recommendations.actions.answers import record_answer
from recommendations.actions.commitments import set_deadline, set_done_when
from recommendations.actions.committees import (
    HandOver,
    add_owner,
    correct_owner,
    end_owner,
    hand_over,
    open_items_of,
    owned_items,
    save_committee,
)
from recommendations.actions.error_reports import handle_error_report, report_error
from recommendations.actions.items import (
    add_item,
    change_item,
    record_support,
    relate,
    save_addressee,
    unrelate,
)
from recommendations.actions.many import (
    MOST_AT_ONCE,
    RowsRefused,
    StatusEntry,
    confirm_many,
    confirm_unchanged,
    give_status_to_many,
    nothing_to_confirm,
    statuses_to_confirm,
    too_many,
)
from recommendations.actions.municipality import change_municipality
from recommendations.actions.people import end_role, give_role
from recommendations.actions.reports import issue_report
from recommendations.actions.sources import (
    FactContent,
    add_source,
    change_source,
    open_source,
    record_process_facts,
)
from recommendations.actions.updates import (
    Conflict,
    EvidenceContent,
    Seen,
    UpdateDraft,
    as_if_published,
    correct_update,
    discard_draft,
    problems_of,
    publish_from_source,
    publish_update,
    return_update,
    save_draft,
    submit_update,
)
from recommendations.actions.wordings import ItemWords, correct_words, reword

__all__ = [
    "MOST_AT_ONCE",
    "Conflict",
    "EvidenceContent",
    "FactContent",
    "HandOver",
    "ItemWords",
    "RowsRefused",
    "Seen",
    "StatusEntry",
    "UpdateDraft",
    "add_item",
    "add_owner",
    "add_source",
    "as_if_published",
    "change_item",
    "change_municipality",
    "change_source",
    "confirm_many",
    "confirm_unchanged",
    "correct_owner",
    "correct_update",
    "correct_words",
    "discard_draft",
    "end_owner",
    "end_role",
    "give_role",
    "give_status_to_many",
    "hand_over",
    "handle_error_report",
    "issue_report",
    "nothing_to_confirm",
    "open_items_of",
    "open_source",
    "owned_items",
    "problems_of",
    "publish_from_source",
    "publish_update",
    "record_answer",
    "record_process_facts",
    "record_support",
    "relate",
    "report_error",
    "return_update",
    "reword",
    "save_addressee",
    "save_committee",
    "save_draft",
    "set_deadline",
    "set_done_when",
    "statuses_to_confirm",
    "submit_update",
    "too_many",
    "unrelate",
]
