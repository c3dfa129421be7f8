"""What there is to be asked for: public addresses, items of SOU, and how often something was published."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

from tests.scaled.engines import Postgres
from tests.scaled.people import Browser

# The time at which a form was opened, and at which a file was made.
MOMENTS = re.compile(rb'name="tid" value="[^"]*"|(?<=T)\d\d:\d\d:\d\d(?=\+0[12]:00)')
STAFF = "/admin/recommendations/{route}/{pk}/status/"
ITEMS = """
    SELECT item.kind, item.id, source.slug, item.number FROM recommendations_item item
    JOIN recommendations_publication source ON source.id = item.publication_id
    WHERE item.id IN (
        SELECT item_id FROM recommendations_ownership o JOIN recommendations_committee c ON c.id = o.committee_id
        WHERE c.code = 'SOU' AND o.valid_to IS NULL
    ) AND item.kind <> 'heading' ORDER BY item.id
"""


def crawl(port: int, most: int) -> dict[str, tuple[int, bytes]]:
    """What each public address answers, found by following links from the front page, widest first."""
    browser, found, waiting = Browser(port), {}, deque(["/", "/sitemap.xml", "/anbefalinger/hent/?format=csv"])
    seen = set(waiting)
    while waiting and len(found) < most:
        address = waiting.popleft()
        status, headers, body = browser.ask("GET", address)
        found[address] = status, MOMENTS.sub(b"", body)
        if "html" not in headers.get("Content-Type", "") and "sitemap" not in address:
            continue
        for link in re.findall(r'(?:href="|<loc>)([^"<]+)', body.decode().replace("&amp;", "&")):
            parts = urlsplit(urljoin(address, link.removeprefix("https://127.0.0.1")))
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if not parts.netloc and parts.scheme in ("", "https") and target not in seen and _is_public(target):
                seen.add(target)
                waiting.append(target)
    return found


def _is_public(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("/admin/", "/konto/", "/static/"))


def public_address(kind: str, slug: str, number: str) -> str:
    return f"/{'initiativer' if kind == 'initiative' else 'anbefalinger'}/{slug}/{number}/"


def times_kept(database: Postgres, text: str) -> int:
    found = f"SELECT count(*) FROM recommendations_statusupdate WHERE state = 'published' AND text = '{text}'"
    return int(database.sql(found))
