"""`manage.py report`: files, issuing, and errors that say what to do."""

import io
import json
import os

import pytest
from django.core.management import CommandError, CommandParser, call_command

from recommendations.criteria import PARAMETERS
from recommendations.management.commands.report import Command
from recommendations.models import IssuedReport
from recommendations.models.issued_report import fingerprint
from recommendations.reports.choices import OWN_FIELDS, ReportForm
from recommendations.reports.document import Report
from tests.factories import (
    InitiativeFactory,
    MeetingFactory,
    MunicipalityFactory,
    OwnershipFactory,
    RecommendationFactory,
    ReportDraftFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(sou):
    item = RecommendationFactory(title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


def run(*args):
    """What the command says on its two outputs."""
    out, err = io.StringIO(), io.StringIO()
    call_command("report", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_writes_a_file_and_says_how_far_it_is(item, tmp_path):
    path = tmp_path / "bilag.json"
    _out, said = run(
        "--udvalg", "sou", "--siden", "2026-08-01", "--pr", "2026-11-01", "--format", "json", "--output", str(path)
    )
    report = Report.from_data(json.loads(path.read_text())["report"])
    assert report.title == "Status på anbefalinger til Sundheds- og Omsorgsudvalget"
    assert "Læser anbefalinger …" in said
    assert f"Skrevet: {path}" in said
    assert [one.name for one in tmp_path.iterdir()] == ["bilag.json"]


def test_a_pipe_is_written_to_and_stays_a_pipe(item, tmp_path):
    """As root, a file in the place of /dev/null is a fault on the whole machine."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        run("--format", "json", "--output", str(path))
        assert "Faste teams" in os.read(reader, 1_000_000).decode()
    finally:
        os.close(reader)
    assert path.is_fifo()


def test_takes_the_parameters_of_the_lists(item, tmp_path):
    path = tmp_path / "bilag.json"
    run("--kilde", item.publication.slug, "--q", "findesikke", "--hvad", "anbefalinger", "--afsnit", "liste",
        "--format", "json", "--output", str(path))  # fmt: skip
    report = Report.from_data(json.loads(path.read_text())["report"])
    assert [section.key for section in report.sections] == ["list"]
    assert report.sections[0].paragraphs == ("Ingen rækker passer til det, der er valgt.",)


class TestNames:
    """One name for one choice, in addresses, in the form and on the command line."""

    NAMES = {*PARAMETERS.values(), *OWN_FIELDS} - {PARAMETERS["order"]}  # a report has one order

    def test_of_the_form(self):
        assert set(ReportForm().fields) == self.NAMES

    def test_of_the_options(self):
        parser = CommandParser()
        Command().add_arguments(parser)
        names = {action.dest for action in parser._actions}
        own = {"kommune", "kendt", "format", "output", "issue", "by", "udsteder", "kode", "help"}
        assert names == self.NAMES | own
        assert "Ændret siden den dag, eller ordet forrige" in parser.format_help()

    def test_what_is_chosen_by_flags_and_several_times(self, item, sud, tmp_path):
        """`--har-initiativer` once did not exist."""
        InitiativeFactory(carries_out=[item])
        lonely = RecommendationFactory(title="Uden initiativ")
        OwnershipFactory(item=lonely, committee=sud)
        path = tmp_path / "bilag.json"
        run("--udvalg", "SOU", "--udvalg", "SUD", "--har-initiativer", "--format", "json", "--output", str(path))
        report = Report.from_data(json.loads(path.read_text())["report"])
        assert report.title == "Status på anbefalinger til Sundheds- og Omsorgsudvalget og Socialudvalget"
        assert ("Initiativer", "har initiativer") in report.facts
        assert "Faste teams" in report.canonical()
        assert "Uden initiativ" not in report.canonical()


def test_says_which_municipality_where_there_are_several(item, tmp_path):
    MunicipalityFactory(slug="aarhus")
    asked = ("--format", "json", "--output", str(tmp_path / "bilag.json"))
    with pytest.raises(CommandError, match=r"Vælg en kommune med --kommune\. Installationen har: aarhus, koebenhavn\."):
        run(*asked)
    run("--kommune", "aarhus", *asked)
    assert "Faste teams" not in (tmp_path / "bilag.json").read_text()
    run("--kommune", "koebenhavn", *asked)
    assert "Faste teams" in (tmp_path / "bilag.json").read_text()


def test_issues_and_fetches_again(item, dina, sou, tmp_path):
    out, _err = run("--udvalg", "SOU", "--issue", "--by", "dina")
    issued = IssuedReport.objects.get()
    assert out.splitlines() == [f"Kode: {issued.code}", f"Fingeraftryk: {issued.fingerprint}"]
    assert (issued.committee, issued.issued_by) == (sou, dina)
    path = tmp_path / "igen.json"
    run("--kode", issued.code.lower(), "--format", "json", "--output", str(path))
    assert json.loads(path.read_text())["seal"]["fingerprint"] == issued.fingerprint


def test_to_a_meeting_with_what_is_written_for_it(item, dina, sou):
    meeting = ReportDraftFactory(meeting=MeetingFactory(committee=sou), foreword="Læs den her.").meeting
    run("--udvalg", "SOU", "--moede", "2026-11-19", "--issue", "--by", "dina")
    issued = IssuedReport.objects.get()
    assert (issued.meeting, issued.committee) == (meeting, sou)
    assert "Læs den her." in issued.data
    with pytest.raises(CommandError, match=f"Der er udstedt en rapport til mødet: {issued.code}"):
        run("--udvalg", "SOU", "--moede", "2026-11-19", "--issue", "--by", "dina")


def test_makes_an_issued_report_again(item, dina, tmp_path):
    run("--udvalg", "SOU", "--issue", "--by", "dina")
    issued = IssuedReport.objects.get()
    path = tmp_path / "igen.json"
    known = issued.known_at.isoformat()
    run("--udvalg", "SOU", "--pr", "2026-11-02", "--kendt", known, "--format", "json", "--output", str(path))
    report = Report.from_data(json.loads(path.read_text())["report"])
    assert fingerprint(report.canonical()) == issued.fingerprint


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--udvalg", "XX", "--format", "csv"], "--udvalg: Udvalget »XX« findes ikke."),
        (["--udvalg", "SOU", "--moede", "2026-11-20", "--format", "csv"], "--moede: Udvalget har intet møde den 20."),
        (["--moede", "2026-11-19", "--format", "csv"], "--moede: Vælg det ene udvalg, der holder mødet."),
        (["--pr", "31.02.2026", "--format", "csv"], "--pr: Datoen 31.02.2026 findes ikke."),
        (["--kendt", "i går", "--format", "csv"], "--kendt: »i går« er ikke et tidspunkt."),
        (["--format", "doc"], "Formatet »doc« findes ikke."),
        (["--kode", "ZZZZ-ZZZZ", "--format", "csv"], "Der er ingen udstedt rapport med koden »ZZZZ-ZZZZ«."),
    ],
)
def test_wrong_choices_are_refused(item, tmp_path, args, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*args, "--output", str(tmp_path / "fil"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ([], "Skriv, hvor rapporten skal hen"),
        (["--format", "csv"], "Skriv både --format og --output"),
        (["--format", "csv", "--output", "/findes/ikke/fil.csv"], "Mappen til »/findes/ikke/fil.csv« findes ikke."),
        (["--issue"], "Skriv, hvem der udsteder"),
        (["--issue", "--by", "ingen"], "Brugeren »ingen« findes ikke"),
        (["--issue", "--by", "anna", "--udvalg", "SOU"], "er ikke udvalgssekretær"),
        (["--issue", "--by", "dina", "--udvalg", "SUD"], "er ikke udvalgssekretær"),
        (["--issue", "--by", "dina", "--udsteder", "SUD"], "Kun en udvalgssekretær"),
    ],
)
def test_what_is_missing_or_not_allowed_is_said(item, anna, dina, sud, args, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*args)
    assert not IssuedReport.objects.exists()


def test_an_administrator_may_issue_in_nobodys_name(item, sud, chief):
    run("--issue", "--by", "chief", "--kilde", item.publication.slug)
    assert IssuedReport.objects.get().committee is None


def test_who_has_left_issues_nothing(item, sou):
    UserFactory(username="forhenværende", is_active=False, is_superuser=True)
    with pytest.raises(CommandError, match="login er lukket"):
        run("--issue", "--by", "forhenværende")
