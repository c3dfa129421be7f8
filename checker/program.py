"""The program itself: reads a report's file, and says whether it is what was issued; without network or the site.

`kontroller_rapport.py` is put together by build.py of this file, of pdf_text.py and of the modules that the site's own
check is made of. Change those, and run build.py again.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from checker.pdf_text import PdfText
from recommendations.log_tree import is_included, leaf_hash
from recommendations.reports.comparing import Comparison, compare, furniture_of
from recommendations.reports.reading import read
from recommendations.reports.reading.attachments import attached_files
from recommendations.reports.reading.found import FileSays, FoundPage, UnreadableFile
from recommendations.reports.reading.json import canonical_text, sealed_json
from recommendations.reports.stated import Change, Difference, contents_of

SAME, CHANGED, NOT_CHECKED = 0, 1, 2  # what the program ends with
LARGEST = 50 * 1024 * 1024
REPORT_CODE = re.compile(r"(?:/r/|kode[=:]?|[Rr]apport)([0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4})")
SEALED = ("code", "fingerprint", "issued_at", "tree_size", "tree_root")
WHAT_HAPPENED = {
    Change.ROW_REMOVED: "Rækken er fjernet",
    Change.ROW_ADDED: "Ny række",
    Change.COLUMN_ADDED: "Ny kolonne",
    Change.TEXT_REMOVED: "Teksten er fjernet",
    Change.TEXT_ADDED: "Ny tekst",
}


def read_pdf(content: bytes) -> FileSays:
    """What a PDF carries, and the text of its pages as far as the standard library can find it."""
    if re.search(rb"/Encrypt\s+\d+\s+\d+\s+R", content):
        raise UnreadableFile("PDF-filen er låst med en adgangskode. Gem den uden, og kontrollér den igen.")
    try:
        pages = PdfText(content).pages()
    except (ValueError, IndexError, RecursionError):
        pages = []
    carried = next((one for one in attached_files(content) if b"anbefalingsrapport/" in one[:200]), b"")
    return FileSays("pdf", [FoundPage(page) for page in pages if page.strip()], carried)


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")


def fingerprint_of(report: Any) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical_text(report).encode()).hexdigest()


def statement_of(seal: dict[str, Any]) -> bytes:
    """What is signed: six lines of UTF-8, each with an end of line."""
    return "".join(f"{part}\n" for part in ("anbefalingsrapport/2", *(seal.get(name, "") for name in SEALED))).encode()


def is_signed_with(statement: bytes, signature: str, key: str) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), statement)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def proves(proof: dict[str, Any], seal: dict[str, Any]) -> bool:
    """Whether a proof of the site's log leads to the root that the report was issued with."""
    try:
        is_of_report = proof["root"] == seal["tree_root"] and proof["tree_size"] == seal["tree_size"]
        path = [bytes.fromhex(one) for one in proof["path"]]
        hashed = leaf_hash(canonical_text(proof["leaf"]).encode())
        return is_of_report and is_included(
            hashed, proof["number"], proof["tree_size"], path, bytes.fromhex(seal["tree_root"])
        )
    except (KeyError, TypeError, ValueError):
        return False


def main(arguments: list[str]) -> int:
    """Check the file that is named; what it ends with is 0 for the same, 1 for changed, 2 for not checked."""
    asked = _arguments(arguments)
    try:
        says = read(_content(asked.fil))
        data = _data_of(asked, says)
        proof = json.loads(_content(asked.bevis)) if asked.bevis else None
    except UnreadableFile as refusal:
        say(str(refusal))
        return NOT_CHECKED
    except (ValueError, RecursionError):
        say(f"{asked.bevis} er ikke et bevis i JSON. Hent det igen på rapportens side.")
        return NOT_CHECKED
    report, seal = data["report"], data["seal"]
    say(f"Rapport {seal.get('code')}, udstedt {seal.get('issued_at') or '(uden tidspunkt)'} (UTC)")
    is_fine = _tell_seal(report, seal, asked.noegle)
    verdict = _tell_contents(report, seal, says)
    if verdict == SAME and not is_fine:
        say("Men seglet ovenfor passer ikke, så filen er ikke den, der blev udstedt.")
        say("Har du den rigtige som JSON, kan --rapport FIL.json vise, hvad der er anderledes.")
    if proof is not None:
        is_fine = _tell_proof(proof, seal) and is_fine
    return verdict if is_fine else CHANGED


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="kontroller_rapport.py", description="Kontrollerer en udstedt rapport uden net.", add_help=False
    )
    parser.add_argument("fil", help="rapporten: Word, Excel, PDF, CSV, HTML eller JSON")
    parser.add_argument("--noegle", default="", help="kommunens offentlige nøgle i base 64, eller en fil med den")
    parser.add_argument("--rapport", default="", help="rapportens JSON-fil, når filen selv ikke har sine data med")
    parser.add_argument("--bevis", default="", help="et bevis fra loggen, som JSON")
    parser.add_argument("-h", "--help", action="help", help="vis dette og stop")
    return parser.parse_args(arguments)


def _content(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFile(f"{name} kan ikke åbnes: {error.strerror}.") from error
    if len(content) > LARGEST:
        raise UnreadableFile(f"{name} fylder over {LARGEST // 1024 // 1024} MB. Så stor er ingen rapport.")
    return content


def _data_of(asked: argparse.Namespace, says: FileSays) -> dict[str, Any]:
    """The sealed data to compare with: the file's own, or those that were given beside it."""
    carried = _content(asked.rapport) if asked.rapport else says.carried
    data = sealed_json(carried)
    if data and isinstance(data.get("report"), dict) and isinstance(data.get("seal"), dict):
        return data
    if asked.rapport:
        raise UnreadableFile(f"{asked.rapport} er ikke en udstedt rapport som JSON.")
    raise UnreadableFile(
        "Filen har ikke rapportens data med, så der er intet at sammenligne den med. De går tabt, når en fil gemmes i "
        "nogle programmer. Hent rapporten som JSON, og kør igen med --rapport FIL.json."
    )


def _tell_seal(report: dict[str, Any], seal: dict[str, Any], key: str) -> bool:
    is_whole = fingerprint_of(report) == seal.get("fingerprint")
    told = "passer" if is_whole else "PASSER IKKE. Dataene er ændret, eller noget er fjernet af dem siden"
    say(f"Fingeraftryk: {told} ({fingerprint_of(report)})")
    own = str(seal.get("public_key") or "")
    given = _key(key)
    if not seal.get("signature"):
        say("Underskrift: ingen. Filen siger ikke selv, hvem den kommer fra.")
        return is_whole and not given
    is_valid = is_signed_with(statement_of(seal), str(seal["signature"]), given or own)
    if not is_valid:
        say(f"Underskrift: UGYLDIG med nøglen {given or own}")
    elif given:
        say(f"Underskrift: gyldig med den nøgle, du gav ({given})")
    else:
        say(f"Underskrift: gyldig med den nøgle, der står i filen: {own}")
        say("Sammenlign nøglen med den, kommunen har offentliggjort. Er den en anden, er rapporten ikke derfra.")
    if seal.get("tree_root"):
        say(f"Loggen, da rapporten blev udstedt: {seal.get('tree_size')} linjer, rod {seal['tree_root']}")
    return is_whole and is_valid


def _key(given: str) -> str:
    """A key as it is, or what stands in the file that is named."""
    path = Path(given)
    is_file = bool(given) and len(given) < 200 and path.is_file()
    return path.read_text(encoding="utf-8").strip() if is_file else given.strip()


def _tell_contents(report: dict[str, Any], seal: dict[str, Any], says: FileSays) -> int:
    codes = dict.fromkeys(REPORT_CODE.findall("".join(" ".join(says.texts()).split())))
    try:
        contents_of(report)
        whole = canonical_text(report)
        found = compare(report, says, furniture_of(seal))
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError):
        say("Indholdet: filens data er ikke en rapport.")
        return NOT_CHECKED
    others = [code for code in codes if code != seal.get("code") and code not in whole]
    if not says.blocks:
        say("Indholdet: programmet kan ikke læse den synlige tekst i filen. Kun data og underskrift er kontrolleret.")
        return NOT_CHECKED
    say()
    if others:
        say(f"Der er flere rapporters koder i filen: {', '.join([str(seal.get('code')), *others])}")
    if found.differences or others:
        say("Filen er ændret")
    else:
        say("Indholdet er det samme")
        say("Hver celle og hver sætning er som i de data, filen sammenlignes med. Den kan være gemt igen.")
    _tell_differences(found)
    if says.legend:
        say("Arket med ord og deres betydning er ikke en del af rapporten og er ikke kontrolleret.")
    return CHANGED if found.differences or others else SAME


def _tell_differences(found: Comparison) -> None:
    for number, one in enumerate(found.differences, 1):
        say(f"{number}. {_where(one)}")
        if one.change in WHAT_HAPPENED:
            say(f"   {WHAT_HAPPENED[one.change]}: {one.was or one.now}")
        else:
            say(f"   Før: {one.was or '(tom)'}")
            say(f"   Nu:  {one.now or '(tom)'}")
    if found.has_more:
        say(f"Der er flere. Her er de første {len(found.differences)}.")
    for text in found.added:
        say(f"Lagt til uden om rapporten: {text[:300]}")


def _where(one: Difference) -> str:
    places = [one.section or "Øverst i rapporten", one.table if one.table != one.section else "", one.row, one.column]
    return " | ".join(place for place in places if place)


def _tell_proof(proof: Any, seal: dict[str, Any]) -> bool:
    is_proven = isinstance(proof, dict) and proves(proof, seal)
    if is_proven:
        say(f"Beviset: hændelsen stod i loggen som nr. {proof['number']}, da rapporten blev udstedt.")
    else:
        say("Beviset: PASSER IKKE med den rod, der står i rapporten.")
    return is_proven


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
