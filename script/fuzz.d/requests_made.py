"""What is asked for: every route of the site, with what belongs there and with what nobody means, by a seeded chance."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import URLPattern, URLResolver, get_resolver

HOSTILE = [
    "\x00", "%00", "a\x00b", "\ud800", "²", "١٢٣", "９", "-1", "0", "99999999999999999999", "9" * 400, "1e999", "NaN",
    "Infinity", "1.0", "0x10", "' OR 1=1 --", '"', "<script>alert(1)</script>", "{{7*7}}", "${jndi:x}", "../../etc/passwd",
    "..%2f..%2f", "\u202ehest", "\u200d", "e\u0301" * 40, "a" * 3000, "%", "%zz", "\r\nSet-Cookie: a=b", ";", "&", "#",
    "null", "None", "true", "[]", "{}", "0001-01-01", "9999-12-31", "2026-02-31", "31.02.2026", "2026-13-01T25:61:61Z",
    "2026-06-01T00:00:00+99:99", "1.1.1", "i dag", " ", "", "\t", "\ufeff", "🦆", "ÆØÅ", "İ", "ß", "\x7f", "\x1b[0m", "=HYPERLINK(1)",
    "https://ond.eksempel.dk/", "//ond.eksempel.dk", "javascript:alert(1)", "10**10", "1_000", "+1", " 1 ", "1,5",
]  # fmt: skip
PARAMETERS = [
    "q", "kilde", "gruppe", "status", "svar", "udvalg", "forvaltning", "adressat", "stemmer_min", "forsinket",
    "ikke_opdateret", "har_initiativer", "sorter", "page", "pr", "siden", "format", "del", "kode", "side", "moede", "afsnit",
    "hel", "haendelse", "next", "o", "p", "e", "all", "on__year", "on__month", "on__gte", "state", "state__exact", "id",
    "pk__in", "_popup", "_to_field", "at__year", "at__month", "at__day", "item__publication", "valgte", "trin", "noegle",
]  # fmt: skip
GOOD = [
    "SOU", "SUD", "koebenhavnertinget-2024", "kl-handlingsplan", "ting24", "1", "2", "1.1", "2.1", "3", "in_progress", "csv",
    "xlsx", "docx", "pdf", "json", "html", "2026-06-01", "2025-01-01", "ingen", "klima", "1", "number", "2",
]  # fmt: skip


@dataclass
class Asked:
    method: str
    address: str
    is_staff: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def routes() -> list[str]:
    """Every route as Django knows it, with `<converter:name>` where something belongs; those of files as patterns."""
    found: list[str] = []

    def walk(patterns: Any, before: str) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                walk(one.url_patterns, before + str(one.pattern).lstrip("^"))
            elif isinstance(one, URLPattern):
                found.append(before + str(one.pattern).lstrip("^").rstrip("$"))

    walk(get_resolver().url_patterns, "/")
    return sorted(set(found))


class Chance:
    def __init__(self, seed: int, known: dict[str, list[str]]) -> None:
        self.random, self.known, self.routes = random.Random(seed), known, routes()

    def value(self, hostile: float = 0.5) -> str:
        return self.random.choice(HOSTILE if self.random.random() < hostile else GOOD)

    def part(self, kind: str, name: str) -> str:
        """What stands in one place of a path."""
        if self.random.random() < 0.35:
            return quote(self.value(1.0).encode("utf-8", "surrogatepass"), safe="")
        if kind == "int" or (name in ("pk", "object_id", "number") and kind != "str"):
            return str(self.random.choice([1, 2, 3, 5, 10, 40, 100, 300]))
        if kind == "uuid":
            return "00000000-0000-4000-8000-000000000001"
        return quote(self.random.choice(self.known.get(name) or GOOD), safe="")

    def address(self, route: str) -> str:
        path = re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: self.part(found[1] or "str", found[2]), route)
        path = re.sub(r"\(\?P<\w+>([^)]*)\)", lambda found: found[1].split("|")[0].replace("\\", ""), path)
        if self.random.random() < 0.15 and not path.startswith("/admin"):
            path = "/en" + path
        if self.random.random() < 0.6:
            count = self.random.choice([1, 1, 1, 2, 3, 8])
            chosen = [(self.random.choice(PARAMETERS), self.value()) for _one in range(count)]
            path += "?" + urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in chosen])
        return path.encode("ascii", "ignore").decode().replace(" ", "%20")

    def requests(self, count: int) -> Iterator[Asked]:
        """Each route in turn, as often as there are requests for it."""
        public = [one for one in self.routes if not one.startswith(("/admin/", "/konto/"))]
        staff = [one for one in self.routes if one.startswith(("/admin/", "/konto/")) and "logout" not in one]
        for number in range(count):
            is_staff = number % 2 == 1
            room = staff if is_staff else public
            method = self.random.choice(["GET"] * 8 + ["HEAD", "OPTIONS", "POST", "PUT"])
            headers = {}
            if self.random.random() < 0.1:
                name = self.random.choice(["If-None-Match", "If-Modified-Since", "Accept-Language", "Range", "Referer"])
                headers[name] = self.value().replace("\r", "").replace("\n", "").replace("\x00", "")
            yield Asked(method, self.address(room[number // 2 % len(room)]), is_staff, headers)

    def mutated(self, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """What a form held, with something else in some of its fields."""
        made = list(fields)
        for _one in range(self.random.choice([1, 1, 2, 5])):
            places = [place for place, (name, _value) in enumerate(made) if name != "csrfmiddlewaretoken"]
            if not places:
                break
            place = self.random.choice(places)
            made[place] = (made[place][0], self.value(0.8))
            if self.random.random() < 0.1:
                del made[place]
        return made


class FormFields(HTMLParser):
    """Each form that is sent by POST: where to, and what a browser would send of it untouched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self.is_within, self.select, self.area = False, "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_within = said.get("method", "").lower() == "post"
            if self.is_within:
                self.forms.append((said.get("action", ""), []))
        if not self.is_within:
            return
        name = said.get("name", "")
        if tag == "input" and name and said.get("type") != "file":
            if said.get("type") not in ("checkbox", "radio") or "checked" in said:
                self.forms[-1][1].append((name, said.get("value", "")))
        elif tag == "button" and name:
            self.forms[-1][1].append((name, said.get("value", "")))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and said.get("value"):
            if self.select not in dict(self.forms[-1][1]):
                self.forms[-1][1].append((self.select, said["value"]))
        elif tag == "textarea" and name:
            self.forms[-1][1].append((name, "tekst"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_within = False
        elif tag == "select":
            self.select = ""
