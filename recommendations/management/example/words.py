"""What made-up rows say: plain Danish about a municipality that does not exist. Nothing here names anybody or anything.

Every function takes the dice (`random.Random`), so that the same seed says the same.
"""

from __future__ import annotations

from random import Random

from recommendations.enums import Outcome, PublicationKind, Status, UpdateKind

MUNICIPALITY = "Eksempelkøbing Kommune (opdigtet)"
NOT_REAL = "Kilden er opdigtet og findes kun for at prøve systemet med mange rækker."
SITE = "https://www.example.org"  # reserved for examples: it leads to nobody

# What the committees deal with: code, name of the field.
FIELDS = (
    ("SUNDHED", "Sundhed"),
    ("SKOLE", "Skole"),
    ("DAGTILBUD", "Dagtilbud"),
    ("KLIMA", "Klima og Miljø"),
    ("TRAFIK", "Trafik"),
    ("KULTUR", "Kultur og Fritid"),
    ("SOCIAL", "Sociale Forhold"),
    ("JOB", "Beskæftigelse"),
    ("BOLIG", "Boliger"),
    ("OEKONOMI", "Økonomi"),
)
# Committees that another of the above took over from.
FORMER_FIELDS = {"SUNDHED": ("OMSORG", "Omsorg"), "KLIMA": ("TEKNIK", "Teknik"), "JOB": ("ARBEJDE", "Arbejde")}
# The first of these handed some of its items over to the second, and went on.
PARTLY_HANDED_OVER = ("KULTUR", "SKOLE")

ADDRESSEES = (
    ("eksempelkommuner", "Eksempelkommunerne"),
    ("eksempelregion", "Eksempelregionen"),
    ("eksempelstat", "Eksempelstaten"),
    ("eksempelskoler", "Eksempelskolerne"),
    ("eksempelforeninger", "Eksempelforeningerne"),
)

SOURCE_NAMES = {
    PublicationKind.CITIZENS_ASSEMBLY: "Eksempelborgertinget om {subject}",
    PublicationKind.ACTION_PLAN: "Eksempelhandlingsplan for {subject}",
    PublicationKind.ANALYSIS: "Eksempelanalyse af {subject}",
    PublicationKind.CITIZENS_MEETING: "Eksempelborgermøde om {subject}",
}
SUBJECTS = (
    "sundhed", "skoler", "dagtilbud", "klima", "trafik", "kultur", "boliger", "byrum", "unge", "ældre", "arbejdsliv",
    "fællesskaber", "frivillighed", "digitale løsninger", "natur", "affald", "idræt", "biblioteker", "tryghed",
    "havnen",
)  # fmt: skip

CHAPTERS = (
    "Flere hænder", "Tryghed i hverdagen", "Adgang for alle", "Børn og unge", "Et godt arbejdsliv", "Byen og naturen",
    "Samarbejde på tværs", "Viden og forskning", "Digital hjælp", "Fællesskab", "Sundhed i hverdagen", "Veje og stier",
)  # fmt: skip

DEEDS = (
    "Udvid", "Styrk", "Afprøv", "Indfør", "Saml", "Undersøg", "Forenkl", "Følg op på", "Sæt mål for", "Del viden om",
    "Skab bedre rammer for", "Åbn for", "Prioritér", "Giv flere adgang til", "Gør det lettere at finde", "Bevar",
)  # fmt: skip
DEEDS_IN_FULL = (
    "udvide", "styrke", "afprøve", "indføre", "samle", "undersøge", "forenkle", "følge op på", "sætte mål for",
    "dele viden om", "skabe bedre rammer for", "åbne for", "prioritere", "give flere adgang til",
    "gøre det lettere at finde", "bevare",
)  # fmt: skip
THINGS = (
    "besøg af faste teams", "genoptræning tæt på hjemmet", "fællesspisning", "natbusser", "lektiehjælp",
    "cykelparkering", "skolehaver", "udlån af værktøj", "hjemmeplejens planlægning", "introforløb", "tolkehjælp",
    "legepladser", "tandpleje for voksne", "væresteder", "frivilligcentre", "digital selvbetjening",
    "sortering af affald", "regnvandsbassiner", "stisystemer", "biblioteksbusser", "mentorordninger", "fritidspas",
    "rehabilitering", "klimavenlige kantiner", "borgerdialog", "lånecykler", "fuldtidsstillinger", "vikarkorps",
    "pårørendecaféer", "besøgshaver", "træplantning", "støjskærme", "fritidsjob", "sundhedstjek", "trygge skoleveje",
    "naturvejledning", "koloniophold", "kulturnætter", "forældremøder", "sommerskoler", "efteruddannelse",
    "elevpladser", "kunstig intelligens i planlægningen", "fælles nattevagter", "sygeplejeklinikker", "sansehaver",
    "musikundervisning", "svømmeundervisning", "byttecentraler", "solceller på skoletage", "grønne tage",
    "nabohjælp", "venskabsklasser", "mødesteder", "rådgivning om gæld", "boligrådgivning", "fodterapi", "plejehjem",
    "madordninger", "velfærdsteknologi",
)  # fmt: skip
PEOPLE = (
    "for unge", "for ældre", "for småbørnsfamilier", "for nyansatte", "for borgere med handicap", "for pårørende",
    "for nattevagter", "for studerende", "for enlige", "for tilflyttere", "for frivillige", "for lærlinge",
    "for ledige", "for skoleelever", "for alle",
)  # fmt: skip
PLACES = (
    "i Eksempelby", "på Prøveøen", "i Mønsterkvarteret", "ved Attrap Havn", "i Skabelonby", "på Modelvej",
    "i Nordkvarteret", "i Sydkvarteret", "ved Kladdesøen", "i Udkastbyen", "i hele kommunen", "i to bydele",
)  # fmt: skip
REASONS = (
    "fordi for mange venter for længe", "fordi tilbuddene er svære at finde", "fordi der mangler hænder",
    "så hverdagen bliver tryggere", "så flere kan være med", "fordi erfaringerne fra andre steder er gode",
    "så pengene rækker længere", "fordi borgerne efterspørger det", "så medarbejderne får mere ro",
    "fordi afstandene er store",
)  # fmt: skip

BEGUN = (
    "Arbejdet er begyndt {place}.", "Den første aftale er på plads {place}.", "Et forsøg med {thing} er i gang.",
    "{number} medarbejdere er i gang med opgaven.", "Projektgruppen har holdt sit første møde om {thing}.",
)  # fmt: skip
STATUS_TEXTS: dict[str, tuple[str, ...]] = {
    Status.NOT_STARTED: ("Der er ikke gjort noget endnu.", "Opgaven venter på, at {thing} bliver beskrevet."),
    Status.PLANNED: (
        "Udvalget har sat {number} mio. eksempelkroner af til {thing}.",
        "Det er besluttet at begynde {place} til næste år.",
    ),
    Status.IN_PROGRESS: BEGUN,
    Status.IMPLEMENTED: (
        "Tilbuddet om {thing} er åbnet {place}, som det blev anbefalet.",
        "Det er gjort. {number} borgere har brugt tilbuddet det første halve år.",
    ),
    Status.IMPLEMENTED_OTHERWISE: (
        "Formålet er nået med {thing} i stedet. Det dækker også {place}.",
        "I stedet har kommunen samlet opgaven ét sted {place}.",
    ),
    Status.PAUSED: (
        "Arbejdet venter, til stillingerne er besat.",
        "Udbuddet gik om. Arbejdet med {thing} begynder igen til foråret.",
    ),
    Status.ABANDONED: (
        "Udvalget besluttede at bruge pengene på {thing}.",
        "Forsøget {place} viste, at det ikke hjalp nok.",
    ),
    Status.LAPSED: ("En ny eksempellov dækker opgaven.", "Behovet er væk, efter at {thing} er kommet {place}."),
}
KIND_TEXTS: dict[str, tuple[str, ...]] = {
    UpdateKind.NOTE: (
        "Der er holdt et møde med borgerne {place}.",
        "En evaluering af {thing} er sat i gang.",
        "{number} har svaret på undersøgelsen om {thing}.",
        "Arbejdet er omtalt i udvalgets årsberetning.",
    ),
    UpdateKind.CONFIRMATION: ("",),
    UpdateKind.CORRECTION: (
        "Der stod et forkert tal. Det rigtige er {number}.",
        "Stedet var forkert. Det drejer sig om {thing} {place}.",
    ),
}
NEXT_STEPS = (
    "Udvalget får en status om {thing}.",
    "Forsøget {place} bliver gjort op.",
    "Udbuddet om {thing} går i gang.",
    "Tilbuddet åbner {place}.",
)
EVIDENCE = ("Referat af udvalgets møde", "Notat om {thing}", "Evaluering {place}", "Regnskab for {thing}")
ANSWERS: dict[str, tuple[str, ...]] = {
    Outcome.ADOPTED: ("Udvalget følger anbefalingen og tager den med i budgettet.", "Udvalget følger anbefalingen."),
    Outcome.PARTLY_ADOPTED: ("Udvalget følger den del, der handler om {thing}, men ikke resten.",),
    Outcome.NOT_ADOPTED: (
        "Udvalget mener, at pengene gør mere gavn ved {thing}.",
        "Opgaven er løst på anden måde {place}.",
    ),
    Outcome.NOTED: ("Udvalget har læst anbefalingen.", ""),
    Outcome.OUTSIDE_REMIT: ("Det er Eksempelregionen, der bestemmer over {thing}.",),
    Outcome.NOT_READ: ("",),
    "": ("Svaret hørte til en anden anbefaling.",),  # taken back
}
MOVED = (
    "Fristen er flyttet, fordi der mangler medarbejdere.",
    "Fristen er flyttet, fordi udbuddet tog længere tid.",
    "Fristen er flyttet til efter evalueringen.",
)
CRITERIA = (
    "… der er {thing} {place}.",
    "… mindst {number} borgere har brugt tilbuddet.",
    "… udvalget har godkendt planen for {thing}.",
)

# What an approver writes who sends a draft back.
COMMENTS = (
    "Skriv, hvornår det sker.", "Hvilken beslutning bygger det på?", "Linket virker ikke. Find et andet.",
    "Sig det kortere, så en borger forstår det.", "Er det hele byen eller kun en bydel?",
)  # fmt: skip


def filled(dice: Random, texts: tuple[str, ...]) -> str:
    """One of the texts, with a thing, a place and a number wherever it has room for them."""
    return dice.choice(texts).format(thing=dice.choice(THINGS), place=dice.choice(PLACES), number=dice.randint(2, 240))


def recommended(dice: Random) -> tuple[str, str]:
    """The title and the summary of one recommendation."""
    deed, thing, people, place = (
        dice.randrange(len(DEEDS)),
        dice.choice(THINGS),
        dice.choice(PEOPLE),
        dice.choice(PLACES),
    )
    summary = f"Kommunen skal {DEEDS_IN_FULL[deed]} {thing} {people} {place}, {dice.choice(REASONS)}."
    if dice.random() < 0.5:
        summary += f" Det kan begynde med {dice.choice(THINGS)} {dice.choice(PLACES)}."
    return f"{DEEDS[deed]} {thing} {people} {place}", summary


def initiated(dice: Random) -> tuple[str, str]:
    """The title and the summary of one initiative."""
    thing, people, place = dice.choice(THINGS), dice.choice(PEOPLE), dice.choice(PLACES)
    return (
        f"Eksempelindsats: {thing} {people}",
        f"Indsatsen skaffer {thing} {people} {place}, {dice.choice(REASONS)}.",
    )
