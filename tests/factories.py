"""Rows for tests: every factory makes a row that is valid by default; `published` makes one that the public can read.

Give a row about an item either as `about=item` (a recommendation or an initiative) or by the name of its foreign key.
"""

from collections.abc import Iterable
from datetime import date, datetime

import factory
from django.contrib.auth import get_user_model
from django.utils import timezone
from factory.django import DjangoModelFactory

from recommendations.actions import refresh_state
from recommendations.enums import (
    DONE,
    CommitteeKind,
    OwnershipRole,
    PublicationKind,
    RelationBasis,
    RelationKind,
    Role,
    ShareBasis,
    Status,
    UpdateKind,
    UpdateState,
    VoteOption,
)
from recommendations.models import (
    Addressee,
    Committee,
    CommitteeAnswer,
    CommitteeMembership,
    Deadline,
    DoneWhen,
    ErrorReport,
    Evidence,
    Initiative,
    IssuedReport,
    Ownership,
    ProcessFact,
    Publication,
    Recommendation,
    Relation,
    StatusUpdate,
    Succession,
    VoteShare,
)

TODAY = date(2026, 11, 2)  # the day on which every test runs that does not drive a browser
PASSWORD = "en-lang-adgangskode-til-test"  # of every user made here


def today():
    """The day it is in the test: TODAY, but the real one in browser tests."""
    return timezone.localdate()


class UserFactory(DjangoModelFactory):
    class Meta:
        model = get_user_model()
        django_get_or_create = ["username"]
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"medarbejder{n}")
    password = factory.django.Password(PASSWORD)
    is_staff = True


class PublicationFactory(DjangoModelFactory):
    class Meta:
        model = Publication

    slug = factory.Sequence(lambda n: f"kilde-{n}")
    short_code = factory.Sequence(lambda n: f"k{n}")
    title = factory.Sequence(lambda n: f"Kilde nr. {n}")
    kind = PublicationKind.CITIZENS_ASSEMBLY
    publisher = "Københavns Kommune"
    published_on = date(2024, 6, 1)
    handed_over_on = date(2024, 6, 17)
    source_title = "Anbefalinger.pdf"
    source_url = "https://eksempel.dk/anbefalinger.pdf"
    expects_answers = True


class ProcessFactFactory(DjangoModelFactory):
    class Meta:
        model = ProcessFact

    publication = factory.SubFactory(PublicationFactory)
    position = factory.Sequence(lambda n: n)
    label = "Medlemmer ved start"
    number = 36


class CommitteeFactory(DjangoModelFactory):
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


class RecommendationFactory(DjangoModelFactory):
    class Meta:
        model = Recommendation

    publication = factory.SubFactory(PublicationFactory)
    number = factory.Sequence(lambda n: str(n + 1))
    title = factory.LazyAttribute(lambda o: f"Anbefaling {o.number}")
    summary = "Kommunen skal gøre noget ved sagen, fordi borgerne har brug for det."
    pages = "12"


class AddresseeFactory(DjangoModelFactory):
    class Meta:
        model = Addressee
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"adressat-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.capitalize())


class InitiativeFactory(DjangoModelFactory):
    class Meta:
        model = Initiative

    publication = factory.SubFactory(PublicationFactory)
    code = factory.Sequence(lambda n: str(n + 1))
    title = factory.LazyAttribute(lambda o: f"Initiativ {o.code}")
    summary = "Kommunerne skal gøre noget ved sagen."
    addressee = factory.SubFactory(AddresseeFactory)


class VoteShareFactory(DjangoModelFactory):
    class Meta:
        model = VoteShare

    recommendation = factory.SubFactory(RecommendationFactory)
    option = VoteOption.SUPPORTS
    percent = 92
    page = "12"
    basis = ShareBasis.DIRECT

    class Params:
        unreadable = factory.Trait(basis=ShareBasis.UNREADABLE, percent=None)


class AboutItemFactory(DjangoModelFactory):
    """About a new recommendation unless told otherwise."""

    class Meta:
        abstract = True

    class Params:
        about = None

    recommendation = factory.LazyAttribute(
        lambda o: (
            RecommendationFactory() if o.about is None else o.about if isinstance(o.about, Recommendation) else None
        )
    )
    initiative = factory.LazyAttribute(lambda o: o.about if isinstance(o.about, Initiative) else None)

    @classmethod
    def _generate(cls, strategy, params):
        given = [name for name in ("recommendation", "initiative") if params.get(name) is not None]
        if len(given) == 1 and not {"recommendation", "initiative"} <= params.keys():
            params = {"about": params[given[0]]} | {k: v for k, v in params.items() if k != given[0]}
        return super()._generate(strategy, params)


class OwnershipFactory(AboutItemFactory):
    class Meta:
        model = Ownership

    committee = factory.SubFactory(CommitteeFactory)
    role = OwnershipRole.LEAD
    valid_from = date(2024, 6, 17)


class CommitteeAnswerFactory(DjangoModelFactory):
    class Meta:
        model = CommitteeAnswer

    recommendation = factory.SubFactory(RecommendationFactory)
    committee = factory.SubFactory(CommitteeFactory)
    outcome = "adopted"
    meeting_date = date(2024, 9, 18)
    agenda_item = "Punkt 7"
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
    case_number = ""
    file = ""


class DeadlineFactory(AboutItemFactory):
    """A deadline as a row. The item's copy is not renewed: see `deadline`."""

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


class ErrorReportFactory(DjangoModelFactory):
    """About no item, unless `about` says which."""

    class Meta:
        model = ErrorReport

    class Params:
        about = None

    text = "Der står 92 procent. I kilden står der 29."
    where = factory.LazyAttribute(lambda o: o.about.get_absolute_url() if o.about else "")
    recommendation = factory.LazyAttribute(lambda o: o.about if isinstance(o.about, Recommendation) else None)
    initiative = factory.LazyAttribute(lambda o: o.about if isinstance(o.about, Initiative) else None)
    email = "borger@eksempel.dk"


class RelationFactory(DjangoModelFactory):
    """From a recommendation to an initiative; give the ends to make another kind."""

    class Meta:
        model = Relation

    from_recommendation = factory.SubFactory(RecommendationFactory)
    kind = RelationKind.CARRIED_OUT_BY
    to_initiative = factory.SubFactory(InitiativeFactory)
    basis = RelationBasis.OUR_READING


class IssuedReportFactory(DjangoModelFactory):
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


EVERY_FACTORY = [
    factory
    for factory in [*DjangoModelFactory.__subclasses__(), *AboutItemFactory.__subclasses__()]
    if not factory._meta.abstract
]


def published(
    item,
    status: str = Status.IN_PROGRESS,
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
    """Make a draft about `item` with its evidence, publish it, and renew the item's copied state.

    `status` only counts for the kind "status". `evidence` is a number of links or the fields of each row; by default
    one link where the status demands it. More fields of the update can be given by name, `text` among them.
    """
    if kind != UpdateKind.STATUS:
        status = ""
    if evidence is None:
        evidence = 1 if status in DONE else 0
    if isinstance(evidence, int):
        evidence = [{}] * evidence
    if committee is not None:
        fields["committee"] = committee
    if author is not None:
        fields["author"] = author
    update = StatusUpdateFactory(about=item, kind=kind, status=status, on=on or today(), **fields)
    for position, row in enumerate(evidence, start=1):
        EvidenceFactory(**{"update": update, "position": position, **row})
    update.state = UpdateState.PUBLISHED
    update.published_at = published_at or timezone.now()
    update.published_by = approver or UserFactory(username="bo")
    update.save()
    refresh_state(item)
    return update


def deadline(item, due_on: date, **fields) -> Deadline:
    """Give `item` a deadline and renew its copied state."""
    row = DeadlineFactory(about=item, due_on=due_on, **fields)
    refresh_state(item)
    return row
