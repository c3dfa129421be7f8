"""What staff type: fields, labels and the checks that need no database rule. The rules themselves are in `actions`."""

from recommendations.forms.base import ActingForm, DateInput, DoubtableForm, RefusableForm, add_refusal, sentences_of
from recommendations.forms.bulk import (
    BulkAnswerForm,
    BulkApprovalForm,
    BulkConfirmForm,
    BulkDeadlineForm,
    BulkRowForm,
    BulkStatusForm,
    CommonConfirmForm,
    CommonDeadlineForm,
    CommonForm,
    CommonStatusForm,
    MeetingForm,
)
from recommendations.forms.commitments import (
    SLIP_REASON,
    AnswerForm,
    CorrectAnswerForm,
    CorrectDeadlineForm,
    CorrectDoneWhenForm,
    DeadlineForm,
    DoneWhenForm,
)
from recommendations.forms.committees import HandOverForm
from recommendations.forms.error_reports import HandledForm
from recommendations.forms.evidence import EvidenceFormSet
from recommendations.forms.items import CorrectOwnerForm, EndOwnerForm, NewItemForm, WordingForm
from recommendations.forms.municipality import MunicipalityForm
from recommendations.forms.people import (
    ChoosePasswordForm,
    DaysForm,
    EndRoleForm,
    InviteForm,
    LastDayField,
    LeaveForm,
    RoleForm,
)
from recommendations.forms.rows import AssignForm, PasteForm, RetypeForm, RowForm, rows_form_set
from recommendations.forms.sources import (
    BoundCommitteeFormSet,
    CorrectTreatmentForm,
    DocumentFormSet,
    FactFormSet,
    NewSourceForm,
    OpenSourceForm,
)
from recommendations.forms.updates import CorrectionForm, RemarkForm, ReturnForm, ShowsForm, UpdateForm
from recommendations.forms.withholding import WithholdForm, WithholdReasonForm

__all__ = [
    "SLIP_REASON",
    "ActingForm",
    "AnswerForm",
    "AssignForm",
    "BoundCommitteeFormSet",
    "BulkAnswerForm",
    "BulkApprovalForm",
    "BulkConfirmForm",
    "BulkDeadlineForm",
    "BulkRowForm",
    "BulkStatusForm",
    "ChoosePasswordForm",
    "CommonConfirmForm",
    "CommonDeadlineForm",
    "CommonForm",
    "CommonStatusForm",
    "CorrectAnswerForm",
    "CorrectDeadlineForm",
    "CorrectDoneWhenForm",
    "CorrectOwnerForm",
    "CorrectTreatmentForm",
    "CorrectionForm",
    "DateInput",
    "DaysForm",
    "DeadlineForm",
    "DocumentFormSet",
    "DoneWhenForm",
    "DoubtableForm",
    "EndOwnerForm",
    "EndRoleForm",
    "EvidenceFormSet",
    "FactFormSet",
    "HandOverForm",
    "HandledForm",
    "InviteForm",
    "LastDayField",
    "LeaveForm",
    "MeetingForm",
    "MunicipalityForm",
    "NewItemForm",
    "NewSourceForm",
    "OpenSourceForm",
    "PasteForm",
    "RefusableForm",
    "RemarkForm",
    "ReturnForm",
    "RetypeForm",
    "RoleForm",
    "RowForm",
    "ShowsForm",
    "UpdateForm",
    "WithholdForm",
    "WithholdReasonForm",
    "WordingForm",
    "add_refusal",
    "rows_form_set",
    "sentences_of",
]
