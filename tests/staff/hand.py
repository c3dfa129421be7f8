"""Does what a person does on a page in a real browser, and counts it."""

from __future__ import annotations

from typing import Any


class Hand:
    """Every click, every field filled in, every file chosen and every key that does something but write is one.

    What is clicked must be seen: Playwright refuses what is hidden. `page` is a Playwright page.
    """

    def __init__(self, page: Any):
        self.page, self.used = page, 0

    def click(self, role, name, *, within=None, exact=False):
        (within or self.page).get_by_role(role, name=name, exact=exact).click()
        self.used += 1

    def fill(self, label, text, *, within=None, exact=False):
        (within or self.page).get_by_label(label, exact=exact).fill(text)
        self.used += 1

    def choose(self, label, option, *, within=None, exact=False):
        (within or self.page).get_by_label(label, exact=exact).select_option(option)
        self.used += 1

    def attach(self, label, files, *, within=None, exact=False):
        (within or self.page).get_by_label(label, exact=exact).set_input_files(files)
        self.used += 1

    def press(self, key):
        self.page.keyboard.press(key)
        self.used += 1
