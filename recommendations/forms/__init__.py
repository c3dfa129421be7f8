"""What staff type: fields, labels and the checks that need no database rule. The rules themselves are in `actions`."""

from recommendations.forms.base import ActingForm, DateInput, RefusableForm, add_refusal, sentences_of
from recommendations.forms.bulk import BulkRowForm, BulkStatusForm, CommonForm, CommonStatusForm
from recommendations.forms.commitments import AnswerForm, DeadlineForm, DoneWhenForm
from recommendations.forms.committees import HandOverForm
from recommendations.forms.error_reports import HandledForm
from recommendations.forms.evidence import EvidenceFormSet
from recommendations.forms.items import CorrectOwnerForm, EndOwnerForm, NewItemForm, WordingForm
from recommendations.forms.sources import FactFormSet, OpenSourceForm
from recommendations.forms.updates import CorrectionForm, ReturnForm, UpdateForm

__all__ = [
    "ActingForm",
    "AnswerForm",
    "BulkRowForm",
    "BulkStatusForm",
    "CommonForm",
    "CommonStatusForm",
    "CorrectOwnerForm",
    "CorrectionForm",
    "DateInput",
    "DeadlineForm",
    "DoneWhenForm",
    "EndOwnerForm",
    "EvidenceFormSet",
    "FactFormSet",
    "HandOverForm",
    "HandledForm",
    "NewItemForm",
    "OpenSourceForm",
    "RefusableForm",
    "ReturnForm",
    "UpdateForm",
    "WordingForm",
    "add_refusal",
    "sentences_of",
]
