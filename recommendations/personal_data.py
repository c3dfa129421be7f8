"""Where personal data can stand, what it is for, and how long it is kept: the record of processing (GDPR, article 30).

Every column that a person can be named in, or that points at one, is in one group here; a test finds those that are in
none. `manage.py personal_data` writes it out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Processing:
    """Columns with one purpose and one time: `whose` they are about, `why` we have them, how long they are `kept`."""

    heading: str
    whose: str
    why: str
    kept: str
    columns: frozenset[str]


RECORD = (
    Processing(
        "Logins",
        "Medarbejdere i kommunen.",
        "Så kun de rigtige kan skrive i et udvalgs navn, og så de kan få mail om deres arbejde.",
        "Så længe medarbejderen har en rolle. Loginet lukkes, når medarbejderen holder op; navnet bliver, fordi loggen "
        "skal sige, hvem der gjorde hvad.",
        frozenset(
            {
                *(f"User.{name}" for name in ("username", "first_name", "last_name", "email", "password")),
                *("User_groups.user", "User_user_permissions.user", "CommitteeMembership.user", "MailPreference.user"),
            }
        ),
    ),
    Processing(
        "Kommunens login og den anden faktor",
        "Medarbejdere i kommunen.",
        "Så login'et kun er for den rigtige. Af det, kommunens login siger, gemmes kun dets faste navn for "
        "medarbejderen. Hemmeligheden til koder fra en app er krypteret.",
        "Den anden faktor, til medarbejderen eller en administrator fjerner den; resten så længe som login'et. "
        "Adresser og nøgler, som biblioteket har kolonner til, bruges ikke.",
        frozenset(
            {
                *("Authenticator.user", "Authenticator.data", "EmailAddress.user", "EmailAddress.email"),
                *("SocialAccount.user", "SocialAccount.uid", "SocialAccount.extra_data"),
                *("SocialToken.token", "SocialToken.token_secret"),
            }
        ),
    ),
    Processing(
        "Sessioner",
        "Medarbejdere, der er logget ind.",
        "Så de ikke skal logge ind på hver side, og så de kan se, hvor de er logget ind, og logge ud dér.",
        "En arbejdsdag. `manage.py tidy` tager dem, der er løbet ud.",
        frozenset(
            {
                *("Session.session_key", "Session.session_data"),
                *(f"UserSession.{name}" for name in ("user", "ip", "session_key", "user_agent", "data")),
            }
        ),
    ),
    Processing(
        "Hvem der gjorde hvad",
        "Medarbejdere.",
        "Kommunen skal kunne sige, hvem der skrev, godkendte og ændrede. Vises aldrig for borgere.",
        "Så længe som rækken: det udgivne og loggen slettes ikke.",
        frozenset(
            {
                *(
                    f"{model}.recorded_by"
                    for model in (
                        *("Succession", "CommitteeAnswer", "AnswerRequest", "Deadline", "DoneWhen", "Ownership"),
                        *("Treatment", "Wording"),
                    )
                ),
                *("AnswerDraft.author", "StatusUpdate.author", "StatusUpdate.published_by", "WordingDraft.author"),
                *("WordingDraft.published_by", "ErrorReport.handled_by", "ImportBatch.by", "IssuedReport.issued_by"),
                *("Event.by", "Event.details", "Withholding.by", "LogEntry.user", "LogEntry.object_id"),
                *("LogEntry.object_repr", "LogEntry.change_message"),
            }
        ),
    ),
    Processing(
        "Hvem der bliver spurgt",
        "Medarbejdere.",
        "Så den rigtige får mailen om en række, højst én påmindelse på fem dage, og svaret bliver til en kladde.",
        "Beskeder i 90 dage, efter de er sendt; de rummer hverken adresse eller tekst, men om et nyt login, hvilken "
        "browser det var. Trin, tildelinger og mailsvarenes hoveder så længe som rækken.",
        frozenset(
            {
                *("Assignment.person", "Assignment.declined_by", "Assignment.note", "ReminderStep.person"),
                *("OutgoingMessage.person", "OutgoingMessage.about", "OutgoingMessage.error"),
                *("MailReply.person", "MailReply.headers", "MailReply.note"),
            }
        ),
    ),
    Processing(
        "Borgere, der følger med",
        "Borgere, der selv har bedt om mail.",
        "For at sende dem det, de har bedt om. Grundlaget er samtykke, som de bekræfter i en mail.",
        "48 timer uden bekræftelse; ellers til de siger stop. Så slettes adressen og alt om den med det samme.",
        frozenset({"Subscriber.email", "Subscription.address"}),
    ),
    Processing(
        "Fejlmeldinger",
        "Borgere, der skriver til os.",
        "For at rette fejlen og, hvis de ønsker det, svare dem.",
        "Mailadressen slettes, når meldingen er behandlet, og meldingen et år efter (`HANDLED_REPORTS_DAYS`).",
        frozenset({"ErrorReport.text", "ErrorReport.where", "ErrorReport.email", "ErrorReport.note"}),
    ),
    Processing(
        "Tekster, som nogen skriver",
        "Personer, der er nævnt, selv om de ikke skal nævnes.",
        "Teksterne siger, hvad der er svaret og gjort. Formularerne beder om ikke at nævne personer ved navn.",
        "Udgivne tekster slettes ikke. Skal et navn væk efter loven, fjernes det overalt, og det ses, at det er sket.",
        frozenset(
            {
                *("StatusUpdate.text", "StatusUpdate.review_comment", "CommitteeAnswer.text", "CommitteeAnswer.reason"),
                *("AnswerDraft.text", "AnswerDraft.review_comment", "AnswerDraftRow.text", "AnswerRequest.text"),
                *("Deadline.reason", "DoneWhen.text", "DoneWhen.reason", "Succession.reason", "Treatment.proposed"),
                *("Treatment.reason", "Wording.summary", "Wording.official_text", "Wording.reason"),
                *("WordingDraft.summary", "WordingDraft.official_text", "WordingDraft.reason", "WordingDraft.comment"),
                *("Publication.question", "Publication.summary", "Committee.remit", "ReportDraft.foreword"),
                *("IssuedReport.reason", "IssuedReport.data", "IssuedReport.choices", "WithheldPlace.opens"),
                *("ImportBatch.choices", "ImportBatch.outcome"),
            }
        ),
    ),
    Processing(
        "Afskrifter af teksterne",
        "De samme.",
        "Så der kan søges i teksterne, og så lister kan sendes hurtigt.",
        "Dannes af teksterne og følger dem: det, der fjernes dér, fjernes også her.",
        frozenset({"SearchText.sequence", "KeptLine.json", "KeptLine.csv", "KeptLine.csv_excel"}),
    ),
)


def as_markdown() -> str:
    """The record as a document, in Danish."""
    parts = [
        "# Fortegnelse over behandling af personoplysninger",
        "Skrevet af `manage.py personal_data` ud fra systemets tabeller. Den dataansvarlige er kommunen.",
    ]
    for one in RECORD:
        columns = ", ".join(f"`{column}`" for column in sorted(one.columns))
        facts = {"Om hvem": one.whose, "Hvorfor": one.why, "Hvor længe": one.kept, "Hvor": columns}
        parts += [f"## {one.heading}", "\n".join(f"- **{name}:** {fact}" for name, fact in facts.items())]
    return "\n\n".join(parts) + "\n"
