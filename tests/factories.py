"""Rows for tests: every factory makes a row that is valid by default; `published` makes one that the public can read.

Rows about an item take it as `item=`; what is derived of the item (how it stands, what it is found by) is made anew.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import factory
from django.contrib.auth import get_user_model
from django.utils import timezone
from factory.django import DjangoModelFactory

from recommendations import standing, tenancy
from recommendations.actions import ItemWords, propose_words, publish_words
from recommendations.actions.state import record, refresh, refresh_search, refresh_standings
from recommendations.enums import (
    Act,
    CommitteeKind,
    EvidenceKind,
    ImportKind,
    ItemKind,
    MessageKind,
    Nature,
    OwnershipRole,
    PublicationKind,
    RelationBasis,
    RelationKind,
    ReminderKind,
    ReplyState,
    RequestStep,
    Role,
    ShareBasis,
    Status,
    UpdateKind,
    UpdateState,
    VoteOption,
    WithheldKind,
    WordsBasis,
)
from recommendations.lifecycle import evidence_wanted
from recommendations.models import (
    Addressee,
    AnswerDraft,
    AnswerDraftRow,
    AnswerRequest,
    Assignment,
    Committee,
    CommitteeAnswer,
    CommitteeMembership,
    Deadline,
    Document,
    DoneWhen,
    ErrorReport,
    Evidence,
    ImportBatch,
    Initiative,
    IssuedReport,
    Item,
    Job,
    LogLeaf,
    MailPreference,
    MailReply,
    Meeting,
    Municipality,
    OutgoingMessage,
    Ownership,
    ProcessFact,
    Publication,
    Recommendation,
    Relation,
    ReminderStep,
    ReportDraft,
    SourceCommittee,
    Standing,
    StatusUpdate,
    Subscriber,
    Subscription,
    Succession,
    Synonym,
    ToldUntil,
    Treatment,
    VoteShare,
    Webhook,
    WithheldPlace,
    Withholding,
    Wording,
    WordingDraft,
)

TODAY = date(2026, 11, 2)  # the day on which every test runs that does not drive a browser
EARLIER = datetime(2024, 6, 17, 6, tzinfo=UTC)  # when what tests begin with was recorded
PASSWORD = "en-lang-adgangskode-til-test"  # of every user made here


def today():
    """The day it is in the test: TODAY, but the real one in browser tests."""
    return timezone.localdate()


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality
        django_get_or_create = ["slug"]

    slug = "koebenhavn"
    name = factory.LazyAttribute(lambda o: "Københavns Kommune" if o.slug == "koebenhavn" else f"{o.slug} Kommune")


class OfMunicipalityFactory(DjangoModelFactory):
    """A row of the municipality that is active in the test."""

    class Meta:
        abstract = True

    municipality = factory.LazyFunction(tenancy.current)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = get_user_model()
        django_get_or_create = ["username"]
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"medarbejder{n}")
    password = factory.django.Password(PASSWORD)
    is_staff = True


class PublicationFactory(OfMunicipalityFactory):
    class Meta:
        model = Publication
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"kilde-{n}")
    short_code = factory.Sequence(lambda n: f"k{n}")
    title = factory.Sequence(lambda n: f"Kilde nr. {n}")
    kind = PublicationKind.CITIZENS_ASSEMBLY
    publisher = "Københavns Kommune"
    published_on = date(2024, 6, 1)
    handed_over_on = date(2024, 6, 17)
    expects_answers = True
    public_at = datetime(2024, 6, 17, tzinfo=UTC)
    own_document = factory.RelatedFactory(
        "tests.factories.DocumentFactory",
        factory_related_name="publication",
        position=1,
        title="Anbefalinger.pdf",
        url="https://eksempel.dk/anbefalinger.pdf",
    )


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = Document
        django_get_or_create = ["publication", "title"]  # a source that was there has its document

    publication = factory.SubFactory(PublicationFactory, own_document=None)
    position = factory.Sequence(lambda n: n)
    title = factory.Sequence(lambda n: f"Bilag {n}")
    url = "https://eksempel.dk/bilag.pdf"


class SourceCommitteeFactory(DjangoModelFactory):
    class Meta:
        model = SourceCommittee

    publication = factory.SubFactory(PublicationFactory)
    committee = factory.SubFactory("tests.factories.CommitteeFactory")
    part = "Hvordan får byen plads til alle?"


class TreatmentFactory(DjangoModelFactory):
    """That a meeting took a source up, past the action, without its event."""

    class Meta:
        model = Treatment

    publication = factory.SubFactory(PublicationFactory)
    committee = factory.SubFactory("tests.factories.CommitteeFactory")
    meeting_date = date(2024, 9, 3)
    agenda_item = "punkt 11"
    agenda_url = "https://eksempel.dk/dagsorden/11"
    proposed = "At kommunen bruger anbefalingerne, når den laver sin plan."


class ProcessFactFactory(DjangoModelFactory):
    class Meta:
        model = ProcessFact

    publication = factory.SubFactory(PublicationFactory)
    position = factory.Sequence(lambda n: n)
    label = "Medlemmer ved start"
    number = 36


class CommitteeFactory(OfMunicipalityFactory):
    class Meta:
        model = Committee
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"UDV{n}")
    abbreviation = factory.SelfAttribute("code")
    name = factory.LazyAttribute(lambda o: f"Udvalget {o.code}")
    kind = CommitteeKind.STANDING
    administration = factory.LazyAttribute(lambda o: f"Forvaltningen under {o.code}")
    administration_abbreviation = factory.LazyAttribute(lambda o: f"{o.code}F")
    email = factory.LazyAttribute(lambda o: f"{o.code.lower()}@eksempel.dk")


class MeetingFactory(DjangoModelFactory):
    """A meeting of SOU that is planned, past the action, without its event."""

    class Meta:
        model = Meeting

    committee = factory.SubFactory(CommitteeFactory, code="SOU")
    on = date(2026, 11, 19)


class SuccessionFactory(DjangoModelFactory):
    class Meta:
        model = Succession

    predecessor = factory.SubFactory(CommitteeFactory)
    successor = factory.SubFactory(CommitteeFactory)
    on = date(2026, 1, 1)


class CommitteeMembershipFactory(DjangoModelFactory):
    class Meta:
        model = CommitteeMembership

    user = factory.SubFactory(UserFactory)
    committee = factory.SubFactory(CommitteeFactory)
    role = Role.EDITOR


class ItemFactory(DjangoModelFactory):
    """An item with its words: `title`, `summary` … are those of its wording, in force from `words_from`."""

    class Meta:
        model = Item

    publication = factory.SubFactory(PublicationFactory)
    kind = ItemKind.RECOMMENDATION
    number = factory.Sequence(lambda n: str(n + 1))
    title = factory.LazyAttribute(lambda o: f"{ItemKind(o.kind).label} {o.number}")
    title_basis = WordsBasis.SOURCE
    summary = "Kommunen skal gøre noget ved sagen, fordi borgerne har brug for det."
    official_text = ""
    document = ""
    pages = "12"
    words_from = None
    carries_out = ()

    @classmethod
    def _build(cls, model_class, *args, **fields):
        return super()._build(model_class, *args, **{name: fields[name] for name in fields if name not in WORDS})

    @classmethod
    def _create(cls, model_class, *args, **fields):
        words = {name: fields.pop(name) for name in WORDS}
        linked, since = words.pop("carries_out"), words.pop("words_from")
        item = super()._create(model_class, *args, **fields)
        since = since or item.publication.exists_from or date(2024, 6, 17)
        item.wording = Wording.objects.create(item=item, valid_from=since, recorded_at=EARLIER, **words)
        item.save(update_fields=["wording"])
        if linked:
            item.carries_out.set(linked)
        # What `refresh` makes of an item about which nothing is known yet, without asking the database for it.
        Standing.objects.bulk_create(standing.rows_of(item.pk, standing.Known()))
        refresh_search([item])
        return item


WORDS = ("title", "title_basis", "summary", "official_text", "document", "pages", "words_from", "carries_out")


class RecommendationFactory(ItemFactory):
    class Meta:
        model = Recommendation


class InitiativeFactory(ItemFactory):
    class Meta:
        model = Initiative

    summary = "Kommunerne skal gøre noget ved sagen."
    kind = ItemKind.INITIATIVE
    addressee = factory.SubFactory("tests.factories.AddresseeFactory")


class AddresseeFactory(OfMunicipalityFactory):
    class Meta:
        model = Addressee
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"adressat-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.capitalize())


class SynonymFactory(OfMunicipalityFactory):
    class Meta:
        model = Synonym

    everyday = factory.Sequence(lambda n: "hverdagsord" + "".join("abcdefghij"[int(digit)] for digit in str(n)))
    official = "kildens ord"


class VoteShareFactory(DjangoModelFactory):
    class Meta:
        model = VoteShare

    item = factory.SubFactory(RecommendationFactory)
    option = VoteOption.SUPPORTS
    percent = 92
    page = "12"
    basis = ShareBasis.PERCENT

    class Params:
        unreadable = factory.Trait(basis=ShareBasis.UNREADABLE, percent=None)


class AboutItemFactory(DjangoModelFactory):
    """About a new recommendation unless told otherwise. The item's standing is renewed."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    item = factory.SubFactory(RecommendationFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        row = super()._create(model_class, *args, **kwargs)
        if not isinstance(row, StatusUpdate | DoneWhen):  # drafts and criteria say nothing of how the item stands
            refresh_standings([row.item])
        return row


class OwnershipFactory(AboutItemFactory):
    class Meta:
        model = Ownership

    committee = factory.SubFactory(CommitteeFactory)
    role = OwnershipRole.LEAD
    valid_from = date(2024, 6, 17)


class CommitteeAnswerFactory(AboutItemFactory):
    class Meta:
        model = CommitteeAnswer

    committee = factory.SubFactory(CommitteeFactory)
    outcome = "adopted"
    meeting_date = date(2024, 9, 18)
    agenda_item = "Punkt 7"
    corrects = None
    reason = factory.LazyAttribute(lambda o: "Skrevet forkert." if o.corrects else "")
    text = "Udvalget følger anbefalingen."
    passed_on_to = factory.LazyAttribute(lambda o: "Region Hovedstaden" if o.outcome == "outside_remit" else "")


class StatusUpdateFactory(AboutItemFactory):
    """A draft; `published` makes what the public can read."""

    class Meta:
        model = StatusUpdate

    kind = UpdateKind.STATUS
    status = factory.LazyAttribute(lambda o: Status.IN_PROGRESS if o.kind == UpdateKind.STATUS else "")
    on = factory.LazyFunction(today)
    text = "Arbejdet er begyndt i to bydele."
    decided_by = factory.LazyAttribute(lambda o: "Sundheds- og Omsorgsudvalget" if o.status == Status.ABANDONED else "")
    decided_on = factory.LazyAttribute(lambda o: o.on if o.status == Status.ABANDONED else None)
    committee = factory.SubFactory(CommitteeFactory, code="SOU")
    author = factory.SubFactory(UserFactory, username="anna")


class EvidenceFactory(DjangoModelFactory):
    class Meta:
        model = Evidence

    update = factory.SubFactory(StatusUpdateFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = "Referat af udvalgets møde"
    url = factory.LazyAttribute(lambda o: "" if o.case_number or o.file else "https://eksempel.dk/referat")
    kind = EvidenceKind.OPERATING
    case_number = ""
    file = ""


class DeadlineFactory(AboutItemFactory):
    class Meta:
        model = Deadline

    due_on = date(2026, 12, 31)
    set_on = date(2024, 9, 18)
    reason = "Besluttet sammen med svaret."


class DoneWhenFactory(AboutItemFactory):
    class Meta:
        model = DoneWhen

    text = "… alle bydele har et tilbud."
    set_on = date(2024, 9, 18)
    reason = "Besluttet sammen med svaret."


class ErrorReportFactory(OfMunicipalityFactory):
    """About no item, unless `item` says which."""

    class Meta:
        model = ErrorReport

    item = None
    text = "Der står 92 procent. I kilden står der 29."
    where = factory.LazyAttribute(lambda o: o.item.get_absolute_url() if o.item else "")
    email = "borger@eksempel.dk"


class JobFactory(OfMunicipalityFactory):
    class Meta:
        model = Job

    kind = "told_of_error"


class OutgoingMessageFactory(OfMunicipalityFactory):
    class Meta:
        model = OutgoingMessage

    kind = MessageKind.WORKFLOW


class ToldUntilFactory(OfMunicipalityFactory):
    class Meta:
        model = ToldUntil


class WebhookFactory(OfMunicipalityFactory):
    class Meta:
        model = Webhook

    url = factory.Sequence(lambda number: f"https://eksempel.dk/krog/{number}")
    secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


class SubscriberFactory(OfMunicipalityFactory):
    class Meta:
        model = Subscriber

    email = factory.Sequence(lambda number: f"laeser{number}@eksempel.dk")


class SubscriptionFactory(DjangoModelFactory):
    class Meta:
        model = Subscription

    subscriber = factory.SubFactory(SubscriberFactory)
    address = "/anbefalinger/"


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    item = factory.SubFactory(RecommendationFactory)
    committee = factory.SubFactory(CommitteeFactory)
    person = factory.Maybe("declined_by", None, factory.SubFactory(UserFactory))
    declined_by = None


class ReminderStepFactory(OfMunicipalityFactory):
    class Meta:
        model = ReminderStep

    kind = ReminderKind.DEADLINE
    committee = factory.SubFactory(CommitteeFactory)
    item = factory.SubFactory(RecommendationFactory)
    about_on = date(2026, 11, 1)
    days = -30


class AnswerRequestFactory(DjangoModelFactory):
    class Meta:
        model = AnswerRequest

    publication = factory.SubFactory(PublicationFactory)
    committee = factory.SubFactory(CommitteeFactory)
    step = RequestStep.LETTER
    due_on = date(2026, 10, 1)
    on = date(2026, 11, 1)
    text = "Vi beder om udvalgets svar."


class MailReplyFactory(OfMunicipalityFactory):
    class Meta:
        model = MailReply

    digest = factory.Sequence(lambda number: f"{number:064x}")
    state = ReplyState.TAKEN


class MailPreferenceFactory(DjangoModelFactory):
    class Meta:
        model = MailPreference

    user = factory.SubFactory(UserFactory)


class ImportBatchFactory(OfMunicipalityFactory):
    class Meta:
        model = ImportBatch

    kind = ImportKind.SOURCE
    file_name = "kilde.xlsx"
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    by = factory.SubFactory(UserFactory, username="chief")


class RelationFactory(DjangoModelFactory):
    """From a recommendation to an initiative unless told otherwise."""

    class Meta:
        model = Relation

    from_item = factory.SubFactory(RecommendationFactory)
    kind = RelationKind.CARRIED_OUT_BY
    to_item = factory.SubFactory(InitiativeFactory)
    basis = RelationBasis.OUR_READING


class IssuedReportFactory(OfMunicipalityFactory):
    class Meta:
        model = IssuedReport

    code = factory.Sequence(lambda n: f"R-{n:04}")
    title = "Status til udvalgsmødet"
    choices = factory.Dict({"udvalg": "SOU"})
    as_of = factory.LazyFunction(today)
    known_at = factory.LazyFunction(timezone.now)
    data = "{}"
    fingerprint = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    issued_by = factory.SubFactory(UserFactory, username="dina")


class LogLeafFactory(OfMunicipalityFactory):
    """The leaf of an event that points at nothing, past the action."""

    class Meta:
        model = LogLeaf

    number = factory.Sequence(lambda n: n)
    event = factory.LazyFunction(lambda: record(act=Act.ITEM_CHANGED, by=None))
    leaf_hash = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    salt = "00112233445566778899aabbccddeeff"


class WithholdingFactory(OfMunicipalityFactory):
    class Meta:
        model = Withholding

    number = factory.Sequence(lambda n: n + 1)
    by = factory.SubFactory(UserFactory, username="chief", is_superuser=True)
    kind = WithheldKind.WORDS
    reason = "navnet på en privatperson ikke må stå her"
    legal_basis = "GDPR artikel 17"


class WithheldPlaceFactory(DjangoModelFactory):
    """A column that stands open, for nothing, unless told otherwise."""

    class Meta:
        model = WithheldPlace

    withholding = factory.SubFactory(WithholdingFactory)
    table_name = StatusUpdate._meta.db_table
    row_id = 0
    column_name = "text"
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    opens = ""


class AnswerDraftFactory(DjangoModelFactory):
    """A draft of a meeting's answers, without rows."""

    class Meta:
        model = AnswerDraft

    committee = factory.SubFactory(CommitteeFactory, code="SOU")
    outcome = "adopted"
    meeting_date = date(2024, 9, 18)
    agenda_item = "Punkt 7"
    author = factory.SubFactory(UserFactory, username="dina")


class ReportDraftFactory(DjangoModelFactory):
    """The head and the foreword of a report, begun."""

    class Meta:
        model = ReportDraft

    meeting = factory.SubFactory(MeetingFactory)
    agenda_item = "Punkt 7"


class AnswerDraftRowFactory(DjangoModelFactory):
    class Meta:
        model = AnswerDraftRow

    draft = factory.SubFactory(AnswerDraftFactory)
    item = factory.SubFactory(RecommendationFactory)


class WordingDraftFactory(DjangoModelFactory):
    """Other words for a new recommendation, sent to approval."""

    class Meta:
        model = WordingDraft

    item = factory.SubFactory(RecommendationFactory)
    instead_of = factory.LazyAttribute(lambda o: o.item.wording)
    title = "Sådan står der i kilden"
    author = factory.SubFactory(UserFactory, username="anna")


def _every_factory(base):
    for factory_class in base.__subclasses__():
        if not factory_class._meta.abstract:
            yield factory_class
        yield from _every_factory(factory_class)


EVERY_FACTORY = list(_every_factory(DjangoModelFactory))


def published(
    item,
    status: str | None = None,
    *,
    kind: str = UpdateKind.STATUS,
    on: date | None = None,
    published_at: datetime | None = None,
    committee: Committee | None = None,
    author=None,
    approver=None,
    evidence: int | Iterable[dict] | None = None,
    **fields,
) -> StatusUpdate:
    """Make a draft about `item` with its evidence and publish it, past the actions, with the event that they write.

    In the name of `committee`, else of the item's first owner, else of SOU.

    `status` is in progress unless told otherwise; a correction brings none then, and a note or a confirmation never.
    `evidence` is a number of links or the fields of each row; by default one link where the status demands it,
    of what the status demands. More fields of the update can be given by name, `text` among them.
    """
    if kind in {UpdateKind.NOTE, UpdateKind.CONFIRMATION}:
        status = ""
    elif status is None:
        status = Status.IN_PROGRESS if kind == UpdateKind.STATUS else ""
    if evidence is None:
        evidence = 1 if evidence_wanted(status) else 0
    if isinstance(evidence, int):
        evidence = [{}] * evidence
    owner = item.ownerships.in_force(on).order_by("pk").first()
    if committee is not None or owner is not None:
        fields.setdefault("committee", committee or owner.committee)
    if author is not None:
        fields["author"] = author
    update = StatusUpdateFactory(item=item, kind=kind, status=status, on=on or today(), **fields)
    for position, row in enumerate(evidence, start=1):
        EvidenceFactory(**{"update": update, "position": position, **row})
    update.state = UpdateState.PUBLISHED
    update.published_at = published_at or timezone.now()
    update.published_by = approver or UserFactory(username="bo")
    update.save()
    refresh([item])
    tell(update, at=update.published_at)
    return update


ACTS = {
    UpdateKind.STATUS: (Act.STATUS_PUBLISHED, Nature.NEWS),
    UpdateKind.NOTE: (Act.NOTE_PUBLISHED, Nature.NEWS),
    UpdateKind.CONFIRMATION: (Act.STATUS_CONFIRMED, Nature.HOUSEKEEPING),
    UpdateKind.CORRECTION: (Act.UPDATE_CORRECTED, Nature.CORRECTION),
}


def tell(row, *, at: datetime):
    """The event that an action would have written of an update, an answer or a deadline that a test made by itself."""
    if isinstance(row, StatusUpdate):
        name, on, (act, nature) = "update", row.on, ACTS[row.kind]
    elif isinstance(row, CommitteeAnswer):
        name, on, act, nature = "answer", row.meeting_date, Act.ANSWER_RECORDED, Nature.NEWS
    else:
        name, on, act, nature = "deadline", row.set_on, Act.DEADLINE_SET, Nature.NEWS
    before, after = standing.before_and_after(row)
    if act == Act.DEADLINE_SET and before:
        act = Act.DEADLINE_MOVED
    if row.corrects_id and name != "update":
        act, nature = {"answer": Act.ANSWER_CORRECTED, "deadline": Act.DEADLINE_CORRECTED}[name], Nature.CORRECTION
    return record(
        act=act,
        nature=nature,
        by=None,
        item=row.item,
        committee=row.committee,
        on=on,
        before=before,
        after=after,
        at=at,
        **{name: row},
    )


def answered(item, committee: Committee, outcome: str = "adopted", **fields) -> CommitteeAnswer:
    """What `committee` answered about `item`, past the actions, with its event."""
    row = CommitteeAnswerFactory(item=item, committee=committee, outcome=outcome, **fields)
    tell(row, at=row.recorded_at)
    return row


def deadline(item, due_on: date | None, **fields) -> Deadline:
    """Give `item` a deadline, past the actions, with its event."""
    row = DeadlineFactory(item=item, due_on=due_on, **fields)
    tell(row, at=row.recorded_at)
    return row


def reword(*, by, item: Item, words: ItemWords, valid_from: date, reason: str = "", **more) -> Wording:
    """New words for `item`: proposed by somebody else, and published by `by`."""
    somebody = UserFactory(username="forslagsstiller", is_superuser=True)
    draft = propose_words(by=somebody, item=item, words=words, valid_from=valid_from, reason=reason, **more)
    return publish_words(by=by, draft=draft)


def correct_words(*, by, wording: Wording, words: ItemWords, reason: str, valid_from: date | None = None) -> Wording:
    """Words that were wrong, mended: proposed by somebody else, and published by `by`."""
    day = valid_from or wording.valid_from
    return reword(by=by, item=wording.item, words=words, valid_from=day, reason=reason, is_correction=True)
