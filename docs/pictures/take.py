"""Takes the pictures of README and of the guides: the made-up municipality, as citizens and as staff see it.

Run by script/pictures, which gives an empty folder as VAR_DIR. The server runs in this process, on a port that is
free, on one day that stands still: taken again, a picture differs only where the pages do, and in a report's code.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import io
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import django
import openpyxl
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

HERE = Path(__file__).parent
DAY = date(2026, 11, 3)  # the Tuesday after the last day of the example
THURSDAY = date(2026, 11, 12)  # the meeting that the report is for
PASSWORD = "kun-til-udvikling"  # of the people of the example, who exist in development only
DESKTOP, PHONE = (1280, 1000), (390, 844)
COLOURS = 160  # as many as the pages need to look like themselves; each one more weighs
HEAVIEST = 120_000
# What differs from the reader's own: the way to mails that are not sent, which only development has; the port; and what
# a browser without the Danish language pack writes in fields for a date, a time and a file.
AS_THE_READER_SEES_IT = """
document.querySelectorAll('a[href="/udvikling/mail/"]').forEach(one => one.remove());
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replaceAll(':' + location.port, '');
for (const field of document.querySelectorAll('input[type=date], input[type=time], input[type=file]')) {
  let shown = document.createElement('input');
  shown.className = field.className;
  shown.value = {
    date: field.value ? field.value.split('-').reverse().join('.') : 'dd.mm.åååå',
    time: field.value ? field.value.replace(':', '.') : '--.--',
  }[field.type] || '';
  if (field.type === 'file') {
    shown = document.createElement('span');
    shown.innerHTML = '<button type="button">Vælg fil</button> Ingen fil valgt';
  }
  shown.dataset.shown = '';
  shown.style.width = field.type === 'file' ? '' : field.getBoundingClientRect().width + 'px';
  field.after(shown);
  field.dataset.display = field.style.display;
  field.style.display = 'none';
}
"""
AS_IT_WAS = """
document.querySelectorAll('[data-shown]').forEach(one => one.remove());
document.querySelectorAll('[data-display]').forEach(one => { one.style.display = one.dataset.display; });
"""


def main() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    os.environ |= {
        "DEVELOPMENT": "true",
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
    }
    sys.path.insert(0, str(HERE.parent.parent))
    django.setup()
    from recommendations.management.demo import clock  # noqa: PLC0415  after the settings

    with clock.at(DAY, tick=timedelta(0)), served(port), sync_playwright() as playwright:
        browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=["--no-sandbox", "--disable-gpu", "--lang=da-DK"],
            env={**os.environ, "LANGUAGE": "da"},  # the browser's own words: those of a field for a date or a file
        )
        site = Site(browser, f"http://eksempelkoebing.localhost:{port}")
        readme(site)
        editor(site)
        approver(site)
        secretary(site)
        administrator(site)
        browser.close()


@contextlib.contextmanager
def served(port: int) -> Iterator[None]:
    """The example, with the mails of its night sent, answering on the port."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_args: object) -> None:
            pass

    with contextlib.redirect_stdout(io.StringIO()):
        call_command("prepare")
        call_command("demo")
        call_command("remind", kommune="eksempelkoebing")
        call_command("send")
    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()


class Site:
    """The site in a browser: pages of whom one likes, and pictures of them."""

    def __init__(self, browser: Browser, address: str):
        self.browser, self.address = browser, address

    def page(self, user: str = "", screen: tuple[int, int] = DESKTOP) -> Page:
        wide, high = screen
        page = self.browser.new_context(
            viewport={"width": wide, "height": high},
            locale="da-DK",
            timezone_id="Europe/Copenhagen",
            color_scheme="light",
            base_url=self.address,
        ).new_page()
        page.set_default_timeout(10_000)
        if user:
            page.goto("/konto/login/")
            page.locator("input[name=login]").fill(user)
            page.locator("input[name=password]").fill(PASSWORD)
            page.get_by_role("button", name="Log ind", exact=True).click()
            page.get_by_role("heading", name="Mit arbejde", level=1).wait_for()
        return page

    def open(self, page: Page, path: str) -> Page:
        answer = page.goto(path)
        if answer is None or not answer.ok:
            raise SystemExit(f"FEJL: {path} kan ikke vises.")
        return page


def save(png: bytes, name: str) -> None:
    path = HERE / f"{name}.png"
    with Image.open(io.BytesIO(png)) as taken:
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    weight = path.stat().st_size
    sys.stdout.write(f"{path.name}: {weight // 1024} kB\n")
    if weight > HEAVIEST:
        raise SystemExit(f"FEJL: {path.name} er for stort.")


def shoot(page: Page, name: str, *, top: Locator | None = None, bottom: Locator | None = None, margin: int = 8) -> None:
    """The window; or the page's whole width from one place of it to another."""
    page.evaluate("document.activeElement && document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.evaluate(AS_THE_READER_SEES_IT)
    save(page.screenshot(animations="disabled") if bottom is None else between(page, top, bottom, margin), name)
    page.evaluate(AS_IT_WAS)


def between(page: Page, top: Locator | None, bottom: Locator, margin: int) -> bytes:
    above, below = (place.bounding_box() if place else None for place in (top, bottom))
    if below is None:
        raise SystemExit("FEJL: Det, billedet skal slutte ved, står ikke på siden.")
    scrolled = page.evaluate("window.scrollY")
    start = max(0, above["y"] + scrolled - margin) if above else 0
    end = below["y"] + scrolled + below["height"] + margin
    part = io.BytesIO()
    with Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled"))) as picture:
        picture.crop((0, int(start), picture.width, int(min(end, picture.height)))).save(part, "PNG")
    return part.getvalue()


# --- What is shown ----------------------------------------------------------------------------------------------------


def readme(site: Site) -> None:
    for width, screen in {"1280": DESKTOP, "390": PHONE}.items():
        page = site.page(screen=screen)
        for name, path in {"forside": "/", "anbefaling": "/anbefalinger/borgertinget/3.1/"}.items():
            shoot(site.open(page, path), f"{name}-{width}")


def newest_mail(recipient: str, subject: str) -> tuple[str, str]:
    """The name of a mail that was sent, and its text."""
    for path in sorted((Path(os.environ["VAR_DIR"]) / "mail").iterdir(), reverse=True):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if recipient in str(mail["To"]) and subject in str(mail["Subject"]):
            return path.stem, mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    raise SystemExit(f"FEJL: {recipient} har ikke fået en mail om »{subject}«.")


def editor(site: Site) -> None:
    """emil: by the mail on his phone, and logged in."""
    phone = site.page(screen=PHONE)
    name, text = newest_mail("emil@", "Er der nyt om")
    shoot(site.open(phone, f"/udvikling/mail/{name}/html/"), "redaktoer-mail-390")
    row = text.split("3.3 Åbn en vagttelefon", 1)[1]
    link = next(line.rsplit(": ", 1)[1] for line in row.splitlines() if line.startswith("Ny status: "))
    work = link.split("?")[0]
    site.open(phone, f"{work}?valg=bekraeft")
    shoot(phone, "redaktoer-raekke-390", bottom=phone.get_by_text("Hvor tit du får mail"))
    site.open(phone, link)
    phone.get_by_label("I gang", exact=True).check()
    phone.get_by_label("Tekst:").fill("Telefonen er åben igen hver aften fra klokken 17 til 22.")
    first, last = phone.get_by_text("Hvad vil du fortælle"), phone.get_by_text("Skriv til en borger:")
    shoot(phone, "redaktoer-status-390", top=first, bottom=last)

    desk = site.page("emil")
    site.open(desk, "/admin/")
    shoot(desk, "redaktoer-arbejde-1280")
    desk.get_by_role("link", name="Giv status 6 Den første besøgshave").first.click()
    desk.get_by_label("Gennemført", exact=True).check()
    desk.get_by_label("Tekst:").fill("Haven er åben. Der er ti bede og en bænk i skyggen.")
    desk.locator("[name=dokumentation-0-url]").fill("https://www.eksempelkoebing.example/besoegshave")
    desk.locator("[name=dokumentation-0-kind]").select_option(label="I drift")
    first, last = desk.locator("label", has_text="Tekst:"), desk.get_by_role("button", name="Send til godkendelse")
    shoot(desk, "redaktoer-giv-status-1280", top=first, bottom=last)
    desk.get_by_role("button", name="Send til godkendelse").click()


def approver(site: Site) -> None:
    """frida publishes what emil wrote, and takes a mistake back."""
    page = site.page("frida")
    page.get_by_role("link", name="Godkend 6 Den første besøgshave").first.click()
    shoot(page, "godkender-1280", bottom=page.get_by_role("button", name="Send retur"))
    page.get_by_role("button", name="Udgiv", exact=True).click()
    page.get_by_role("link", name="Fortryd eller ret").first.click()
    shoot(page, "ret-1280")


def secretary(site: Site) -> None:
    """gerda: meetings, the report and its code, a letter, and rows as a spreadsheet."""
    page = site.page("gerda")
    site.open(page, "/admin/moeder/UBS/aar/")
    page.get_by_label("Ugedag").select_option(label="Torsdag")
    page.get_by_label("Hvor tit").select_option(label="Hver fjerde uge")
    page.get_by_label("Fra:").fill(THURSDAY.isoformat())
    page.get_by_label("Til og med:").fill("2027-03-31")
    page.get_by_role("button", name="Vis dagene").click()
    shoot(page, "sekretaer-moeder-1280", bottom=page.get_by_role("button", name="Læg de valgte møder i kalenderen"))
    page.get_by_role("button", name="Læg de valgte møder i kalenderen").click()
    site.open(page, "/admin/")
    page.get_by_role("link", name="Åbn kladden til rapporten").click()
    page.get_by_label("Punkt på dagsordenen").fill("Punkt 7")
    page.get_by_label("Bilag nr.").fill("2")
    page.get_by_role("button", name="Gem kladde").click()
    shoot(page, "sekretaer-kladde-1280", bottom=page.get_by_label("Bilag nr."))
    page.get_by_role("button", name="Udsted rapport").click()
    shoot(page, "sekretaer-udstedt-1280")
    report = fetched(page, page.get_by_role("link", name="Hent som Word"), "rapport.docx")

    reader = site.open(site.page(), "/rapporter/kontroller/")
    reader.locator("input[type=file]").set_input_files(report)
    reader.get_by_role("button", name="Kontrollér filen").click()
    shoot(reader, "sekretaer-kontrol-1280", bottom=reader.get_by_text("Gyldig. Den passer med vores nøgle."))

    site.open(page, "/admin/svar-der-mangler/")
    shoot(page, "sekretaer-brev-1280", bottom=page.get_by_role("button", name="Send brevet til"))

    site.open(page, "/admin/mine-raekker/")
    sheet = fetched(page, page.get_by_role("link", name="UBS, mødet den").first, "svar.xlsx")
    answer = {"Svar": "Tiltrådt", "Begrundelse": "Eleverne får en pulje på hver skole.", "Dagsordenspunkt": "Punkt 3"}
    fill_in(sheet, answer)
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="Vis ændringerne").click()
    shoot(page, "sekretaer-raekker-1280", bottom=page.get_by_role("button", name="Opgiv filen"))


def fetched(page: Page, link: Locator, name: str) -> Path:
    with page.expect_download() as coming:
        link.click()
    path = Path(os.environ["VAR_DIR"]) / name
    coming.value.save_as(path)
    return path


def fill_in(path: Path, cells: dict[str, str]) -> None:
    """What somebody writes in the first row of a fetched spreadsheet, by the headings of its columns."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for heading, value in cells.items():
        sheet.cell(2, headings.index(heading) + 1).value = value
    book.save(path)


def administrator(site: Site) -> None:
    """admin reads a new source in: the rows of one that is here, under a name of their own."""
    page = site.open(site.page("admin"), "/admin/recommendations/publication/")
    page.get_by_role("link", name="Hverdagsplanen").first.click()
    sheet = fetched(page, page.get_by_role("link", name="Hent som regneark"), "kilde.xlsx")
    rename(sheet)
    site.open(page, "/admin/indlaesninger/kilde/")
    page.get_by_label("Regneark").set_input_files(sheet)
    page.get_by_role("button", name="Vis, hvad filen ændrer").click()
    shoot(page, "sekretaer-kilde-1280", bottom=page.get_by_text("6 Den første besøgshave"))


def rename(path: Path) -> None:
    """Another source with the same rows; nothing in it is said to be that of the one that is here."""
    book = openpyxl.load_workbook(path)
    new = {"Kode": "byens-hverdag", "Kort kode": None, "Titel": "Planen for byens hverdag 2027"}
    for named, value, *_about in book["Kilde"].iter_rows(min_row=2):
        value.value = new.get(named.value, value.value)
    book.save(path)


if __name__ == "__main__":
    main()
