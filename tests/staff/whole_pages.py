"""A page as a person uses it: only what stands on it can be filled in, and only its own buttons pressed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

import lxml.html
from django.core.files import File
from django.urls import reverse


def of_item(item, page="change"):
    """The address of a page about an item."""
    return reverse(f"admin:recommendations_{item.route}_{page}", args=[item.pk])


def of(row, page="change"):
    """The address of a page about a row, in its own table."""
    return reverse(f"admin:recommendations_{row._meta.model_name}_{page}", args=[row.pk])


def add(name):
    return reverse(f"admin:recommendations_{name}_add")


@dataclass
class StaffPage:
    """One page that a client has opened. `press` sends the form that the button stands in, with all it carries."""

    client: object
    address: str
    html: str
    status: int

    @classmethod
    def open(cls, client, address) -> StaffPage:
        return cls._read(client, client.get(address, follow=True), address)

    @classmethod
    def _read(cls, client, response, address) -> StaffPage:
        if response.redirect_chain:
            address = urljoin(address, response.redirect_chain[-1][0])
        return cls(client, address, response.content.decode(), response.status_code)

    @property
    def tree(self):
        return lxml.html.fromstring(self.html)

    @property
    def text(self) -> str:
        return " ".join(self.tree.text_content().split())

    @property
    def said(self) -> list[str]:
        """What stands at the top of what was done, or why not."""
        return [_words_of(line) for line in self.tree.xpath('//ul[@class="messagelist"]/li')]

    @property
    def buttons(self) -> list[str]:
        """The words on the buttons, those of Django's own frame (log out, search) aside."""
        return [_words_of(button) for form in self._forms() for button in _buttons_of(form)]

    def sent(self, button: str, **filled) -> tuple[str, list[tuple[str, str]]]:
        """Where the form goes, and what it would carry. What is filled in must be a field of the form."""
        for form in self._forms():
            for pressed in _buttons_of(form):
                if _words_of(pressed) == button:
                    return self._sent(form, pressed, filled)
        raise AssertionError(f"No button »{button}« on {self.address}: {self.buttons}")

    def press(self, button: str, **filled) -> StaffPage:
        """The page that follows."""
        address, data = self.sent(button, **filled)
        return self.send(address, data)

    def send(self, address, data) -> StaffPage:
        values: dict[str, list[str]] = {}
        for name, value in data:
            values.setdefault(name, []).append(value)
        return self._read(self.client, self.client.post(address, values, follow=True), address)

    def link(self, words: str) -> StaffPage:
        found = [a.get("href") for a in self.tree.iter("a") if _words_of(a) == words]
        assert found, f"No link »{words}« on {self.address}"
        return self.open(self.client, urljoin(self.address, found[0]))

    def _forms(self):
        return [form for form in self.tree.forms if form.get("id") not in ("logout-form", "changelist-search")]

    def _sent(self, form, pressed, filled):
        missing = filled.keys() - form.fields.keys()
        assert not missing, f"Not on {self.address}: {missing}; there are {sorted(form.fields.keys())}"
        for area in form.iter("textarea"):
            area.text = (area.text or "").removeprefix("\n")  # as browsers read it
        nothing = {radio.name for radio in form.xpath('.//input[@type="radio" and @value="" and @checked]')}
        carried = [(name, "" if name in nothing else value) for name, value in form.form_values()]
        data = [(name, value) for name, value in carried if name not in filled]
        for name, value in filled.items():
            given = value if isinstance(value, list) else [value]
            data += [(name, one if isinstance(one, File) else str(one)) for one in given if one is not None]
        if pressed.get("name"):
            data.append((pressed.get("name"), pressed.get("value", "")))
        return urljoin(self.address, form.get("action") or self.address), data


def _words_of(element) -> str:
    return " ".join((element.text_content() or element.get("value") or "").split())


def _buttons_of(form):
    found = form.xpath('.//button[@type="submit"] | .//input[@type="submit"]')
    return [button for button in found if _words_of(button)]
