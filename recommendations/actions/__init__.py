"""Every change of state: one function each, the same for the admin, bulk pages, imports, commands and the API.

All take keyword arguments only, with `by=` the user who acts (and answers for it in the log). They are atomic, check
the right (`PermissionDenied`) and the rules (`ValidationError`, field name to Danish sentence), and write nothing when
refused.
"""

from recommendations.actions.commitments import record_answer, set_deadline, set_done_when
from recommendations.actions.committees import HandOver, hand_over, open_items_of
from recommendations.actions.error_reports import handle_error_report, report_error
from recommendations.actions.many import (
    MOST_AT_ONCE,
    Entry,
    RowsRefused,
    confirm_many,
    confirm_unchanged,
    give_status_to_many,
    nothing_to_confirm,
    too_many,
)
from recommendations.actions.reports import issue_report
from recommendations.actions.state import publish_made_up, refresh_state, refresh_states
from recommendations.actions.updates import (
    Conflict,
    EvidenceContent,
    Seen,
    UpdateDraft,
    correct_update,
    discard_draft,
    not_yours,
    publish_from_source,
    publish_update,
    return_update,
    save_draft,
    submit_update,
)

__all__ = [
    "MOST_AT_ONCE",
    "Conflict",
    "Entry",
    "EvidenceContent",
    "HandOver",
    "RowsRefused",
    "Seen",
    "UpdateDraft",
    "confirm_many",
    "confirm_unchanged",
    "correct_update",
    "discard_draft",
    "give_status_to_many",
    "hand_over",
    "handle_error_report",
    "issue_report",
    "not_yours",
    "nothing_to_confirm",
    "open_items_of",
    "publish_from_source",
    "publish_made_up",
    "publish_update",
    "record_answer",
    "refresh_state",
    "refresh_states",
    "report_error",
    "return_update",
    "save_draft",
    "set_deadline",
    "set_done_when",
    "submit_update",
    "too_many",
]
