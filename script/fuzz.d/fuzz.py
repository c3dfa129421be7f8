"""`script/fuzz`: what it asks, what it was answered, and what that cost. Nothing leaves this machine."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import django  # noqa: E402
import psycopg  # noqa: E402
from site_asked import Reply, Site  # noqa: E402

MOST_CPU, MOST_GROWN = 2.0, 150.0  # of one request: seconds of a worker, and MB that it takes meanwhile
MOST_APART, MOST_FILLED = 2.0, 200.0  # of what it starts to read a file, which has bounds of its own: the same
# Where staff send a file: the address, the field, and which names go there.
UPLOADS = (
    ("/admin/dokumenter/", "file", (".pdf", ".docx")),
    ("/admin/indlaesninger/kilde/", "file", (".xlsx", ".ods", ".csv", ".txt")),
    ("/admin/mine-raekker/", "fil", (".xlsx", ".csv")),
    ("/admin/moeder/SOU/aar/", "file", (".ics", ".txt")),
    ("/admin/recommendations/recommendation/{item}/status/", "dokumentation-0-file", (".docx", ".xlsx", ".pdf", ".png", ".jpg")),
)  # fmt: skip


@dataclass
class Tally:
    """All that was answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    dear: list[tuple[float, str]] = field(default_factory=list)
    dear_apart: list[tuple[float, str]] = field(default_factory=list)
    large: list[tuple[float, str]] = field(default_factory=list)
    large_apart: list[tuple[float, str]] = field(default_factory=list)
    outside: int = 0  # answers to staff who were not let in
    faults: list[str] = field(default_factory=list)

    def take(self, reply: Reply, what: str) -> Reply:
        self.statuses[reply.status] += 1
        self.seconds.append(reply.seconds)
        self.dear = sorted([*self.dear, (reply.cpu, what)], reverse=True)[:8]
        self.dear_apart = sorted([*self.dear_apart, (reply.apart, what)], reverse=True)[:5]
        self.large = sorted([*self.large, (reply.grown, what)], reverse=True)[:5]
        self.large_apart = sorted([*self.large_apart, (reply.filled, what)], reverse=True)[:9]
        if reply.status >= 500:
            self.faults.append(f"{reply.status} {what}")
        # A calendar is called what was asked for, and nothing in it is read as tags.
        is_calendar = reply.headers.get("content-type", "").startswith("text/calendar")
        if (b"<script>alert(1)" in reply.body and not is_calendar) or b"Traceback (most recent" in reply.body:
            self.faults.append(f"gentager eller røber {what}")
        if "ond.eksempel.dk" in urlsplit(reply.headers.get("location", "")).netloc:
            self.faults.append(f"sender væk {what}")
        return reply

    def said(self, heading: str) -> str:
        order = sorted(self.seconds) or [0.0]
        p50, p99 = (order[min(len(order) - 1, int(len(order) * part))] for part in (0.5, 0.99))
        counts = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        lines = [f"{heading}: {len(self.seconds)} svar: {counts}; p50 {p50 * 1000:.0f} ms, p99 {p99:.2f} s"]
        lines += [f"   {cpu:.2f} s CPU  {what}" for cpu, what in self.dear if cpu > 0.5]
        lines += [f"   {cpu:.2f} s CPU for sig  {what}" for cpu, what in self.dear_apart if cpu > 1]
        lines += [f"   {grown:.0f} MB  {what}" for grown, what in self.large if grown > 30]
        lines += [f"   {filled:.0f} MB for sig  {what}" for filled, what in self.large_apart if filled > 100]
        return "\n".join(lines + [f"   FEJL {one}" for one in dict.fromkeys(self.faults)])


@contextmanager
def database(server: str, folder: Path) -> Iterator[str]:
    """The address of an empty database: a file, or on the server that is named; gone afterwards."""
    if not server:
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    parts, name = urlsplit(server), f"fuzz_{os.getpid()}"
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield parts._replace(scheme="postgres", path=f"/{name}").geturl()
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def ask_all(site: Site, count: int, seed: int) -> Tally:
    from requests_made import Chance, FormFields

    from recommendations.models import Committee, Item, Publication

    known = {
        "publication": list(Publication._base_manager.order_by("pk").values_list("slug", flat=True)),
        "slug": list(Publication._base_manager.order_by("pk").values_list("slug", flat=True)),
        "code": [*Committee._base_manager.order_by("pk").values_list("code", flat=True), "ting24", "0000-0000"],
        "number": list(Item._base_manager.order_by("pk").values_list("number", flat=True)[:60]),
        "on": ["2026-11-19", "2026-01-01"],
        "file": ["favicon.ico"],
    }
    chance, tally = Chance(seed, known), Tally()
    people = {name: site.log_in(name) for name in ("admin", "anna", "bo", "dina")}
    for number, asked in enumerate(chance.requests(count)):
        if number % max(count // 5, 1) == 0:
            print(f"   {site.grown():.0f} MB er en arbejder vokset efter {number} forespørgsler.", flush=True)
        name = chance.random.choice(list(people))
        if asked.is_staff and people[name] is None:
            people[name] = site.log_in(name)
        cookies = people[name] if asked.is_staff else None
        what = f"{asked.method} {asked.address[:160]}"
        if not (asked.is_staff and asked.method == "POST"):
            reply = tally.take(site.ask(asked.method, asked.address, headers=asked.headers, cookies=cookies), what)
            if asked.is_staff and is_outside(reply):
                tally.outside, people[name] = tally.outside + 1, None  # something logged them out
            continue
        page = tally.take(site.ask("GET", asked.address, cookies=cookies), f"GET {asked.address[:160]}")
        if is_outside(page):
            tally.outside, people[name] = tally.outside + 1, None
        forms = FormFields(page.body.decode(errors="replace")).forms if page.status < 300 else []
        forms = [one for one in forms if "logout" not in one[0]]
        if not forms:
            continue
        action, fields = chance.random.choice(forms)
        made = [(name, value.encode("utf-8", "surrogatepass")) for name, value in chance.mutated(fields)]
        address = action if action.startswith("/") else asked.address
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"https://127.0.0.1{asked.address}",
            "Origin": "https://127.0.0.1",
        }
        sent = urlencode(made).encode()
        more = cookies | page.cookies if cookies else None
        reply = site.ask("POST", address, body=sent, headers=headers, cookies=more)
        said = [(name, value[:60]) for name, value in made if name != "csrfmiddlewaretoken"]
        tally.take(reply, f"POST {address[:160]} {said}"[:700])
    return tally


def is_outside(reply: Reply) -> bool:
    """Whether somebody was asked to log in, and so saw nothing of the page."""
    return reply.status == 401 or (reply.status == 302 and "/konto/" in reply.headers.get("location", ""))


def give_all(site: Site, code: str, most: int) -> Tally:
    from hostile import made

    from recommendations.models import Recommendation

    tally, staff = Tally(), site.log_in("admin")
    item = Recommendation._base_manager.filter(publication__slug="koebenhavnertinget-2024").order_by("pk").first()
    for number, (name, content) in enumerate(made(code)):
        if number >= most:
            break
        grown = site.grown()
        tally.take(
            site.upload("/rapporter/kontroller/", "fil", name, content), f"kontrol {name[:40]} ({len(content)} B)"
        )
        for address, field_name, endings in UPLOADS:
            if not name.endswith(endings):
                continue
            address = address.format(item=item.pk if item else 1)
            page = site.ask("GET", address, cookies=staff)
            token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
            more = {"csrfmiddlewaretoken": token[1].decode() if token else "", "dokumentation-TOTAL_FORMS": "1",
                    "dokumentation-INITIAL_FORMS": "0", "dokumentation-0-kind": "operating", "trin": "gem"}  # fmt: skip
            reply = site.upload(address, field_name, name, content, cookies=staff | page.cookies, **more)
            tally.take(reply, f"{address} {name[:40]} ({len(content)} B)")
            if is_outside(reply) or reply.status == 403:
                tally.faults.append(f"{reply.status} {address} {name[:40]} nåede ikke frem")
        if site.grown() - grown > 20:
            print(f"   {site.grown() - grown:+.0f} MB efter {name[:40]}", flush=True)
    return tally


def issued_code() -> str:
    """A report is issued, so that hostile files can say that they are it."""
    from django.contrib.auth.models import User

    from recommendations import tenancy
    from recommendations.models import Committee, Municipality
    from recommendations.reports.choices import Choices
    from recommendations.reports.issuing import issue
    from recommendations.selection import Selection

    with tenancy.active(Municipality.objects.order_by("pk").first()):
        committee = Committee.objects.get(code="SOU")
        dina = User.objects.get(username="dina")
        return issue(Choices(Selection(committee="SOU")), by=dina, committee=committee).code


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=10_000)
    asked.add_argument(
        "--files", type=int, default=1000, help="hvor mange af de fjendtlige filer; alle, når intet siges"
    )
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument(
        "--postgres", default="", metavar="URL", help="serveren, hvor der laves en database; ellers SQLite"
    )
    chosen = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        with database(chosen.postgres, folder) as address:
            site = Site(folder, address)
            site.start()
            try:
                wrong = run(site, chosen)
            finally:
                site.stop()
        if wrong:
            print((folder / "site.log").read_text(errors="replace")[-6000:])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if wrong else 0)


def run(site: Site, chosen: argparse.Namespace) -> list[str]:
    os.environ.update(site.base | {"DEVELOPMENT": "true", "DJANGO_SETTINGS_MODULE": "tracker.settings"})
    django.setup()
    began = time.perf_counter()
    code = issued_code()
    # The files first: what is asked afterwards changes passwords and people too.
    files = give_all(site, code, chosen.files)
    print(files.said("Fjendtlige filer"), flush=True)
    print(f"   En arbejder voksede højst {site.grown():.0f} MB.", flush=True)
    requests = ask_all(site, chosen.requests, chosen.seed)
    print(requests.said("Forespørgsler"), flush=True)
    print(f"   {requests.outside} af dem blev bedt om at logge ind.", flush=True)
    longest, what = max(requests.dear + files.dear)
    apart, what_apart = max(requests.dear_apart + files.dear_apart)
    grown, what_grown = max(requests.large + files.large)
    filled, what_filled = max(requests.large_apart + files.large_apart)
    print(
        f"Længste CPU-tid i en arbejder {longest:.2f} s ({what[:80]}), i det, den startede, {apart:.2f} s "
        f"({what_apart[:80]}). Ét svar tog højst {grown:.0f} MB i en arbejder ({what_grown[:80]}); alle tilsammen fik den til "
        f"at vokse {site.grown():.0f} MB. Det, den startede, fyldte højst {filled:.0f} MB ({what_filled[:80]}). "
        f"{time.perf_counter() - began:.0f} s i alt."
    )
    wrong = requests.faults + files.faults
    wrong += [f"over {MOST_CPU} s CPU: {what}"] if longest > MOST_CPU else []
    wrong += [f"over {MOST_APART} s CPU for sig: {what_apart}"] if apart > MOST_APART else []
    wrong += [f"over {MOST_GROWN} MB: {what_grown}"] if grown > MOST_GROWN else []
    wrong += [f"over {MOST_FILLED} MB for sig: {what_filled}"] if filled > MOST_FILLED else []
    wrong += ["en arbejder døde"] if site.died() else []
    wrong += ["det, der måler hukommelsen, gik i stå"] if not site.watching.is_alive() else []
    print("\n".join(["FEJL:", *wrong]) if wrong else "Ingen fejl.")
    return wrong


if __name__ == "__main__":
    main()
