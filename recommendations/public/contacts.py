"""Whom a citizen can write to or call: a committee's own mailbox and telephone, else those of the municipality."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.enums import ItemKind
from recommendations.models import Committee, Item, Municipality
from recommendations.templatetags.words import name


@dataclass(frozen=True)
class Contact:
    """One whom can be asked. `mail` and `call` are addresses for links, empty where there is nothing to lead to."""

    name: str
    email: str
    phone: str
    mail: str  # mailto: (RFC 6068), subject and body filled in
    call: str  # tel: (RFC 3966)


@dataclass(frozen=True)
class Contacts:
    """Those who can be asked about one thing; no rows where neither mailbox nor telephone is registered."""

    question: str  # what the link says: "Spørg om denne anbefaling"
    rows: tuple[Contact, ...]

    @classmethod
    def about_item(cls, item: Item, committees: Sequence[Committee], address: str) -> Contacts:
        """The committees that own it. `address` is whole, and short enough to stand in a mail."""
        body = _("Jeg vil spørge om »%(name)s« (%(source)s):\n%(address)s\n\nMit spørgsmål:\n") % {
            "name": name(item),
            "source": item.publication.title,
            "address": address,
        }
        return cls(_question_about(item), _rows(committees, _("Spørgsmål om %(name)s") % {"name": name(item)}, body))

    @classmethod
    def about_committee(cls, committee: Committee, address: str) -> Contacts:
        """One committee and its work. `address` is that of its page, whole."""
        body = _("Jeg vil spørge om udvalgets anbefalinger:\n%(address)s\n\nMit spørgsmål:\n") % {"address": address}
        subject = _("Spørgsmål til %(name)s") % {"name": committee.name}
        return cls(_("Skriv til udvalget"), _rows([committee], subject, body))


def _question_about(item: Item) -> str:
    if item.kind == ItemKind.RECOMMENDATION:
        return _("Spørg om denne anbefaling")
    return _("Spørg om dette initiativ") if item.is_initiative else _("Spørg om dette")


def _rows(committees: Iterable[Committee], subject: str, body: str) -> tuple[Contact, ...]:
    """Each committee that has something of its own; the municipality for those that have nothing, or for nobody."""
    committees, ours = list(committees), tenancy.current()
    asked: list[Committee | Municipality] = [one for one in committees if _can_be_asked(one)]
    if len(asked) < max(len(committees), 1) and _can_be_asked(ours):
        asked.append(ours)
    return tuple(_contact(one, subject, body) for one in asked)


def _can_be_asked(one: Committee | Municipality) -> bool:
    return bool(one.email or one.phone)


def _contact(one: Committee | Municipality, subject: str, body: str) -> Contact:
    called = one.sender_name if isinstance(one, Municipality) else one.name
    # Everything but letters and digits is escaped: »&«, »+« and line breaks (CRLF) mean something in such an address.
    mail = f"mailto:{quote(one.email, safe='@')}?subject={_escaped(subject)}&body={_escaped(body)}"
    call = re.sub(r"[^\d+]", "", one.phone)
    return Contact(called, one.email, one.phone, mail if one.email else "", f"tel:{call}" if call else "")


def _escaped(text: str) -> str:
    lines = "\r\n".join(text.splitlines()) + ("\r\n" if text.endswith("\n") else "")
    return quote(lines, safe="")
