"""Where words stand, and how a text reads without them."""

import json
from contextlib import suppress

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from recommendations import append_only, tenancy, traces
from recommendations.models import Addressee, Committee
from recommendations.traces import MARK, Redaction, Sought, kept_places_of, places_of, texts_of, whole_columns
from tests.factories import (
    EVERY_FACTORY,
    CommitteeFactory,
    ErrorReportFactory,
    EvidenceFactory,
    IssuedReportFactory,
    MunicipalityFactory,
    RecommendationFactory,
    StatusUpdateFactory,
)

SENTENCE = "Fjernet den 2. november 2026, fordi det var et navn."
TOLD = "[fjernet den 2. november 2026, fordi det var et navn]"
ADDRESS = "https://eksempel.dk/fjernet/#nr-1"


def sought(text, **more):
    return Sought(text, SENTENCE, ADDRESS, **more)


# --- A text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "without"),
    [
        ("Jens Holm", "Vi takker Jens Holm.", f"Vi takker {TOLD}."),
        ("Jens Holm", "Vi takker Jens Holms søn og Jens Holm.", f"Vi takker {TOLD} søn og {MARK}."),
        ("Jens Holm", "Jens\n  Holm ringede.", f"{TOLD} ringede."),
        ("Jens Holm", "Hos Jens Holm's mor", f"Hos {TOLD} mor"),
        ("Jens Holm", "  Jens Holm ", SENTENCE),
        ("Jens Holm", "Jens Holmgaard og jens holm", "Jens Holmgaard og jens holm"),
        ("Hans", "Det er hans, sagde Johans far.", "Det er hans, sagde Johans far."),
        ("010190-1234", "CPR 010190-1234", f"CPR {TOLD}"),
        ("j.holm@eksempel.dk", "Skriv til j.holm@eksempel.dk.", f"Skriv til {TOLD}."),
        ("A+B (nord)", "Firmaet A+B (nord) bød.", f"Firmaet {TOLD} bød."),
        ("Åse", "A\u030ase bor her", f"{TOLD} bor her"),
        ("Jens Holm", "https://eksempel.dk/jens-holm/cv.pdf", ADDRESS),
        ("Jens Holm", "https://eksempel.dk/Jens%20Holm.pdf", ADDRESS),
        ("Jens Holm", "/fejl/jens_holm/", ADDRESS),
        ("Jens Holm", "https://eksempel.dk/referat.pdf", "https://eksempel.dk/referat.pdf"),
        ("Jens Holm", "", ""),
    ],
)
def test_a_text_without_the_words(words, text, without):
    assert sought(words).without(text) == without


@pytest.mark.parametrize(
    ("words", "text", "without"),
    [
        ("Jens Holm", "JENS HOLM var der", f"{TOLD} var der"),
        ("Jens Holm", "Jens Holmgaard", SENTENCE),
        ("Jens Holm", "Se jens-holm og jens.holm@kk.dk", f"Se {TOLD} og {MARK}@kk.dk"),
        ("Hans", "Det er hans, sagde Johans far.", f"Det er {TOLD}, sagde {MARK} far."),
    ],
)
def test_a_broad_search_takes_the_whole_word_however_it_is_written(words, text, without):
    assert sought(words, is_broad=True).without(text) == without


@pytest.mark.parametrize(
    ("room", "without"),
    [
        (None, f"Brev fra {TOLD} og {MARK}"),
        (100, f"Brev fra {TOLD} og {MARK}"),
        (60, f"Brev fra {MARK} og {MARK}"),
        (20, MARK),
        (3, MARK),  # no column of ours is that short
    ],
)
def test_where_there_is_no_room_for_the_sentence_the_mark_stands_alone(room, without):
    assert sought("Jens Holm").without("Brev fra Jens Holm og Jens Holm", room) == without


def test_what_is_left_out_cannot_be_found_again():
    once = sought("Jens Holm").without("Jens Holm bad Jens Holm.")
    assert sought("Jens Holm").without(once) == once


# --- Data -------------------------------------------------------------------------------------------------------------


def test_data_keep_their_form():
    table = {
        "key": "Jens Holm",
        "columns": [
            {"key": "a", "heading": "Jens Holm", "kind": "text", "width": 1},
            {"key": "b", "heading": "Dato", "kind": "date", "width": 1},
            {"key": "c", "heading": "Links", "kind": "links", "width": 1},
        ],
        "rows": [["Jens Holm", "2026-11-02", [{"text": "Brev fra Jens Holm", "address": "https://x.dk/jens-holm"}]]],
    }
    said = sought("Jens Holm").without_in({"tables": [table], "language": "da", "n": 7, "nothing": None})
    [row] = said["tables"][0]["rows"]
    assert row == [SENTENCE, "2026-11-02", [{"text": f"Brev fra {TOLD}", "address": ADDRESS}]]
    assert said["tables"][0]["key"] == "Jens Holm"  # no text, but what machines call it
    assert said["tables"][0]["columns"][0] == {"key": "a", "heading": SENTENCE, "kind": "text", "width": 1}
    assert (said["language"], said["n"], said["nothing"]) == ("da", 7, None)


def test_a_day_in_a_table_stays_a_day_whatever_is_looked_for():
    table = {"columns": [{"key": "b", "heading": "Dato", "kind": "date"}], "rows": [["2026-11-02"], [None]]}
    assert sought("2026-11-02").without_in(table) == table


# --- The tables -------------------------------------------------------------------------------------------------------

MARKER = "Zzyzx"


def domain_models():
    return [model for model in apps.get_app_config("recommendations").get_models() if not model._meta.proxy]


def test_every_column_of_text_is_looked_through_or_named_as_kept():
    """A column of tomorrow is looked through without anybody thinking of it."""
    for model in domain_models():
        looked, kept = set(traces.withholdable(model)), traces.KEPT.get(model, frozenset())
        for column in texts_of(model):
            assert column in looked or column.name in kept or kept is traces.ALL, (model, column)
        assert kept is traces.ALL or kept <= {field.name for field in model._meta.concrete_fields}


def test_no_column_with_words_is_left_out_as_no_text():
    """What is neither text nor data of its own is a number, a day, a yes or no, a key, or a code from a list."""
    others = (models.AutoField, models.IntegerField, models.DateField, models.TimeField, models.BooleanField)
    others += (models.ForeignKey, models.UUIDField, models.DecimalField)
    for model in domain_models():
        for column in set(model._meta.concrete_fields) - set(texts_of(model)):
            assert isinstance(column, others) or column.choices, (model, column)


@pytest.mark.parametrize(
    "factory",
    [one for one in EVERY_FACTORY if one._meta.model in domain_models() and traces.withholdable(one._meta.model)],
    ids=lambda one: one._meta.model.__name__,
)
def test_a_marker_is_found_in_every_column(factory, db):
    """Whatever guards the row, and whatever else must be true of it."""
    model, row = factory._meta.model, factory()
    append_only.uninstall(connection)
    missed = []
    for column in traces.withholdable(model):
        planted = {"felt": ["", MARKER]} if isinstance(column, models.JSONField) else MARKER[: column.max_length]
        if (model, column.name) in traces.CANONICAL:
            planted = json.dumps({"title": f"Af {MARKER}"})
        with suppress(IntegrityError), transaction.atomic():  # one thing at a time is evidence, or is handled
            model._base_manager.filter(pk=row.pk).update(**{column.name: planted})
            if f"{model._meta.model_name}-{row.pk}-{column.name}" not in {one.key for one in places_of(sought(MARKER))}:
                missed.append(column.name)
    append_only.install(connection)
    assert not missed


class TestPlaces:
    @pytest.fixture(autouse=True)
    def rows(self, db):
        self.item = RecommendationFactory(title="Jens Holm besøges", summary="Kommunen skal besøge Jens Holm.")
        self.draft = StatusUpdateFactory(item=self.item, text="Jens Holm er besøgt.", decided_by="Jens Holm")
        self.evidence = EvidenceFactory(update=self.draft, title="Brev fra Jens Holm", url="https://x.dk/jens-holm")
        self.report = ErrorReportFactory(item=self.item, text="Jens Holm findes ikke.", email="jens.holm@eksempel.dk")
        self.issued = IssuedReportFactory(data='{"facts":[],"title":"Om Jens Holm"}')

    def places(self, **more):
        return {place.key: place for place in places_of(sought("Jens Holm", **more))}

    def test_they_stand_where_they_stand(self):
        assert set(self.places()) == {
            f"wording-{self.item.wording_id}-title",
            f"wording-{self.item.wording_id}-summary",
            f"statusupdate-{self.draft.pk}-text",
            f"statusupdate-{self.draft.pk}-decided_by",
            f"evidence-{self.evidence.pk}-title",
            f"evidence-{self.evidence.pk}-url",
            f"errorreport-{self.report.pk}-text",
            f"errorreport-{self.report.pk}-email",
            f"issuedreport-{self.issued.pk}-data",
        }

    def test_how_each_will_read(self):
        places = self.places()
        assert places[f"statusupdate-{self.draft.pk}-text"].after == f"{TOLD} er besøgt."
        assert places[f"statusupdate-{self.draft.pk}-decided_by"].after == SENTENCE
        assert places[f"evidence-{self.evidence.pk}-url"].after == ADDRESS
        assert places[f"errorreport-{self.report.pk}-email"].after == ""
        data = places[f"issuedreport-{self.issued.pk}-data"].after
        assert data == '{"facts":[],"title":"Om ' + TOLD + '"}'

    def test_excerpts_show_both(self):
        place = self.places()[f"issuedreport-{self.issued.pk}-data"]
        assert place.excerpts() == [("Om Jens Holm", f"Om {TOLD}")]
        assert place.label == "udstedt rapport: data"

    def test_a_long_text_is_shown_around_the_words(self):
        self.draft.text = f"{'Først. ' * 100}Jens Holm. {'Så. ' * 100}"
        self.draft.save()
        [(before, after)] = self.places()[f"statusupdate-{self.draft.pk}-text"].excerpts()
        assert before.startswith("… ")
        assert before.endswith(" …")
        assert "Jens Holm" in before
        assert TOLD in after
        assert len(before) < 300

    def test_what_cannot_be_taken_apart_is_told_and_stays(self):
        CommitteeFactory(code="JHU", name="Jens Holm-udvalget", email="jens.holm@eksempel.dk")
        found = kept_places_of(sought("Jens Holm", is_broad=True))
        assert {(place.model, place.field) for place in found} >= {(Committee, "name"), (Committee, "email")}
        assert not any(place.model in (Committee, Addressee) for place in places_of(sought("Jens Holm", is_broad=True)))

    def test_another_municipality_is_left_in_peace(self):
        with tenancy.active(MunicipalityFactory(slug="anden")):
            assert places_of(sought("Jens Holm")) == []

    # --- All of a column ----------------------------------------------------------------------------------------------

    def whole(self, row, field):
        return {place.key: place.after for place in Redaction(row=row, field=field).places(SENTENCE, ADDRESS)}

    def test_a_short_text_goes_where_it_stands_alone(self):
        assert self.whole(self.draft, "decided_by") == {f"statusupdate-{self.draft.pk}-decided_by": SENTENCE}

    def test_a_long_text_goes_with_its_copies(self):
        copy = StatusUpdateFactory(item=self.item, text=f"Der stod: {self.draft.text} Det er sandt.")
        found = self.whole(self.draft, "text")
        assert found[f"statusupdate-{self.draft.pk}-text"] == SENTENCE
        assert found[f"statusupdate-{copy.pk}-text"] == f"Der stod: {TOLD} Det er sandt."

    def test_a_link_leads_to_the_register_and_a_proof_says_it_itself(self):
        document = self.item.publication.documents.get()
        assert self.whole(document, "url") == {f"document-{document.pk}-url": ADDRESS}
        assert self.whole(self.evidence, "url") == {
            f"evidence-{self.evidence.pk}-url": "",
            f"evidence-{self.evidence.pk}-removed": SENTENCE,
        }

    def test_what_is_offered_is_what_says_something(self):
        names = {column.name for column in whole_columns(self.evidence)}
        assert names == {"title", "url"}
        assert "data" not in {column.name for column in whole_columns(self.issued)}

    def test_nothing_stands_in_an_empty_column(self):
        assert Redaction(row=self.draft, field="next_step").places(SENTENCE, ADDRESS) == []
