"""The domain's tables, one file per noun; import them from here."""

from recommendations.models.answer import CommitteeAnswer
from recommendations.models.answer_draft import AnswerDraft, AnswerDraftRow
from recommendations.models.answer_request import AnswerRequest
from recommendations.models.assignment import Assignment
from recommendations.models.commitment import Deadline, DoneWhen
from recommendations.models.committee import Committee, Lineage, Succession
from recommendations.models.document import Document
from recommendations.models.error_report import ErrorReport
from recommendations.models.event import Event
from recommendations.models.evidence import Evidence
from recommendations.models.import_batch import ImportBatch
from recommendations.models.issued_report import IssuedReport
from recommendations.models.item import Addressee, Initiative, Item, Recommendation
from recommendations.models.job import Job
from recommendations.models.kept_line import KeptLine, KeptLines
from recommendations.models.log_leaf import LogLeaf
from recommendations.models.mail_preference import MailPreference
from recommendations.models.mail_reply import MailReply
from recommendations.models.meeting import Meeting
from recommendations.models.membership import CommitteeMembership, Reach, Visitor
from recommendations.models.municipality import Municipality
from recommendations.models.outgoing import OutgoingMessage, ToldUntil
from recommendations.models.ownership import Ownership
from recommendations.models.publication import ProcessFact, Publication
from recommendations.models.relation import Relation
from recommendations.models.reminder import ReminderStep
from recommendations.models.report_draft import ReportDraft
from recommendations.models.search_text import SearchText
from recommendations.models.source_committee import SourceCommittee
from recommendations.models.standing import Standing
from recommendations.models.status_update import StatusUpdate
from recommendations.models.subscription import Subscriber, Subscription
from recommendations.models.synonym import Synonym
from recommendations.models.treatment import Treatment
from recommendations.models.vote_share import VoteShare
from recommendations.models.webhook import Webhook
from recommendations.models.withholding import WithheldPlace, Withholding
from recommendations.models.wording import Wording
from recommendations.models.wording_draft import WordingDraft

__all__ = [
    "Addressee",
    "AnswerDraft",
    "AnswerDraftRow",
    "AnswerRequest",
    "Assignment",
    "Committee",
    "CommitteeAnswer",
    "CommitteeMembership",
    "Deadline",
    "Document",
    "DoneWhen",
    "ErrorReport",
    "Event",
    "Evidence",
    "ImportBatch",
    "Initiative",
    "IssuedReport",
    "Item",
    "Job",
    "KeptLine",
    "KeptLines",
    "Lineage",
    "LogLeaf",
    "MailPreference",
    "MailReply",
    "Meeting",
    "Municipality",
    "OutgoingMessage",
    "Ownership",
    "ProcessFact",
    "Publication",
    "Reach",
    "Recommendation",
    "Relation",
    "ReminderStep",
    "ReportDraft",
    "SearchText",
    "SourceCommittee",
    "Standing",
    "StatusUpdate",
    "Subscriber",
    "Subscription",
    "Succession",
    "Synonym",
    "ToldUntil",
    "Treatment",
    "Visitor",
    "VoteShare",
    "Webhook",
    "WithheldPlace",
    "Withholding",
    "Wording",
    "WordingDraft",
]
