"""Who uses the set-up while it is shaken: a browser without a screen, readers, and one who publishes."""

from __future__ import annotations

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from types import SimpleNamespace
from urllib.parse import urlencode, urljoin, urlsplit

from tests.staff.whole_pages import StaffPage

PASSWORD = "kun-til-udvikling"  # that of the cast in development
TIMEOUT = 30  # seconds


class Browser:
    """Asks one port, keeps cookies, follows redirects; what StaffPage needs of a client."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, {}

    def ask(self, method, address, body=None):
        """Status, headers and body; `OSError` or `HTTPException` where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        headers = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https", "Referer": f"https://127.0.0.1{address}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, answer.headers, content

    def get(self, address, follow=True):
        return self._followed(address, *self.ask("GET", address))

    def post(self, address, values, follow=True):
        return self._followed(address, *self.ask("POST", address, urlencode(values, doseq=True)))

    def _followed(self, address, status, headers, content):
        chain = []
        while status in (301, 302, 303) and len(chain) < 5:
            parts = urlsplit(urljoin(address, headers["Location"]))
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            chain.append((address, status))
            status, headers, content = self.ask("GET", address)
        return SimpleNamespace(status_code=status, content=content, redirect_chain=chain)


@dataclass
class Told:
    """What was seen since the last phase began. `failures` are in words."""

    reads: list[float] = field(default_factory=list)  # seconds each took
    failures: list[str] = field(default_factory=list)
    published: int = 0
    tries: int = 0  # requests of the publisher that nobody answered, or that were refused for a while
    latest: float = 0.0  # seconds from the answer to whoever published, until a reader saw it

    HEADING = (
        f"{'svar':>6} {'uden':>5} {'p50 ms':>7} {'p95 ms':>7} {'højst ms':>9} "
        f"{'udgivet':>8} {'gentaget':>9} {'set efter ms':>13}"
    )

    def line(self) -> str:
        took = [seconds * 1000 for seconds in sorted(self.reads)] or [0.0]
        middle, most = took[len(took) // 2], took[len(took) * 95 // 100]
        return (
            f"{len(self.reads):6} {len(self.failures):5} {middle:7.0f} {most:7.0f} {took[-1]:9.0f} "
            f"{self.published:8} {self.tries:9} {self.latest * 1000:13.0f}"
        )


class Crowd:
    """`readers` threads that open pages, and one that publishes, until `stop`."""

    def __init__(self, port, pages, items, readers) -> None:
        self.port, self.pages, self.items = port, pages, items
        self.told, self.over, self.lock = Told(), threading.Event(), threading.Lock()
        self.published: list[tuple[str, str]] = []  # (public address, text) of what was answered for
        self.threads = [threading.Thread(target=self._read, args=(seed,), daemon=True) for seed in range(readers)]
        self.threads.append(threading.Thread(target=self._publish, daemon=True))

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=2 * TIMEOUT)

    def phase(self, seconds) -> Told:
        """What happens from now on for so long."""
        with self.lock:
            self.told = told = Told()
        self.over.wait(seconds)
        return told

    def _read(self, seed) -> None:
        chance, browser = random.Random(seed), Browser(self.port)
        while not self.over.is_set():
            address, expected = chance.choice(self.pages)
            began = time.monotonic()
            try:
                status = browser.ask("GET", address)[0]
                problem = "" if status == expected else f"{address}: {status}"
            except (OSError, http.client.HTTPException) as error:
                problem = f"{address}: {error!r}"
            took = time.monotonic() - began
            with self.lock:
                self.told.reads.append(took)
                if problem:
                    self.told.failures.append(problem)

    def _publish(self) -> None:
        """As an approver does it in the pages of staff, again and again; what failed is sent once more as it was."""
        browser = None
        for number, (staff, public) in enumerate(self.items):
            text = f"Prøven har nummer {number:04}."
            sent = None
            while not self.over.is_set():
                try:
                    browser = browser or logged_in(self.port)
                    if sent is None:
                        page = StaffPage.open(browser, staff)
                        sent = page.sent("Udgiv", status="in_progress", text=text)
                    after = page.send(*sent)
                    if after.status == 200 and ("Udgivet" in after.text or text in after.text):
                        break
                    raise OSError(f"{after.status}: {after.text[:200]}")
                except (OSError, AssertionError, http.client.HTTPException):
                    with self.lock:
                        self.told.tries += 1
                    self.over.wait(0.5)
            else:
                return
            answered = time.monotonic()
            with self.lock:
                self.told.published += 1
                self.published.append((public, text))
            self._seen(public, text, answered)

    def _seen(self, public, text, answered) -> None:
        reader = Browser(self.port)
        while not self.over.is_set() and time.monotonic() < answered + TIMEOUT:
            try:
                if text in reader.ask("GET", public)[2].decode():
                    break
            except (OSError, http.client.HTTPException):
                pass
            self.over.wait(0.05)
        with self.lock:
            self.told.latest = max(self.told.latest, time.monotonic() - answered)


def logged_in(port) -> Browser:
    browser = Browser(port)
    page = StaffPage.open(browser, "/konto/login/")
    button = next((words for words in page.buttons if words.lower().startswith("log")), "")
    if not button:
        raise OSError(f"Login: {page.status} {page.text[:300]}")
    after = page.press(button, login="bo", password=PASSWORD)
    if after.status != 200 or not any(
        name.endswith("session") for name in browser.cookies
    ):  # __Host-session under https
        raise OSError(f"Login: {after.status} {after.text[:300]}")
    return browser
