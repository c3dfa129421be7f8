"""What the law says must go: taken out of every row where it stands, with a sentence in its place that says so."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from recommendations import danish, list_files, permissions, tenancy
from recommendations.actions.state import checked, digest, done_before, record, refresh_search
from recommendations.actions.stored_files import destroy
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, UpdateState, WithheldKind
from recommendations.models import Event, Evidence, Item, KeptLine, KeptLines, StatusUpdate, WithheldPlace, Withholding
from recommendations.models.event import ROWS
from recommendations.models.withholding import LONGEST_REASON
from recommendations.traces import MOST, SHORTEST, Place, Redaction, Sought

logger = logging.getLogger(__name__)

KINDS = {"file": WithheldKind.FILE, "url": WithheldKind.LINK, "case_number": WithheldKind.CASE_NUMBER}
TELLING = frozenset(Event._meta.get_field(name).related_model for name in ROWS)  # rows whose digest stands in events


@in_turn()
def withhold(
    *,
    by: User,
    redaction: Redaction,
    reason: str,
    legal_basis: str,
    places: Collection[str] | None = None,
    request_key: UUID | None = None,
) -> Withholding:
    """Take away for ever what `redaction` asks for, in the rows and in all that repeats it, and put it in the register.

    `places` are the keys of those to take it from, of the places that were looked at; by default all. Digests stay.
    Files are destroyed once the transaction is through, those of whole lists on this machine among them.
    """
    permissions.check_can_administer(by)
    municipality = tenancy.current()
    if done := done_before(request_key):
        return Withholding.objects.get(number=int(done.after))
    require_findable(redaction)
    item, publication = _about(redaction.row)
    last = Withholding.objects.order_by("-number").values_list("number", flat=True).first()
    withholding = Withholding(
        municipality=municipality,
        number=(last or 0) + 1,
        by=by,
        kind=KINDS.get(redaction.field, WithheldKind.TEXT) if redaction.field else WithheldKind.WORDS,
        reason=_told(redaction, "reason", reason),
        legal_basis=_told(redaction, "legal_basis", legal_basis),
        item=item,
        publication=publication,
    )
    found = redaction.places(withholding.sentence, register_address(withholding.anchor))
    chosen = [place for place in found if places is None or place.key in places]
    require_some(redaction, found)
    if not chosen:
        raise ValidationError({"places": _("Vælg mindst ét sted, der skal fjernes noget fra.")})
    checked(withholding)
    for row in {(place.model, place.pk): None for place in chosen}:
        _rewrite(withholding, [place for place in chosen if (place.model, place.pk) == row])
    refresh_search(_items_of(chosen))
    KeptLines.objects.select_for_update().order_by("pk").first()  # so that nobody keeps such a line meanwhile
    KeptLine.objects.all().delete()  # they say it too
    stored = [place.before for place in chosen if _is_file(place)]
    transaction.on_commit(lambda: destroy(stored), robust=True)
    event = record(
        act=Act.WITHHELD,
        by=by,
        item=item,
        publication=publication,
        after=str(withholding.number),
        details={
            "reason": ["", withholding.reason],
            "legal_basis": ["", withholding.legal_basis],
            "places": ["", str(len(chosen))],
        },
        digest_of=withholding,
        at=withholding.at,
        request_key=request_key,
    )
    transaction.on_commit(partial(list_files.remove_others, list_files.folder(), str(event.pk)), robust=True)
    return withholding


def require_findable(redaction: Redaction) -> None:
    """Refuse what cannot be looked for: too few signs, or a column in which nothing stands (any more)."""
    if redaction.field:
        if not redaction.value and not last_place(redaction):
            raise ValidationError({"field": _("Der står ikke noget i feltet. Vælg et andet.")})
        return
    if len("".join(redaction.words.split())) < SHORTEST:
        raise ValidationError(
            {"words": _("Skriv mindst %(least)s tegn. Kortere ord står for mange steder.") % {"least": SHORTEST}}
        )


def require_some(redaction: Redaction, found: Collection[Place]) -> None:
    """Refuse what has gone already, what stands nowhere, and what stands in more places than anybody looks through."""
    before = last_place(redaction)
    if redaction.field and before and before.withholding.kind != WithheldKind.WORDS:
        gone = before.withholding
        raise ValidationError(
            {"field": _("Det blev fjernet den %(day)s (nr. %(nr)s).") % {"day": gone.day, "nr": gone.number}}
        )
    if len(found) > MOST:
        raise ValidationError(
            {
                "words": _("Ordene står %(count)s steder. Skriv flere af dem, så det er højst %(most)s.")
                % {"count": len(found), "most": MOST}
            }
        )
    if not found:
        sentence = _("Ordene står ikke i noget, der er gemt. Se, om de er stavet, som de står.")
        if before:
            sentence += " " + _("I rækken blev noget fjernet den %(day)s (nr. %(nr)s).") % {
                "day": before.withholding.day,
                "nr": before.withholding.number,
            }
        raise ValidationError({"words": sentence})


def last_place(redaction: Redaction) -> WithheldPlace | None:
    """Where something was taken from the same row, or its column, last."""
    if redaction.row is None or redaction.row.pk is None:
        return None
    found = WithheldPlace.objects.filter(table_name=redaction.row._meta.db_table, row_id=redaction.row.pk)
    if redaction.field:
        found = found.filter(column_name=_column(type(redaction.row), redaction.field).column)
    place: WithheldPlace | None = found.select_related("withholding").order_by("-pk").first()
    return place


def register_address(anchor: str) -> str:
    """The address of an entry of the public register: what stands where a link stood."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{tenancy.site_url()}{reverse('withholdings')}#{anchor}"


def _told(redaction: Redaction, name: str, text: str) -> str:
    """The reason or legal basis as it is kept; it is public, so it must not say what goes."""
    told = " ".join(danish.normalised(text).split()).removeprefix("fordi ").rstrip(".").strip()
    if danish.is_blank(told):
        needed = {
            "reason": _("Skriv, hvorfor det fjernes. Det kan alle læse."),
            "legal_basis": _("Skriv, hvilken regel der kræver det, for eksempel GDPR artikel 17."),
        }
        raise ValidationError({name: needed[name]})
    longest = LONGEST_REASON if name == "reason" else 200
    if len(told) > longest:
        raise ValidationError(
            {name: _("Der er %(count)s tegn. Skriv højst %(most)s.") % {"count": len(told), "most": longest}}
        )
    sought = Sought((redaction.words or redaction.value) if redaction.field not in ("file",) else "", is_broad=True)
    if sought.text.strip() and sought.pattern.search(told):
        raise ValidationError({name: _("Det, der skal fjernes, står i det, du har skrevet. Alle kan læse det.")})
    return told


def _about(row: models.Model | None) -> tuple[Item | None, Any]:
    """The item that a row is about, and its source: what the register says of where it was."""
    seen: Any = row
    while seen is not None and not isinstance(seen, Item):
        seen = next((getattr(seen, name) for name in ("item", "update", "draft") if getattr(seen, name, None)), None)
    if seen is not None:
        return seen, seen.publication
    if row is not None and row._meta.model_name == "publication":
        return None, row
    return None, getattr(row, "publication", None)


def _column(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _is_file(place: Place) -> bool:
    return place.model is Evidence and place.field == "file"


def _rewrite(withholding: Withholding, places: list[Place]) -> None:
    """Write one row anew: open its columns for that one text, write them at one stroke, and shut them."""
    model, pk = places[0].model, places[0].pk
    rows: Any = model.objects.filter(pk=pk)  # type: ignore[attr-defined]
    opened = WithheldPlace.objects.bulk_create(
        WithheldPlace(
            withholding=withholding,
            table_name=model._meta.db_table,
            row_id=pk,
            column_name=(column := _column(model, place.field)).column,
            digest=hashlib.sha256(_as_stored(column, place.before).encode()).hexdigest(),
            stored=place.before if _is_file(place) else "",
            opens=_as_stored(column, place.after),
        )
        for place in places
    )
    rows.update(**{place.field: place.after for place in places})
    if model is StatusUpdate:  # who is writing in it just now is told that it has changed
        rows.exclude(state=UpdateState.PUBLISHED).update(version=F("version") + 1)
    row_digest = ""
    if model is Evidence:  # of which the digest of its update is too
        row_digest = digest(StatusUpdate.objects.get(evidence=pk))
    elif model in TELLING:
        row_digest = digest(rows.get())
    WithheldPlace.objects.filter(pk__in=[place.pk for place in opened]).update(opens=None, row_digest=row_digest)


def _as_stored(column: Any, value: Any) -> str:
    """The value as text, letter for letter as the database gives it."""
    if not isinstance(column, models.JSONField):
        return str(value)
    text = json.dumps(value, cls=column.encoder)
    if connection.vendor != "postgresql":
        return text
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(CAST(%s AS jsonb) AS text)", [text])
        return str(cursor.fetchone()[0])


def _items_of(places: Iterable[Place]) -> list[Item]:
    """The items that are found by some of the words that changed."""
    touched: dict[type[models.Model], list[int]] = {}
    for place in places:
        if "item" in {field.name for field in place.model._meta.concrete_fields} and place.model is not Event:
            touched.setdefault(place.model, []).append(place.pk)
    ids: set[int] = set()
    for model, pks in touched.items():
        ids |= {*model.objects.filter(pk__in=pks).order_by().values_list("item", flat=True)}  # type: ignore[attr-defined]
    return list(Item.objects.filter(pk__in=ids - {None}).select_related("publication", "wording").order_by("pk"))


# --- Files ------------------------------------------------------------------------------------------------------------


def undestroyed() -> list[str]:
    """Names of stored files that were withheld and are still there, though nothing refers to them."""
    storage: Any = _column(Evidence, "file").storage
    names = WithheldPlace.objects.exclude(stored="").order_by("stored").values_list("stored", flat=True).distinct()
    used = set(Evidence._base_manager.filter(file__in=names).order_by().values_list("file", flat=True))
    return [name for name in names if name not in used and storage.exists(name)]
