"""Takes the pictures of README: the made-up municipality as it looks on a desktop and on a phone.

Run by script/pictures. The server is already there, at the address that is given.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
PAGES = {"forside": "/", "anbefaling": "/anbefalinger/borgertinget/3.1/"}
SCREENS = {"1280": (1280, 1000), "390": (390, 844)}
COLOURS = 160  # as many as the pages need to look like themselves; each one more weighs


def main(site: str) -> None:
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for width, (wide, high) in SCREENS.items():
            page = browser.new_page(viewport={"width": wide, "height": high}, locale="da-DK", color_scheme="light")
            for name, path in PAGES.items():
                answer = page.goto(site + path)
                if answer is None or not answer.ok:
                    raise SystemExit(f"FEJL: {site + path} kan ikke vises.")
                save(page.screenshot(), HERE / f"{name}-{width}.png")
        browser.close()


def save(png: bytes, path: Path) -> None:
    with Image.open(io.BytesIO(png)) as taken:
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main(sys.argv[1])
