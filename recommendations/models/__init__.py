"""The domain's tables, one file per noun; import them from here."""

from recommendations.models.about import AboutItem, for_item
from recommendations.models.answer import CommitteeAnswer
from recommendations.models.committee import Committee, CommitteeMembership, Lineage, Reach, Succession, Visitor
from recommendations.models.error_report import ErrorReport
from recommendations.models.initiative import Addressee, Initiative
from recommendations.models.issued_report import IssuedReport
from recommendations.models.item import TrackedItem
from recommendations.models.ownership import Ownership
from recommendations.models.publication import ProcessFact, Publication
from recommendations.models.recommendation import Recommendation
from recommendations.models.relation import Relation
from recommendations.models.status_update import Deadline, DoneWhen, Evidence, StatusUpdate
from recommendations.models.vote_share import VoteShare

__all__ = [
    "AboutItem",
    "Addressee",
    "Committee",
    "CommitteeAnswer",
    "CommitteeMembership",
    "Deadline",
    "DoneWhen",
    "ErrorReport",
    "Evidence",
    "Initiative",
    "IssuedReport",
    "Lineage",
    "Ownership",
    "ProcessFact",
    "Publication",
    "Reach",
    "Recommendation",
    "Relation",
    "StatusUpdate",
    "Succession",
    "TrackedItem",
    "Visitor",
    "VoteShare",
    "for_item",
]
