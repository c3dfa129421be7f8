"""Every text that the public can see has an English translation.

Texts are found where they stand, in templates and in code, so a page that no test opens counts too. What only staff see
stays Danish, as do files. Both are listed here, so that a new template or module is public until somebody says so.
"""

import ast
import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

from tests.public.test_english import EVERY_PAGE, english

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"
FOR_STAFF = (
    "templates/account/",
    "templates/admin/",
    "templates/allauth/",
    "templates/development/",
    "templates/by_link/",
    "templates/emails/",
    "templates/mfa/",
    "templates/usersessions/",
    "templates/errors/csrf.html",
    "templates/errors/lost_login.html",
    "templates/includes/_preview.html",
    "recommendations/actions/",
    "recommendations/answer_requests.py",
    "recommendations/admin/",
    "recommendations/by_link/",
    "recommendations/foreseen.py",
    "recommendations/forms/",
    "recommendations/importing/",
    "recommendations/keepers.py",
    "recommendations/lifecycle.py",
    "recommendations/management/",
    "recommendations/migrations/",
    "recommendations/models/",
    "recommendations/calling.py",
    "recommendations/notifications/asking.py",
    "recommendations/notifications/logins.py",
    "recommendations/notifications/staff.py",
    "recommendations/notifications/webhooks.py",
    "recommendations/notifications/workflow.py",
    "recommendations/permissions.py",
    "recommendations/receiving/",
    "recommendations/sending.py",
    "recommendations/uploads/",
    "recommendations/writing/",
    # Files are Danish, reports among them.
    "recommendations/public/calendars.py",
    "recommendations/public/evidence.py",
    "recommendations/public/feeds.py",
    "recommendations/reports/builders",
    "recommendations/reports/renderers/csv.py",
    "recommendations/reports/renderers/docx.py",
    "recommendations/reports/renderers/html.py",
    "recommendations/reports/renderers/json.py",
    "recommendations/reports/renderers/pdf.py",
    "recommendations/reports/renderers/texts.py",
    "recommendations/reports/renderers/xlsx.py",
    "tracker/accounts.py",
    "tracker/lost_login.py",
    "tracker/second_factor.py",
    "tracker/settings.py",
    "tracker/sign_on.py",
)
FOR_READERS = ("templates/emails/readers/",)  # of these
FUNCTIONS = {"_": 0, "gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}  # name -> place of the text
CONTEXT = "\x04"
TEXT = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""


def sources():
    found = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]
    found += [*(ROOT / "recommendations").rglob("*.py"), *(ROOT / "tracker").rglob("*.py")]
    names = {path: path.relative_to(ROOT).as_posix() for path in found}
    return sorted(
        path for path in found if names[path].startswith(FOR_READERS) or not names[path].startswith(FOR_STAFF)
    )


def keys(function, args):
    """The keys that a catalogue has for a call: one, or one for each number."""
    place = FUNCTIONS[function]
    text = CONTEXT.join(args[: place + 1])
    return {(text, 0), (text, 1)} if function.startswith("n") else {text}


def in_code(source):
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")).removesuffix("_lazy")
            args = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if name in FUNCTIONS and len(args) > FUNCTIONS[name]:
                found |= keys(name, args)
    return found


def in_template(source):
    found = set()
    for name, args in re.findall(rf"\b(\w*gettext|_)\(({TEXT}(?:, ?{TEXT})*)", templatize(source)):
        found |= keys(name, [ast.literal_eval(arg) for arg in re.findall(TEXT, args)])
    return found


def public_texts():
    """Key in the catalogue -> the first file it stands in."""
    found = {}
    for path in sources():
        read = in_code if path.suffix == ".py" else in_template
        for key in read(path.read_text(encoding="utf-8")):
            found.setdefault(key, path.relative_to(ROOT).as_posix())
    return found


def catalogue():
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        return {key: text for key, text in GNUTranslations(file)._catalog.items() if key}


def as_entries(texts):
    """Texts as they are to be put into the catalogue, so that a failure can be mended by copying."""
    lines = []
    for key, place in sorted(texts.items(), key=lambda row: (row[1], str(row[0]))):
        text, number = key if isinstance(key, tuple) else (key, None)
        context, _mark, text = text.rpartition(CONTEXT)
        lines.append(f"\n#: {place}" + (f'\nmsgctxt "{context}"' if context else "") + f'\nmsgid "{text}" ({number})')
    return "".join(lines)


def test_every_public_text_is_translated():
    translated = catalogue()
    missing = {key: place for key, place in public_texts().items() if not translated.get(key)}
    assert not missing, f"Not in {CATALOGUE.name}, or fuzzy:{as_entries(missing)}"


def test_no_translation_has_outlived_its_text():
    gone = dict.fromkeys(catalogue().keys() - public_texts().keys(), "nowhere")
    assert not gone, f"In {CATALOGUE.name}, but in no public source:{as_entries(gone)}"
    assert not re.search(r"^#(~|, fuzzy)", CATALOGUE.read_text(encoding="utf-8"), re.M)


@pytest.mark.django_db
def test_pages_ask_for_nothing_that_is_not_translated(citizen, world, monkeypatch):
    """What a page says through staff's code or a package counts too."""
    packages = trans_real.translation("da")._catalog  # whose own texts are English already
    translated, asked = catalogue(), set()
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        real = getattr(translation._trans, name)

        def ask(*args, name=name, real=real):
            if translation.get_language() == "en":
                asked.update(keys(name, args))
            return real(*args)

        monkeypatch.setattr(translation._trans, name, ask)
    for address in EVERY_PAGE.values():
        citizen.get(english(address))
    assert {key for key in asked if key not in translated and key not in packages} == set()


def test_the_searches_above_find_what_they_look_for():
    code = '_("En") + pgettext_lazy("flere", "To") + translation.ngettext("Tre", "Fire", 3) + str(_) + _(name)'
    assert in_code(code) == {"En", "flere\x04To", ("Tre", 0), ("Tre", 1)}
    page = """
        {% load i18n %}{% comment %}{% translate "Nul" %}{% endcomment %}Nul {% translate "En (1) 'x' 5 %" %}
        {% translate "To" context "flere" as two %}{% include "x.html" with words=_("Tre") %}
        {% blocktranslate trimmed count n=3 %}
          {{ n }} dag
        {% plural %}
          {{ n }} dage
        {% endblocktranslate %}"""
    expected = {"En (1) 'x' 5 %%", "flere\x04To", "Tre", ("%(n)s dag", 0), ("%(n)s dag", 1)}
    assert in_template(page) == expected
