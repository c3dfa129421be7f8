"""The offline program: one file that needs nothing of this house, and says of a report what the site says."""

import importlib.util
import json
import runpy
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from recommendations import event_log, log_tree, signing
from recommendations.reports.renderers import FORMATS
from tests.reports import given_back, samples

ROOT = Path(settings.BASE_DIR)
PROGRAM = ROOT / "checker" / "kontroller_rapport.py"
# What a program run so cannot do: ask anybody.
WITHOUT_NETWORK = """
import runpy, socket, sys
def refused(*_args, **_kwargs):
    raise OSError("no network")
socket.socket = socket.create_connection = socket.getaddrinfo = refused
assert not any(name.startswith(("django", "recommendations")) for name in sys.modules)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def program():
    """The program's own functions, loaded from its file."""
    spec = importlib.util.spec_from_file_location("kontroller_rapport", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def run(program, tmp_path, capsys):
    """`run(content, *options)` gives what the program ends with and what it says; files in options are written too."""

    def run(content, *options):
        (tmp_path / "rapport").write_bytes(content)
        arguments = [str(tmp_path / "rapport")]
        for number, option in enumerate(options):
            if isinstance(option, bytes):
                (tmp_path / f"bilag-{number}").write_bytes(option)
                option = str(tmp_path / f"bilag-{number}")
            arguments.append(option)
        ended = program.main(arguments)
        return ended, capsys.readouterr().out

    return run


def test_it_is_put_together_of_the_modules_as_they_are():
    build = runpy.run_path(str(ROOT / "checker" / "build.py"))
    assert PROGRAM.read_text(encoding="utf-8") == build["built"](), "Run checker/build.py"


def test_it_runs_alone_without_network(tmp_path):
    for name, content, ended, words in [
        ("rapport.docx", given_back.file("docx"), 0, "Indholdet er det samme"),
        ("rapport.pdf", given_back.changed_file("pdf"), 1, "seglet ovenfor passer ikke"),
    ]:
        (tmp_path / name).write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", "-c", WITHOUT_NETWORK, str(PROGRAM), name],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (ended, "") if ended == 0 else done.returncode == ended
        assert words in done.stdout


@pytest.mark.parametrize("code", list(FORMATS))
def test_what_was_issued_is_the_same(run, code):
    beside = () if code in {"docx", "xlsx", "pdf", "json"} else ("--rapport", given_back.file("json"))
    ended, told = run(given_back.file(code), *beside)
    assert ended == 0
    assert "Fingeraftryk: passer" in told
    assert f"gyldig med den nøgle, der står i filen: {signing.public_key()}" in told
    assert "Sammenlign nøglen med den, kommunen har offentliggjort." in told
    assert "Indholdet er det samme" in told
    assert "Lagt til" not in told


@pytest.mark.parametrize("code", list(FORMATS))
def test_changed_cells_are_told_with_their_places(run, code):
    """Held against the data that were issued, which whoever changed the file did not have a key for."""
    ended, told = run(given_back.changed_file(code), "--rapport", given_back.file("json"))
    assert ended == 1
    assert "Filen er ændret" in told
    for section, table, row, column, _was, _now in given_back.CHANGES:
        assert " | ".join(filter(None, [section, table, row, column])) in told
    assert "4. " not in told


def test_saved_again_is_the_same(run):
    assert run(given_back.by_python_docx(given_back.file("docx")))[0] == 0
    ended, told = run(given_back.by_openpyxl(given_back.file("xlsx")))
    assert (ended, "Filen har ikke rapportens data med" in told) == (2, True)  # openpyxl drops what it does not know
    assert run(given_back.by_openpyxl(given_back.file("xlsx")), "--rapport", given_back.file("json"))[0] == 0


def test_data_that_were_changed_inside_do_not_have_the_fingerprint(run):
    ended, told = run(given_back.changed_file("json"))
    assert (ended, "Fingeraftryk: PASSER IKKE" in told) == (1, True)


def test_the_code_of_another_report_is_named(run):
    content = given_back.with_parts(given_back.file("docx"), "word/footer", given_back.CODE, "0ABC-1DEF")
    ended, told = run(content)
    assert (ended, f"flere rapporters koder i filen: {given_back.CODE}, 0ABC-1DEF" in told) == (1, True)


@pytest.mark.parametrize("as_file", [True, False])
def test_the_key_of_the_municipality_is_what_counts(run, settings, as_file):
    def given(key):
        return key.encode() if as_file else key

    ours = signing.public_key()
    assert "gyldig med den nøgle, du gav" in run(given_back.file("docx"), "--noegle", given(ours))[1]
    settings.SIGNING_KEY = signing.new_key()
    ended, told = run(given_back.file("docx"), "--noegle", given(signing.public_key()))
    assert (ended, "UGYLDIG" in told) == (1, True)


@cache
def proof():
    """Of the third of five events."""
    leaves = [{"id": number, "act": "published"} for number in range(5)]
    hashes = [log_tree.leaf_hash(event_log.canonical(one)) for one in leaves]

    def root(span):
        tree = log_tree.GrowingTree()
        for one in hashes[span.begin : span.end]:
            tree.append(one)
        return tree.root().hex()

    path = [root(span) for span in log_tree.inclusion_spans(2, 5)]
    return {"leaf": leaves[2], "number": 2, "tree_size": 5, "path": path, "root": root(log_tree.Span(0, 5))}


def report_of_then():
    """A report that was issued when the log had those five."""
    seal = replace(given_back.issued().seal, tree_size=5, tree_root=proof()["root"])
    signed = replace(seal, signature=signing.sign(seal.statement()))
    return samples.rendered(replace(given_back.issued(), seal=signed), "json")


def test_what_stood_in_the_log_is_proven(run):
    ended, told = run(report_of_then(), "--bevis", json.dumps(proof()).encode())
    assert (ended, "hændelsen stod i loggen som nr. 2" in told) == (0, True)


@pytest.mark.parametrize("wrong", [{"number": 3}, {"leaf": {"id": 9}}, {"path": []}, {"tree_size": 6}, {"root": "x"}])
def test_what_did_not_is_not(run, wrong):
    ended, told = run(report_of_then(), "--bevis", json.dumps(proof() | wrong).encode())
    assert (ended, "Beviset: PASSER IKKE" in told) == (1, True)


def test_what_is_no_proof_is_said(run):
    assert run(report_of_then(), "--bevis", b"<html>")[0] == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Der er ingen rapport i filen."),
        (b"PK\x03\x04" + bytes(50), "er gået i stykker"),
        (b"%PDF-1.7 obj", "Filen har ikke rapportens data med"),
        (b'{"seal": {}, "report": {}}', "filens data er ikke en rapport"),
        (b'{"seal": {"signature": 7}, "report": {"title": [], "facts": 1}}', "filens data er ikke en rapport"),
    ],
)
def test_what_cannot_be_checked_is_said(run, content, words):
    ended, told = run(content)
    assert ended == 2 or "PASSER IKKE" in told
    assert words in told


def test_a_file_that_is_not_there(program, capsys):
    assert program.main(["findes-ikke.docx"]) == 2
    assert "findes-ikke.docx kan ikke åbnes" in capsys.readouterr().out
