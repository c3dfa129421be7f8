"""Walks through the pages of staff as a person does: from link to link, never by an address that nothing leads to."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html

START = "/admin/"
OF_EACH = 2  # pages of one pattern that are opened: the same page about another row, or in another order, is no other
NO_PAGES = re.compile(r"/(fil|vis-fil|billede)/$|format=|\.(svg|ics|csv|xlsx|docx|pdf|json|xml|atom)(\?|$)")


def read(response) -> bytes:
    """All of an answer. A file is read to its end, which closes it; closing the answer would close the database."""
    return b"".join(response.streaming_content) if response.streaming else response.content


@dataclass
class CrawledPage:
    address: str
    linked_from: str
    status: int
    html: str = ""

    @property
    def tree(self):
        return lxml.html.fromstring(self.html)

    @property
    def text(self) -> str:
        """All that is read aloud, also of what is folded."""
        tree = self.tree
        for hidden in tree.xpath("//script | //style | //template"):
            hidden.drop_tree()
        return " ".join(tree.text_content().split())

    @property
    def ways_on(self) -> list[str]:
        """What a person can follow or press on the page itself; the frame around it aside."""
        main = self.tree.xpath("//main")[0]
        ways = main.xpath(".//a[@href] | .//button | .//input[@type='submit']")
        crumbs = self.tree.xpath("//div[@class='breadcrumbs']//a[@href]")
        return [way.text_content().strip() for way in [*ways, *crumbs]]


@dataclass
class Crawl:
    """All that `client` reaches from the first page. `outside` are the addresses that lead to the citizens' pages."""

    client: object
    pages: list[CrawledPage] = field(default_factory=list)
    outside: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, client) -> Crawl:
        crawl = cls(client)
        todo, seen = [(START, "")], defaultdict(set)
        while todo:
            address, came_from = todo.pop(0)
            known = seen[pattern_of(address)]
            if address in known or len(known) >= (1 if "?" in address else OF_EACH):
                continue
            known.add(address)
            page = crawl._open(address, came_from)
            if page:
                todo += [(link, address) for link in crawl._links_of(page)]
        return crawl

    def _open(self, address, came_from) -> CrawledPage | None:
        try:
            response = self.client.get(address, follow=True)
        except Exception as error:
            raise AssertionError(f"{address}, from {came_from}: {error}") from error
        if response.redirect_chain:
            address = urljoin(address, response.redirect_chain[-1][0])
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        read(response)
        page = CrawledPage(address, came_from, response.status_code, response.content.decode() if is_page else "")
        self.pages.append(page)
        return page if is_page and page.status == 200 else None

    def _links_of(self, page) -> list[str]:
        found = []
        for link in page.tree.iter("a"):
            address = urlsplit(urljoin(page.address, link.get("href") or ""))
            if address.scheme or not link.get("href"):
                continue
            whole, here = address._replace(fragment="").geturl(), urlsplit(page.address)
            if address.path.startswith(START):
                # A list that was narrowed is not narrowed further: every choice with every other is no end of pages.
                is_further = bool(here.query and address.query and here.path == address.path)
                if not is_further and not NO_PAGES.search(whole):
                    found.append(whole)
            else:
                self.outside.setdefault(pattern_of(whole), whole)
        return found


def pattern_of(address: str) -> str:
    """The kind of page that an address leads to: which row it is about, and in which order, does not matter."""
    parts = urlsplit(address)
    path = re.sub(r"/\d+(?=/|$)", "/<n>", parts.path)
    names = sorted({name for name, _value in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{path}?{'&'.join(names)}"
