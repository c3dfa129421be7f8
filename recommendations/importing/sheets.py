"""The form of a source as a spreadsheet: each sheet, each column, what it is called, means and may hold.

The only place that says it: the template, what is read, what is compared and what is written follow it.
"""

from __future__ import annotations

from django.utils.translation import override

from recommendations.enums import VoteOption
from recommendations.importing.cells import CommitteeCode, Kind, Owners, Reference, References, Votes
from recommendations.importing.columns import Column, Sheet, from_model
from recommendations.models import (
    Document,
    Item,
    ProcessFact,
    Publication,
    Relation,
    SourceCommittee,
    Treatment,
    VoteShare,
    Wording,
)

# --- The source -------------------------------------------------------------------------------------------------------

SOURCE = Sheet(
    "source",
    "Kilde",
    "Kilden selv: en linje for hver oplysning.",
    (
        from_model(
            Publication,
            "slug",
            "Kildens kode i adresser; på den kendes kilden igen. Lad den være, som den er, når kilden findes.",
            "Kildens kode",
            example="eksempeltinget-2026",
            is_required=True,
        ),
        from_model(
            Publication,
            "short_code",
            "Koden i korte adresser: små bogstaver og så tal. Lades den tom, laves den af titlen.",
            example="e26",
        ),
        from_model(
            Publication,
            "title",
            "Hvad kilden hedder. Skriv titlen, som den står på forsiden.",
            "Navn",
            example="Eksempeltinget 2026",
            is_required=True,
        ),
        from_model(
            Publication,
            "kind",
            "Hvad slags kilde det er. Vælg fra listen.",
            "Type",
            example="Borgerting",
            is_required=True,
        ),
        from_model(
            Publication,
            "publisher",
            "Hvem der har udgivet kilden. Skriv hele navnet.",
            example="Eksempel Kommune",
            is_required=True,
        ),
        from_model(
            Publication,
            "published_on",
            "Den dag, kilden blev udgivet. Kendes kun året, så brug næste linje.",
            "Udgivet",
        ),
        from_model(
            Publication, "published_year", "Året, kilden blev udgivet, når dagen ikke er kendt. Skriv ikke begge."
        ),
        from_model(
            Publication,
            "handed_over_on",
            "Den dag, kommunen fik anbefalingerne. Herfra tælles dage uden svar.",
            "Overdraget",
            example="17.06.2026",
        ),
        from_model(Publication, "question", "Det spørgsmål, kilden svarer på. Skriv det med kildens egne ord."),
        from_model(Publication, "summary", "Hvad kilden er, med vores ord. To til fire sætninger er nok.", "Resumé"),
        from_model(Publication, "numbering_note", "Udfyldes, når numrene er vores. Ellers er den tom."),
        from_model(
            Publication,
            "expects_answers",
            "Ja, når kommunens udvalg skal svare. Så tælles manglende svar.",
            example="ja",
        ),
        from_model(
            Publication, "owners_known", "Nej, når kilden ikke siger, hvem der svarer på hvad. Så siger siderne det."
        ),
        from_model(
            Publication, "expected_headings", "Hvor mange overskrifter kilden har. Forhåndsvisningen tæller efter."
        ),
        from_model(
            Publication,
            "expected_recommendations",
            "Hvor mange anbefalinger kilden har, uden overskrifter. Forhåndsvisningen tæller efter.",
            example="1",
        ),
        from_model(
            Publication, "expected_initiatives", "Hvor mange initiativer kilden har. Forhåndsvisningen tæller efter."
        ),
        from_model(Publication, "position", "Kildens plads i lister. Små tal kommer først."),
        from_model(Publication, "is_whole", "Nej, når kilden rummer mere, end der står i filen. Så siger siderne det."),
    ),
    is_upright=True,
    synonyms=("Kilden", "Source"),
)

# --- Its rows ---------------------------------------------------------------------------------------------------------


def _votes(option: VoteOption, *synonyms: str, example: str = "") -> tuple[Column, ...]:
    with override("da"):
        label = str(option.label)
    name = option.value
    return (
        Column(
            f"votes:{name}",
            Votes(),
            "Støtten, som kilden giver den: procent, stemmer eller en plads. Ellers: kan ikke læses.",
            label,
            synonyms,
            example,
        ),
        from_model(
            VoteShare,
            "page",
            "Siden i kilden, hvor støtten står. Skriv den, som den er trykt.",
            field=f"page:{name}",
            heading=f"{label}: side",
        ),
        from_model(
            VoteShare,
            "note",
            "En bemærkning til støtten. Den vises ved tallet.",
            field=f"note:{name}",
            heading=f"{label}: bemærkning",
        ),
    )


ITEMS = Sheet(
    "items",
    "Rækker",
    "Alt det, kilden opregner: en linje for hver række.",
    (
        from_model(
            Item,
            "number",
            "Nummeret, som det er trykt i kilden. Kolonnen skal være tekst, ellers bliver 2.10 til 2.1.",
            "Nr",
            "Nr.",
            "Nummer i kilden",
            "Kode",
            "Anbefaling nr.",
            example="1.1",
            is_required=True,
        ),
        from_model(
            Item, "kind", "Hvad slags række det er. Tomt betyder Anbefaling.", "Type", "Art", example="Anbefaling"
        ),
        from_model(
            Item,
            "parent",
            "Nummeret på den række, den står under. Tomt betyder yderst.",
            "Under",
            "Overskrift nr.",
            "Gruppe",
            kind=Reference(),
            model_field=None,
        ),
        from_model(Item, "place", "Rækkefølgen, når numrene ikke selv viser den. 0 betyder efter nummeret."),
        from_model(
            Wording,
            "title",
            "Hvad rækken hedder. Har kilden ingen titel, så skriv en kort, og sæt »Titlen er« til Vores ord.",
            "Anbefaling",
            "Overskrift",
            "Navn",
            example="Flere grønne gader",
            is_required=True,
        ),
        from_model(Wording, "title_basis", "Om titlen er kildens eller vores. Tomt betyder kildens."),
        from_model(
            Wording,
            "summary",
            "En til fire sætninger med vores ord. Hvad skal gøres, af hvem og hvorfor.",
            "Kort fortalt",
        ),
        from_model(
            Wording,
            "official_text",
            "Kildens egne ord, som de står. Ret ikke i dem.",
            "Tekst",
            "Anbefalingens tekst",
            "Ordlyd",
            "Beskrivelse",
            example="Kommunen skal plante flere træer.",
        ),
        from_model(Wording, "official_basis", "Om ordene er kildens eller gengivet af udvalget. Tomt betyder kildens."),
        from_model(Wording, "document", "Dokumentet, ordene står i. Tomt betyder kildens eget."),
        from_model(
            Wording,
            "pages",
            "Siden i dokumentet. Skriv den, som den er trykt.",
            "Side",
            "Sider",
            "Sidetal",
            example="18",
        ),
        from_model(
            Item,
            "addressee",
            "Hvem anbefalingen er rettet mod. En, der ikke findes, oprettes.",
            "Adressat",
            "Modtager",
            kind=Kind(says="Et navn"),
            model_field=None,
        ),
        from_model(Item, "target_group", "Hvem det skal hjælpe. Tomt, når kilden ikke siger det."),
        from_model(
            Item,
            "carries_out",
            "Numrene på det, et initiativ udfører. Brug semikolon imellem.",
            "Udfører",
            "Hører til",
            kind=References(),
            model_field=None,
        ),
        Column(
            "owners",
            Owners(),
            "De udvalg, der ejer rækken, med semikolon imellem; det hovedansvarlige står uden parentes. Uden »fra« "
            "gælder det fra den dag, kommunen fik kilden.",
            "Ejere",
            ("Ejer", "Ejerudvalg", "Udvalg", "Ansvarligt udvalg", "Ansvarlig"),
        ),
        *_votes(
            VoteOption.SUPPORTS,
            "Støtte",
            "Støtte i procent",
            "Støtte %",
            "Tilslutning",
            "Tilslutning i procent",
            "Tilslutning %",
            "Stemmer",
            "Stemmeandel",
            example="88 %",
        ),
        *_votes(VoteOption.UNSURE),
        *_votes(VoteOption.OPPOSES, "Imod"),
    ),
    ("kind", "number"),
    ("Anbefalinger", "Anbefalinger og initiativer"),
    is_of_items=True,
)

# --- What else is known of it -----------------------------------------------------------------------------------------

POSITION = "Pladsen i rækkefølgen: 1, 2, 3 … Er den tom, kendes linjen på det, den hedder, og en ny kommer sidst."


def _committee(about: str) -> Column:
    return Column("committee", CommitteeCode(), about, "Udvalg", example="", is_required=True)


DOCUMENTS = Sheet(
    "documents",
    "Dokumenter",
    "Kildens dokumenter; nummer 1 er kildens eget.",
    (
        from_model(Document, "position", POSITION, "Nr."),
        from_model(Document, "title", "Hvad dokumentet hedder. To kan ikke hedde det samme.", is_required=True),
        from_model(Document, "url", "Adressen på dokumentet. Den begynder med https://.", "Adresse", "URL"),
        from_model(
            Document, "page_offset", "Hvor mange sider der er før den, der er trykt 1. Tomt betyder, at ingen har talt."
        ),
    ),
    ("position",),
)
FACTS = Sheet(
    "facts",
    "Oplysninger",
    "Hvordan kilden blev til: tal, datoer og sætninger i den rækkefølge, de læses.",
    (
        from_model(ProcessFact, "position", POSITION, "Nr."),
        from_model(ProcessFact, "label", "Hvad det er. For eksempel Inviteret.", is_required=True),
        from_model(ProcessFact, "number", "Tallet, hvis der er et. Et helt tal."),
        from_model(ProcessFact, "on", "Datoen, hvis der er en. Skriv den som 28.02.2026."),
        from_model(ProcessFact, "text", "Sætningen, hvis der er en. Højst 500 tegn."),
        from_model(
            ProcessFact, "is_step", "Ja for et antal personer, der er en del af det forrige. Så står det i figuren."
        ),
    ),
    ("position",),
    ("Proces", "Om processen"),
)
COMMITTEES = Sheet(
    "committees",
    "Udvalg",
    "De udvalg, der har bundet sig til at svare på kilden.",
    (
        _committee("Udvalget, der skal svare på kilden. Det skal være oprettet."),
        from_model(SourceCommittee, "part", "Den del af spørgsmålet, udvalget svarer på. Tom, når det er det hele."),
    ),
    ("committee",),
)
TREATMENTS = Sheet(
    "treatments",
    "Behandlinger",
    "At et udvalg har haft hele kilden på et møde; hvad det besluttede, står her ikke.",
    (
        _committee("Udvalget, der holdt mødet. Det skal være oprettet."),
        from_model(Treatment, "meeting_date", "Dagen, mødet blev holdt. Ikke en dag, der kommer.", is_required=True),
        from_model(Treatment, "agenda_item", "Punktet på dagsordenen. For eksempel punkt 11."),
        from_model(
            Treatment,
            "agenda_url",
            "Adressen på punktet. Den skal være der, så beslutningen kan læses.",
            is_required=True,
        ),
        from_model(
            Treatment, "proposed", "Hvad forvaltningen foreslog, med vores ord. Ikke, hvad udvalget besluttede."
        ),
    ),
    ("committee", "meeting_date"),
    told_apart_by=("agenda_item", "agenda_url"),
)
RELATIONS = Sheet(
    "relations",
    "Forhold",
    "Hvordan kildens rækker hænger sammen med andre kilders.",
    (
        from_model(
            Relation,
            "from_item",
            "Nummeret på rækken i denne kilde. Skriv »initiativ 3« for et initiativ.",
            kind=Reference(),
            model_field=None,
            is_required=True,
        ),
        from_model(Relation, "kind", "Hvordan de hænger sammen. Vælg fra listen.", is_required=True),
        Column(
            "to_source",
            Kind(says="En kildes kode"),
            "Koden på den kilde, den anden række står i. Tomt betyder denne kilde.",
            "Til kilde",
        ),
        from_model(
            Relation,
            "to_item",
            "Nummeret på rækken i den kilde. Skriv »initiativ 3« for et initiativ.",
            kind=Reference(),
            model_field=None,
            is_required=True,
        ),
        from_model(
            Relation, "basis", "Om det står i en kilde, eller vi har læst det sådan. Vælg fra listen.", is_required=True
        ),
        from_model(
            Relation,
            "source",
            "Koden på den kilde, der siger det. Tomt ved vores læsning.",
            kind=Kind(says="En kildes kode"),
            model_field=None,
        ),
        from_model(Relation, "note", "En bemærkning. Højst 300 tegn."),
    ),
    ("from_item", "kind", "to_source", "to_item"),
)

SHEETS = (SOURCE, ITEMS, DOCUMENTS, FACTS, COMMITTEES, TREATMENTS, RELATIONS)
LEGEND = "Læs mig"  # a sheet that explains the others: written, never read
ERRORS = "Fejl"  # a column that says what was wrong with a row: written, never read
