"""The public pages in English: the same pages, every word of ours translated, every word of the sources marked."""

import re
from decimal import Decimal
from html.parser import HTMLParser
from itertools import chain
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import RequestFactory
from django.utils import translation
from django.utils.encoding import iri_to_uri

from recommendations.enums import Outcome, Status
from recommendations.models import Committee
from recommendations.templatetags import words
from tests.factories import ProcessFactFactory
from tests.public.conftest import FRESH, PAGES
from tracker import errors

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
LONG = "1" * 201
WRONG = {
    "wrong choices": {
        "kilde": "1", "gruppe": LONG, "status": "2", "svar": "3", "udvalg": "4", "forvaltning": "5", "sorter": "6",
        "stemmer_min": "500", "forsinket": "7", "ikke_opdateret": "8", "q": LONG, "pr": "31.02.2026",
        "siden": "1.1.1066",
    },
    "no share": {"stemmer_min": "1.2.3"},
    "negative share": {"stemmer_min": "-1"},
    "day to come": {"pr": "2027-01-01"},
    "period that ends before it begins": {"pr": "2025-01-01", "siden": "2026-01-01"},
}  # fmt: skip
REFUSED = (
    {name: f"/anbefalinger/?{urlencode(choices)}" for name, choices in WRONG.items()}
    | {f"{name}, initiatives": f"/initiativer/?{urlencode(choices)}&adressat=9" for name, choices in WRONG.items()}
    | {"bad request": "/?pr=31.02.2026", "period refused": "/udvalg/?siden=2026-01-01&pr=2025-01-01"}
    | {"no such number": "/anbefalinger/ting/9.9/", "no such page": "/12345/", "no such page of a list": "/nyt/?page=9"}
    | {"report an error": "/fejl/?side=/om/", "error reported": "/fejl/sendt/"}
    | {"nothing found": "/anbefalinger/?q=besxg&kilde=ting", "nothing on that day": "/nyt/?pr=2001-01-01"}
)
EVERY_PAGE = PAGES | FRESH | REFUSED


def english(address):
    return f"/en{address}"


# --- Which language a page is in --------------------------------------------------------------------------------------


def without_clock(response):
    """The page without the second in which a report was made, which a report says."""
    return re.sub(r"kl\. \d\d\.\d\d\.\d\d", "", response.content.decode())


def test_the_address_alone_chooses_the_language(citizen, world):
    for address in PAGES.values():
        danish, other = citizen.get(address), citizen.get(english(address))
        for browser in ("en-GB,en;q=0.9", "da;q=0.1, en", "de"):
            other_browsers = citizen.get(address, headers={"Accept-Language": browser})
            assert without_clock(other_browsers) == without_clock(danish)
        assert '<html lang="da">' in danish.content.decode()
        assert ' lang="da"' not in danish.content.decode().replace('<html lang="da">', "")
        assert '<html lang="en">' in other.content.decode()


def test_pages_can_be_kept_by_everybody(citizen, world):
    for address in PAGES.values():
        for response in (citizen.get(address), citizen.get(english(address))):
            assert not response.cookies
            assert not {"Accept-Language", "Cookie"} & set(re.split(r",\s*", response.headers.get("Vary", "")))
    assert translation.get_language() == "da"  # the next page that is answered begins anew


def test_links_stay_in_the_language(citizen, world):
    danish_only = re.compile(r"/konto/|/dokumentation/|/admin/|.*/hent/$|.*/feed/$|.*\.ics$")
    for address in PAGES.values():
        html = citizen.get(english(address)).content.decode()
        own = {*re.findall(r'<a [^>]*?href="(/[^"#?]*)', html), *re.findall(r'action="(/[^"]*)', html)}
        leading_out = {link for link in own if not link.startswith("/en/") and not danish_only.match(link)}
        assert leading_out == {address.partition("?")[0]}  # the page itself in Danish


@pytest.mark.parametrize(
    "address", ["/en/admin/", "/en/konto/login/", "/en/nyt/feed/", "/en/robots.txt", "/da/", "/de/"]
)
def test_what_is_danish_only_has_no_english_address(address, citizen):
    assert citizen.get(address).status_code == 404


def test_staff_pages_are_danish(citizen):
    html = citizen.get("/konto/login/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="da">' in html
    assert "Log ind" in html
    assert 'hreflang="en"' not in html


@pytest.mark.parametrize(
    "address", ["/nyt/feed/", "/anbefalinger/ting/2.1/feed/", "/nyt/kalender.ics", "/anbefalinger/feed/?status=planned"]
)
def test_feeds_are_the_same_for_everybody(address, citizen, world):
    danish = citizen.get(address).content
    assert citizen.get(address, headers={"Accept-Language": "en"}).content == danish
    assert b"/en/" not in danish


def test_feed_speaks_danish(citizen, world):
    feed = citizen.get("/nyt/feed/").content.decode()
    assert 'xml:lang="da"' in feed
    assert "I gang pr. 1. september 2026." in feed


def test_a_report_is_the_same_file_from_either_page(citizen, world):
    address = "/rapporter/vis/?udvalg=SOU&siden=2026-01-01&format=csv"
    danish, other = (b"".join(citizen.get(one)) for one in (address, english(address)))
    assert b"I gang" in danish
    assert danish == other


# --- From one language to the other -----------------------------------------------------------------------------------


def switch(html):
    (found,) = re.findall(r'<a class="language" href="([^"]+)" hreflang="(\w+)" lang="(\w+)">(\w+)</a>', html)
    return found[0].replace("&amp;", "&"), *found[1:]


def test_each_page_leads_to_itself_in_the_other_language(citizen, world):
    for address in map(iri_to_uri, PAGES.values()):
        danish = citizen.get(address).content.decode()
        assert switch(danish) == (english(address), "en", "en", "English")
        assert switch(citizen.get(english(address)).content.decode()) == (address, "da", "da", "Dansk")


def test_the_switch_keeps_what_was_chosen(citizen, world):
    address, *_words = switch(citizen.get("/anbefalinger/?q=faste+teams&stemmer_min=50.5").content.decode())
    assert address == "/en/anbefalinger/?q=faste+teams&stemmer_min=50.5"
    assert " 50.5" in citizen.get(address).content.decode()


def test_numbers_that_are_no_path_keep_their_page(citizen, world):
    world.bare.number = "2 å#§"
    world.bare.save()
    danish = world.bare.get_absolute_url()
    address, *_words = switch(citizen.get(danish).content.decode())
    assert address == english(danish)
    assert citizen.get(address).status_code == 200


def is_noindex(citizen, address):
    """What somebody searched for, and a list with several choices, is no page of a search engine: it says so alone."""
    html = citizen.get(address).content.decode()
    return '<meta name="robots" content="noindex' in html and 'hreflang="x-default"' not in html


def test_pages_name_each_other_to_search_engines(citizen, world):
    link = re.compile(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">')
    for address in PAGES.values():
        if is_noindex(citizen, address):
            continue
        danish, other = (citizen.get(one).content.decode() for one in (address, english(address)))
        assert link.findall(danish) == link.findall(other)
        found = dict(link.findall(danish))
        assert list(found) == ["da", "en", "x-default"], address
        assert found["x-default"] == found["da"]
        assert found["en"] == found["da"].replace(SITE, f"{SITE}/en")
        for html, code, locale in ((danish, "da", "da_DK"), (other, "en", "en_GB")):
            assert f'<link rel="canonical" href="{found[code]}">' in html
            assert f'<meta property="og:locale" content="{locale}">' in html


def test_linked_data_is_about_the_same_thing(citizen, world):
    block = re.compile(r'<script type="application/ld\+json">.*</script>')
    for address in ("/anbefalinger/ting/2.1/", "/kilder/ting/"):
        danish, other = (citizen.get(one).content.decode() for one in (address, english(address)))
        assert block.search(danish)[0] == block.search(other)[0]


# --- How it is said ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "date", "number", "share"),
    [
        ("/kilder/ting/", "17. juni 2024", "50.000", "92,5\N{NO-BREAK SPACE}%"),
        ("/en/kilder/ting/", "17 June 2024", "50,000", "92.5%"),
    ],
)
def test_dates_and_numbers_are_written_as_in_the_language(address, date, number, share, citizen, world):
    ProcessFactFactory(publication=world.ting, label="Inviteret", number=50_000)
    vote = world.full.votes.get(option="supports")
    vote.percent = Decimal("92.5")
    vote.save()
    html = citizen.get(address).content.decode()
    assert f'<time datetime="2024-06-17">{date}</time>' in html
    assert number in html
    assert share in html


def test_the_words_of_the_domain():
    with translation.override("en"):
        assert [str(label) for label in Status.labels] == [
            "Not started",
            "Planned",
            "In progress",
            "Implemented",
            "Implemented otherwise",
            "Paused",
            "Abandoned",
            "Lapsed",
        ]
        assert [str(label) for label in Outcome.labels] == [
            "Adopted",
            "Partly adopted",
            "Not adopted",
            "Noted, no commitment",
            "Outside the city’s remit",
            "Dealt with; the decision has not been entered",
        ]


# --- Every word -------------------------------------------------------------------------------------------------------

OURS = re.compile(r"%\(\w+\)[sd]|%[sd%]|<[^>]*>|&#?\w+;|[A-Za-zÆØÅæøåé]")
LETTER = re.compile(r"[A-Za-zÆØÅæøåé]")
DISGUISED = re.compile("[\uff21-\uff3a\uff41-\uff5a]")
# What is the same in any language: addresses, the name of the product, and what the reader has typed.
NO_WORDS = re.compile(
    r"https?://\S+|mailto:\S+|\S+@\S+|Anbefalings\u00ad?tracker|SVG|PNG|127\.0\.0\.1\S*|besøg|besxg|findesikke"
)


def disguised(text):
    """The text in letters that nobody types: what still stands in ordinary ones did not go through gettext."""
    letters = {"æ": "z", "ø": "z", "å": "z", "Æ": "Z", "Ø": "Z", "Å": "Z", "é": "e"}

    def letter(found):
        character = letters.get(found[0], found[0])
        return chr(ord(character) + 0xFEE0) if len(character) == 1 and character.isalpha() else found[0]

    return OURS.sub(letter, text)


@pytest.fixture
def in_disguise(monkeypatch):
    """Whatever gettext gives in English is disguised; what is made in Danish for an English page stays: a report."""

    def in_english(real):
        return lambda *args: disguised(real(*args)) if translation.get_language() == "en" else real(*args)

    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        monkeypatch.setattr(translation._trans, name, in_english(getattr(translation._trans, name)))
    memoised = (words._day, words._short_date, words._percent)
    for said in memoised:
        said.cache_clear()
    yield
    for said in memoised:
        said.cache_clear()


class Texts(HTMLParser):
    """What a page says, in text and in attributes, each with the language it is marked with; not what its head says.

    A text to be copied is plain, so nothing in it can be marked.
    """

    VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr"})
    SPOKEN = frozenset({"alt", "aria-description", "aria-label", "label", "placeholder", "title"})

    def __init__(self, html):
        super().__init__()
        self.found, self.open, self.head = [], [("", "")], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        language = attrs.get("lang") or attrs.get("xml:lang") or self.open[-1][1]
        self.found += [(attrs[name], language) for name in self.SPOKEN & set(attrs)]
        if tag == "meta" and (
            attrs.get("property") in {"og:title", "og:description"} or attrs.get("name") == "description"
        ):
            self.head.append(attrs["content"])
        if tag not in self.VOID:
            self.open.append((tag, language))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, language = self.open[-1]
        if tag == "title" and ("head", language) in self.open:
            self.head.append(data)
        elif tag not in {"script", "style", "code", "textarea"} and data.strip():
            self.found.append((data, language))


def contents():
    """Every text in the database, the longest first."""
    texts = set()
    for model in apps.get_app_config("recommendations").get_models():
        for row in model.objects.order_by("pk").values():
            texts |= {value for value in row.values() if isinstance(value, str) and LETTER.search(value)}
    return sorted(texts, key=len, reverse=True)


def spoken_danish(html):
    """What an English page says in ordinary letters without marking it, and what it marks although it is translated."""
    texts = Texts(html)
    codes = {*chain(*Committee.objects.order_by("pk").values_list("abbreviation", "code"))}
    same = re.compile("|".join([NO_WORDS.pattern, *(rf"\b{re.escape(code)}\b" for code in codes)]))
    found = []
    for text, language in texts.found:
        if language == "en" and LETTER.search(same.sub("", text)):
            found.append(f"neither translated nor marked: {text.strip()}")
        if language == "da" and DISGUISED.search(text):
            found.append(f"translated, but marked as Danish: {text.strip()}")
    known = contents()
    for text in texts.head:
        for content in known:
            text = text.replace(content, "")
        if LETTER.search(NO_WORDS.sub("", text)):
            found.append(f"in the head: {text}")
    return found


def test_no_word_is_forgotten(citizen, world, in_disguise):
    """Everything an English page says is either translated or marked as Danish, and never both."""
    found = {address: spoken_danish(citizen.get(english(address)).content.decode()) for address in EVERY_PAGE.values()}
    assert {address: words for address, words in found.items() if words} == {}


def test_no_word_is_forgotten_in_a_form_that_is_refused(citizen, in_disguise):
    for sent in ({}, {"text": LONG * 50, "where": LONG * 5, "email": "1"}, {"text": "1", "email": "1" * 300}):
        answer = citizen.post("/en/fejl/", sent)
        assert answer.status_code == 422
        assert spoken_danish(answer.content.decode()) == []


def test_no_word_is_forgotten_where_there_is_nothing(citizen, in_disguise):
    for address in ("/", "/anbefalinger/", "/initiativer/", "/nyt/", "/udvalg/", "/om/"):
        assert spoken_danish(citizen.get(english(address)).content.decode()) == []


def test_no_word_is_forgotten_when_something_is_wrong(in_disguise):
    request = RequestFactory().get("/en/")
    with translation.override("en"):
        for answer in (errors.bad_request, errors.permission_denied, errors.page_not_found, errors.server_error):
            assert spoken_danish(answer(request).content.decode()) == []


def test_the_search_above_finds_what_it_looks_for(citizen, world, in_disguise):
    html = citizen.get("/en/anbefalinger/ting/2.1/").content.decode()
    assert spoken_danish(html.replace("<h1", "<p>Glemt</p><h1")) == ["neither translated nor marked: Glemt"]
    assert spoken_danish(html.replace("<h1", '<p aria-label="Glemt"></p><h1'))
    assert spoken_danish(html.replace('<h1 lang="da">', "<h1>"))
    assert spoken_danish(html.replace("<main ", '<main lang="da" '))
    assert spoken_danish(html.replace("<title>", "<title>Glemt "))
