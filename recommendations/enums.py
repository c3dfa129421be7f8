"""The words of the domain: every code that is stored, its Danish label and, where it has one, its definition.

Codes are what the database and the addresses hold; labels are what people see. A word is written here once and reused
by forms, filters, tables and reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PublicationKind(TextChoices):
    CITIZENS_ASSEMBLY = "citizens_assembly", _("Borgerting")
    ACTION_PLAN = "action_plan", _("Handlingsplan")
    ANALYSIS = "analysis", _("Analyse")
    MEMO = "memo", _("Notat")
    CITIZENS_MEETING = "citizens_meeting", _("Borgermøde")
    AGREEMENT = "agreement", _("Aftale")
    INVENTORY = "inventory", _("Oversigt over indsatser")
    MEMBERS_MOTION = "members_motion", _("Medlemsforslag")


class ItemKind(TextChoices):
    """What a row of a source is."""

    HEADING = "heading", _("Overskrift")
    RECOMMENDATION = "recommendation", _("Anbefaling")
    INITIATIVE = "initiative", _("Initiativ")
    CHALLENGE = "challenge", _("Udfordring")
    SOLUTION = "solution", _("Løsning")
    GOAL = "goal", _("Mål")
    AREA = "area", _("Område")
    OPTION = "option", _("Mulighed")


# Headings gather other rows, options are what an answer can choose between: neither is counted.
COUNTED = frozenset(ItemKind) - {ItemKind.HEADING, ItemKind.OPTION}
# What stands in the list of recommendations, and has its address there; initiatives have a list of their own.
RECOMMENDED = frozenset(ItemKind) - {ItemKind.INITIATIVE}


class WordsBasis(TextChoices):
    """Whose words they are."""

    SOURCE = "source", _("Kildens egne ord")
    OURS = "ours", _("Vores ord")
    RESTATED = "restated", _("Som gengivet i udvalgets papir")


class CommitteeKind(TextChoices):
    CITY_COUNCIL = "city_council", _("Borgerrepræsentationen")
    FINANCE = "finance", _("Økonomiudvalg")
    STANDING = "standing", _("Stående udvalg")


class Outcome(TextChoices):
    """What a committee decided about a recommendation: the first axis."""

    ADOPTED = "adopted", _("Tiltrådt")
    PARTLY_ADOPTED = "partly_adopted", _("Delvist tiltrådt")
    NOT_ADOPTED = "not_adopted", _("Ikke tiltrådt")
    NOTED = "noted", _("Taget til efterretning")
    OUTSIDE_REMIT = "outside_remit", _("Uden for kommunens kompetence")
    NOT_READ = "not_read", _("Behandlet; beslutningen er ikke læst ind")

    @property
    def definition(self) -> StrOrPromise:
        return OUTCOME_DEFINITIONS[self]


OUTCOME_DEFINITIONS = {
    Outcome.ADOPTED: _("Udvalget har besluttet at følge anbefalingen."),
    Outcome.PARTLY_ADOPTED: _("Udvalget har besluttet at følge en del af anbefalingen. Svaret siger hvilken."),
    Outcome.NOT_ADOPTED: _("Udvalget har besluttet ikke at følge anbefalingen. Svaret siger hvorfor."),
    Outcome.NOTED: _("Udvalget har læst anbefalingen. Udvalget har ikke lovet at gøre noget."),
    Outcome.OUTSIDE_REMIT: _("Kommunen kan ikke selv bestemme det. Svaret siger, hvem sagen er sendt videre til."),
    Outcome.NOT_READ: _("Udvalget har haft sagen på et møde. Hvad det besluttede, er ikke læst ind endnu."),
}

# What counts as an answer: that a meeting took the matter up does not say what it decided.
ANSWERS = frozenset(Outcome) - {Outcome.NOT_READ}

NO_ANSWER = _("Intet svar registreret")


class Status(TextChoices):
    """What is being done about a recommendation or initiative: the second axis."""

    NOT_STARTED = "not_started", _("Ikke begyndt")
    PLANNED = "planned", _("Planlagt")
    IN_PROGRESS = "in_progress", _("I gang")
    IMPLEMENTED = "implemented", _("Gennemført")
    IMPLEMENTED_OTHERWISE = "implemented_otherwise", _("Gennemført på anden måde")
    PAUSED = "paused", _("Sat på pause")
    ABANDONED = "abandoned", _("Opgivet")
    LAPSED = "lapsed", _("Bortfaldet")

    @property
    def definition(self) -> StrOrPromise:
        return STATUS_DEFINITIONS[self]

    @property
    def requirement(self) -> StrOrPromise:
        """What publishing this status demands beyond a date, in words; empty when nothing."""
        return STATUS_REQUIREMENTS.get(self, "")


STATUS_DEFINITIONS = {
    Status.NOT_STARTED: _("Der er ikke gjort noget endnu."),
    Status.PLANNED: _("Der er truffet en beslutning eller sat penge af, men arbejdet er ikke begyndt."),
    Status.IN_PROGRESS: _("Arbejdet er begyndt og ikke færdigt."),
    Status.IMPLEMENTED: _("Det, der blev anbefalet, er gjort. Dokumentationen viser det."),
    Status.IMPLEMENTED_OTHERWISE: _("Formålet er nået på en anden måde end anbefalet. Teksten siger hvordan."),
    Status.PAUSED: _("Arbejdet er stoppet for en tid. Teksten siger hvorfor."),
    Status.ABANDONED: _("Det er besluttet ikke at gøre det. Teksten siger, hvem der besluttede det, og hvornår."),
    Status.LAPSED: _("Forholdene har ændret sig, så det ikke længere giver mening. Teksten siger hvad."),
}

STATUS_REQUIREMENTS = {
    Status.PLANNED: _(
        "Skriv, hvilken beslutning der er truffet, eller hvilke penge der er sat af. Tilføj dokumentation for det."
    ),
    Status.IMPLEMENTED: _(
        "Tilføj dokumentation for, at det er i drift, eller at en virkning er vist. En anden end dig skal godkende."
    ),
    Status.IMPLEMENTED_OTHERWISE: _(
        "Forklar, hvad der er gjort i stedet, og tilføj dokumentation for det, som ved »Gennemført«. En anden end dig "
        "skal godkende."
    ),
    Status.PAUSED: _("Skriv, hvorfor arbejdet er sat på pause."),
    Status.ABANDONED: _("Skriv, hvem der besluttede det, og hvornår."),
    Status.LAPSED: _("Skriv, hvad der har ændret sig."),
}

NO_STATUS = _("Ingen status registreret")

# Named groups of states; nobody else lists statuses one by one.
DONE = frozenset({Status.IMPLEMENTED, Status.IMPLEMENTED_OTHERWISE})
CLOSED = DONE | {Status.ABANDONED, Status.LAPSED}
PROGRESSING = DONE | {Status.IN_PROGRESS}  # shows progress, so its group counts as in progress
TEXT_REQUIRED = frozenset(
    {Status.PLANNED, Status.IMPLEMENTED_OTHERWISE, Status.PAUSED, Status.ABANDONED, Status.LAPSED}
)


class UpdateKind(TextChoices):
    STATUS = "status", _("Status")
    CONFIRMATION = "confirmation", _("Bekræftelse: stadig korrekt")
    NOTE = "note", _("Nyt uden ændret status")
    CORRECTION = "correction", _("Rettelse")


# What counts as news: it stands in feeds, in "changed since" and as the item's latest change.
NEWS = frozenset({UpdateKind.STATUS, UpdateKind.NOTE})


class EvidenceKind(TextChoices):
    """What a proof shows, lowest first: a ladder from a word about the matter to an effect of it."""

    MENTIONED = "mentioned", _("Omtalt")
    DECIDED = "decided", _("Besluttet")
    FUNDED = "funded", _("Bevilget")
    OPERATING = "operating", _("I drift")
    EFFECT = "effect", _("Virkning vist")

    @property
    def definition(self) -> StrOrPromise:
        return EVIDENCE_DEFINITIONS[self]


EVIDENCE_DEFINITIONS = {
    EvidenceKind.MENTIONED: _("Sagen er nævnt. Det viser ikke, at noget er besluttet eller gjort."),
    EvidenceKind.DECIDED: _("Et udvalg, Borgerrepræsentationen eller forvaltningen har besluttet det."),
    EvidenceKind.FUNDED: _("Der er sat penge af til det."),
    EvidenceKind.OPERATING: _("Det findes og bliver brugt."),
    EvidenceKind.EFFECT: _("En måling eller optælling viser, hvad det har ført til."),
}

# What shows that something is planned, and that it is done: the upper rungs of the ladder.
SHOWS_PLANNED = frozenset(EvidenceKind) - {EvidenceKind.MENTIONED}
SHOWS_DONE = frozenset({EvidenceKind.OPERATING, EvidenceKind.EFFECT})


class UpdateState(TextChoices):
    DRAFT = "draft", _("Kladde")
    SUBMITTED = "submitted", _("Sendt til godkendelse")
    PUBLISHED = "published", _("Udgivet")
    DISCARDED = "discarded", _("Kasseret")


# What is still being written.
UNPUBLISHED = frozenset({UpdateState.DRAFT, UpdateState.SUBMITTED})


class Role(TextChoices):
    EDITOR = "editor", _("Redaktør")
    APPROVER = "approver", _("Godkender")
    SECRETARY = "secretary", _("Udvalgssekretær")


# The roles that write about a committee's items, and publish or send to approval.
WRITERS = (Role.EDITOR, Role.APPROVER)


class OwnershipRole(TextChoices):
    LEAD = "lead", _("Hovedansvarlig")
    CO_OWNER = "co_owner", _("Medansvarlig")


class VoteOption(TextChoices):
    SUPPORTS = "supports", _("Støtter")
    UNSURE = "unsure", _("Ved ikke")
    OPPOSES = "opposes", _("Støtter ikke")


class ShareBasis(TextChoices):
    """How a source gives the support for an item."""

    PERCENT = "percent", _("Procent, læst i kilden")
    COUNT = "count", _("Antal, læst i kilden")
    RANK = "rank", _("Plads i rækkefølgen, læst i kilden")
    UNREADABLE = "unreadable", _("Kan ikke læses i kilden")


class RelationKind(TextChoices):
    BUILDS_ON = "builds_on", _("Bygger på")
    SAME_MATTER = "same_matter", _("Samme sag som")
    CARRIED_OUT_BY = "carried_out_by", _("Udføres af")

    @property
    def reverse_label(self) -> StrOrPromise:
        """The relation as seen from the other end."""
        return RELATION_REVERSE[self]


RELATION_REVERSE = {
    RelationKind.BUILDS_ON: _("Er grundlag for"),
    RelationKind.SAME_MATTER: _("Samme sag som"),
    RelationKind.CARRIED_OUT_BY: _("Udfører"),
}


class RelationBasis(TextChoices):
    SOURCE = "source", _("Står i kilden")
    OUR_READING = "our_reading", _("Vores læsning")


class Order(TextChoices):
    """The orders a list can have."""

    RELEVANCE = "relevans", _("Relevans")
    NUMBER = "nummer", _("Nummer")
    CHANGED = "aendret", _("Senest ændret")
    SUPPORT = "stemmer", _("Størst støtte")
    SILENCE = "stilhed", _("Længst uden nyt")


class Act(TextChoices):
    """What somebody did: every change of state is one of these, and has one event."""

    # What is done about an item in public.
    STATUS_PUBLISHED = "status_published", _("Ny status")
    NOTE_PUBLISHED = "note_published", _("Nyt uden ændret status")
    STATUS_CONFIRMED = "status_confirmed", _("Bekræftet: stadig korrekt")
    UPDATE_CORRECTED = "update_corrected", _("Opdatering rettet")
    ANSWER_RECORDED = "answer_recorded", _("Svar registreret")
    ANSWER_CORRECTED = "answer_corrected", _("Svar rettet")
    DEADLINE_SET = "deadline_set", _("Frist sat")
    DEADLINE_MOVED = "deadline_moved", _("Frist flyttet")
    DEADLINE_CORRECTED = "deadline_corrected", _("Frist rettet")
    CRITERION_SET = "criterion_set", _("Kriterium sat")
    CRITERION_REWORDED = "criterion_reworded", _("Kriterium ændret")
    CRITERION_CORRECTED = "criterion_corrected", _("Kriterium rettet")
    OWNER_ADDED = "owner_added", _("Ejer registreret")
    OWNER_ENDED = "owner_ended", _("Ejerskab ophørt")
    OWNER_CORRECTED = "owner_corrected", _("Ejerskab rettet")
    HANDED_OVER = "handed_over", _("Overdraget til et andet udvalg")
    REWORDED = "reworded", _("Nye ord")
    WORDS_CORRECTED = "words_corrected", _("Ord rettet")
    WORDS_PROPOSED = "words_proposed", _("Nye ord foreslået")
    WORDS_RETURNED = "words_returned", _("Forslag til ord sendt retur")
    WORDS_DISCARDED = "words_discarded", _("Forslag til ord kasseret")
    # Sources, committees and people.
    SOURCE_ADDED = "source_added", _("Kilde oprettet")
    SOURCE_CHANGED = "source_changed", _("Kilde ændret")
    SOURCE_OPENED = "source_opened", _("Kilde gjort offentlig")
    TREATMENT_RECORDED = "treatment_recorded", _("Kilde behandlet på et møde")
    TREATMENT_CORRECTED = "treatment_corrected", _("Behandling af kilde rettet")
    ITEM_ADDED = "item_added", _("Række oprettet")
    ITEM_CHANGED = "item_changed", _("Række ændret")
    ITEMS_ADDED = "items_added", _("Rækker skrevet ind")
    ITEM_RETYPED = "item_retyped", _("Række skrevet om")
    ITEM_REMOVED = "item_removed", _("Række taget ud")
    ITEMS_ASSIGNED = "items_assigned", _("Ejer eller adressat sat for flere rækker")
    SUPPORT_RECORDED = "support_recorded", _("Støtte registreret")
    RELATION_ADDED = "relation_added", _("Forhold registreret")
    RELATION_REMOVED = "relation_removed", _("Forhold fjernet")
    COMMITTEE_ADDED = "committee_added", _("Udvalg oprettet")
    COMMITTEE_CHANGED = "committee_changed", _("Udvalg ændret")
    COMMITTEE_SUCCEEDED = "committee_succeeded", _("Udvalg afløst")
    ADDRESSEE_SAVED = "addressee_saved", _("Adressat gemt")
    SYNONYM_SAVED = "synonym_saved", _("Andet ord til søgning gemt")
    SYNONYM_REMOVED = "synonym_removed", _("Andet ord til søgning fjernet")
    ROLE_GIVEN = "role_given", _("Rolle givet")
    ROLE_ENDED = "role_ended", _("Rolle ophørt")
    PERSON_INVITED = "person_invited", _("Medarbejder inviteret")
    PERSON_CHANGED = "person_changed", _("Medarbejder ændret")
    PERSON_LEFT = "person_left", _("Medarbejder holdt op")
    LOGIN_REOPENED = "login_reopened", _("Login åbnet igen")
    LINK_SENT = "link_sent", _("Link til adgangskode sendt")
    PASSWORD_CHOSEN = "password_chosen", _("Adgangskode valgt")
    MUNICIPALITY_CHANGED = "municipality_changed", _("Kommunens oplysninger ændret")
    # The way to being published, and what is done with what comes in and goes out.
    DRAFT_SAVED = "draft_saved", _("Kladde gemt")
    DRAFT_SUBMITTED = "draft_submitted", _("Sendt til godkendelse")
    DRAFT_RETURNED = "draft_returned", _("Sendt retur")
    DRAFT_REMARKED = "draft_remarked", _("Bemærkning til kladde")
    DRAFT_DISCARDED = "draft_discarded", _("Kladde kasseret")
    ANSWERS_DRAFTED = "answers_drafted", _("Svar fra et møde gemt som kladde")
    ANSWERS_SUBMITTED = "answers_submitted", _("Svar fra et møde sendt til godkendelse")
    ANSWERS_RETURNED = "answers_returned", _("Svar fra et møde sendt retur")
    ANSWERS_DISCARDED = "answers_discarded", _("Svar fra et møde kasseret")
    ANSWERS_PUBLISHED = "answers_published", _("Svar fra et møde registreret")
    MEETING_PLANNED = "meeting_planned", _("Møde lagt i kalenderen")
    MEETING_CHANGED = "meeting_changed", _("Møde ændret")
    MEETING_MOVED = "meeting_moved", _("Møde flyttet")
    MEETING_CANCELLED = "meeting_cancelled", _("Møde aflyst")
    PAPERS_SENT = "papers_sent", _("Dagsorden sendt ud")
    MEETING_HELD = "meeting_held", _("Møde holdt")
    REPORT_DRAFTED = "report_drafted", _("Kladde til rapport gemt")
    REPORT_FROZEN = "report_frozen", _("Kladde til rapport låst")
    REPORT_REOPENED = "report_reopened", _("Kladde til rapport låst op")
    OWNERS_ASKED = "owners_asked", _("Redaktører spurgt før et møde")
    REPORT_ISSUED = "report_issued", _("Rapport udstedt")
    REPORT_REPLACED = "report_replaced", _("Rapport erstattet")
    ERROR_REPORTED = "error_reported", _("Fejl meldt")
    ERROR_HANDLED = "error_handled", _("Fejlmelding behandlet")
    WITHHELD = "withheld", _("Oplysninger fjernet")
    FILE_WRITTEN = "file_written", _("Fil læst ind")
    FILE_UNDONE = "file_undone", _("Indlæsning fortrudt")
    # Who in a committee keeps an item up, what is asked of committees that are silent, and who is told of acts.
    ITEM_ASSIGNED = "item_assigned", _("Givet til en medarbejder")
    ITEM_DECLINED = "item_declined", _("Meldt »ikke min«")
    ANSWER_REQUESTED = "answer_requested", _("Svar udbedt i et brev")
    REASONS_REQUESTED = "reasons_requested", _("Begrundelse udbedt offentligt")
    NEWS_SUGGESTED = "news_suggested", _("Nyt sendt ind af en borger")
    WEBHOOK_SAVED = "webhook_saved", _("Webhook gemt")
    WEBHOOK_REMOVED = "webhook_removed", _("Webhook fjernet")


# What an unpublished update went through: for its own committee only, also once it is published.
DRAFTING = frozenset(
    {Act.DRAFT_SAVED, Act.DRAFT_SUBMITTED, Act.DRAFT_RETURNED, Act.DRAFT_REMARKED, Act.DRAFT_DISCARDED}
)
# What words went through before they were published: for those who work for an owner of the item.
PROPOSING = frozenset({Act.WORDS_PROPOSED, Act.WORDS_RETURNED, Act.WORDS_DISCARDED})
# The same of the answers of a meeting.
DRAFTING_ANSWERS = frozenset(
    {
        Act.ANSWERS_DRAFTED,
        Act.ANSWERS_SUBMITTED,
        Act.ANSWERS_RETURNED,
        Act.ANSWERS_DISCARDED,
        Act.ANSWERS_PUBLISHED,
    }
)
# What came in from readers, who may have written of themselves: for those who handle it.
REPORTING_ERRORS = frozenset({Act.ERROR_REPORTED, Act.ERROR_HANDLED, Act.NEWS_SUGGESTED})


# What a report went through before it was given out: for the committee that it is to.
DRAFTING_REPORTS = frozenset({Act.REPORT_DRAFTED, Act.REPORT_FROZEN, Act.REPORT_REOPENED, Act.OWNERS_ASKED})


# What whoever watches for break-ins is told of, in the log of security.
ABOUT_ACCESS = frozenset(
    {
        Act.ROLE_GIVEN,
        Act.ROLE_ENDED,
        Act.PERSON_INVITED,
        Act.PERSON_CHANGED,
        Act.PERSON_LEFT,
        Act.LOGIN_REOPENED,
        Act.LINK_SENT,
        Act.PASSWORD_CHOSEN,
        Act.MUNICIPALITY_CHANGED,
        Act.WEBHOOK_SAVED,
        Act.WEBHOOK_REMOVED,
    }
)


class MeetingState(TextChoices):
    """How far a committee's meeting has come."""

    PLANNED = "planned", _("Planlagt")
    PAPERS_SENT = "papers_sent", _("Dagsordenen er sendt ud")
    HELD = "held", _("Holdt")
    CANCELLED = "cancelled", _("Aflyst")


class Nature(TextChoices):
    """What an event is to a reader of news."""

    NEWS = "news", _("Nyt")
    FROM_SOURCE = "from_source", _("Indlæst fra en kilde")
    CORRECTION = "correction", _("Rettelse")
    HOUSEKEEPING = "housekeeping", _("Internt")


class WithheldKind(TextChoices):
    """What the law said must go, told without saying what it was."""

    WORDS = "words", _("Et navn eller andre ord")
    TEXT = "text", _("En hel tekst")
    FILE = "file", _("En fil")
    LINK = "link", _("Et link")
    CASE_NUMBER = "case_number", _("Et sagsnummer")


class ImportKind(TextChoices):
    """What a file that is read in holds."""

    SOURCE = "source", _("En kilde i et regneark")
    DOCUMENT = "document", _("En kilde i et dokument")
    ROWS = "rows", _("Status og svar i et regneark")


class ImportState(TextChoices):
    """How far a file has come."""

    RECEIVED = "received", _("Modtaget")
    WORKING = "working", _("Arbejder")
    READY = "ready", _("Klar til at blive set efter")
    REFUSED = "refused", _("Kan ikke læses")
    WRITTEN = "written", _("Skrevet ind")
    UNDONE = "undone", _("Fortrudt")
    GIVEN_UP = "given_up", _("Opgivet")


# --- Mail -------------------------------------------------------------------------------------------------------------


class MessageKind(TextChoices):
    """What is sent: each has its writer in `notifications`."""

    PASSWORD_TO_CHOOSE = "password_to_choose", _("Link til at vælge adgangskode")
    ROLE_GIVEN = "role_given", _("Besked om en rolle")
    PASSWORD_FORGOTTEN = "password_forgotten", _("Link til den, der har glemt sin adgangskode")
    LOGIN_CHANGED = "login_changed", _("Besked om et login")
    ERROR_REPORTED = "error_reported", _("Besked om en fejlmelding")
    WORKFLOW = "workflow", _("Besked om kladder og rækker")
    OWNERS_ASKED = "owners_asked", _("Spørgsmål før et møde")
    STATUS_ASKED = "status_asked", _("Spørgsmål om flere rækker")
    ITEM_ASKED = "item_asked", _("Spørgsmål om én række")
    OVERDUE_TOLD = "overdue_told", _("Besked om rækker, ingen har svaret på")
    REPORT_READY = "report_ready", _("Besked om en rapport, der er klar")
    REPLY_ANSWERED = "reply_answered", _("Kvittering for et svar på mail")
    ANSWER_REQUESTED = "answer_requested", _("Brev, der beder om svar")
    FOLLOWING_TO_CONFIRM = "following_to_confirm", _("Bekræft, at du vil følge")
    FOLLOWED_NEWS = "followed_news", _("Nyt om det, nogen følger")
    WEBHOOK = "webhook", _("Besked til et program")


class ReminderKind(TextChoices):
    """Why somebody is asked for a status."""

    MONTH = "month", _("Månedens mail")
    DEADLINE = "deadline", _("Frist")
    STALE = "stale", _("Ikke opdateret")
    MEETING = "meeting", _("Før et møde")
    REPORT = "report", _("Rapport til et møde")


class FollowedTopic(TextChoices):
    """What of a page a reader follows."""

    NEWS = "news", _("Nyt")
    COMING = "coming", _("Det, der kommer op")
    DECIDED = "decided", _("Det, der blev besluttet")


class Rhythm(TextChoices):
    """How often a reader is told."""

    AT_ONCE = "at_once", _("Med det samme")
    WEEKLY = "weekly", _("En gang om ugen")
    BEFORE_MEETINGS = "before_meetings", _("Før udvalgets møder")


class ReplyState(TextChoices):
    """What became of an answer to a mail."""

    TAKEN = "taken", _("Blev til en kladde")
    AUTOMATIC = "automatic", _("Automatisk svar")
    EMPTY = "empty", _("Uden tekst")
    WRONG_SENDER = "wrong_sender", _("Fra en anden end den, der blev spurgt")
    EXPIRED = "expired", _("For sent")
    UNKNOWN = "unknown", _("Svar på noget, vi ikke har spurgt om")
    TOO_LARGE = "too_large", _("For stort")
    REFUSED = "refused", _("Kunne ikke gemmes")


class RequestStep(TextChoices):
    """The steps by which a silent committee is asked for its answer, the mildest first."""

    LETTER = "letter", _("Brev til udvalgets postkasse")
    PUBLIC_LINE = "public_line", _("Linje på de offentlige sider")
