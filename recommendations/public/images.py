"""Pictures of a page for those who share a link to it, and the icons of the site. Drawn when they are asked for.

What a picture says is in it: title, how it stands, who is the sender and which day. Its address changes with the day
(`share_picture`), and the ETag with what is drawn. Programs look at pictures, so they are in one language, Danish.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image

from recommendations import facet_index, tenancy
from recommendations.drawing import Drawing, cut
from recommendations.models import Committee, Initiative, Recommendation
from recommendations.public.addressed import at_number, moved, one
from recommendations.public.committees import committee_with
from recommendations.public.sentence import sentence_of
from recommendations.public.sources import figures_of_sources, given_and_others
from recommendations.selection import ITEM_MODELS, ItemModel, Selection
from recommendations.standing import ItemStanding
from recommendations.templatetags.sharing import SHARED_SIZE
from recommendations.templatetags.words import name

OUR_COLOUR = "#14425f"
INK, QUIET, WHITE = "#1b2025", "#4d5761", "#ffffff"
MARGIN = 60
ICON_SIZES = {"favicon.ico": 32, "apple-touch-icon.png": 180, "ikon-192.png": 192, "ikon-512.png": 512}  # px
FOR_A_DAY = "public, max-age=86400"


@dataclass(frozen=True)
class SharedPicture:
    """What is drawn: where it is from, what it is, how it stands. All in words."""

    origin: str
    title: str
    standing: str

    def drawn(self, on: date) -> bytes:
        """As PNG, in the municipality's colour and name; what is made up says so."""
        municipality = tenancy.current()
        width, height = SHARED_SIZE
        drawing = Drawing(width, height, title=self.title, ground=WHITE)
        drawing.box(0, 0, width, 96, fill=municipality.colour or OUR_COLOUR)
        sender = tenancy.marked(municipality.sender_name)
        room = width - 2 * MARGIN
        drawing.text(MARGIN, 62, cut(sender, room - 260, 36, True), size=36, bold=True, fill=WHITE)
        drawing.text(width - MARGIN, 60, "Anbefalingstracker", size=26, fill=WHITE, anchor="end")
        drawing.text(MARGIN, 164, cut(self.origin, room, 28), size=28, fill=QUIET)
        below = drawing.paragraph(MARGIN, 236, self.title, width=room, size=58, lines=3, bold=True, fill=INK)
        drawing.paragraph(MARGIN, below, self.standing, width=room, size=36, lines=3, fill=INK)
        day = _("Som registreret %(day)s") % {"day": date_format(on)}
        drawing.text(MARGIN, height - 36, day, size=24, fill=QUIET)
        return drawing.as_png()


def overview_picture(request: HttpRequest) -> HttpResponse:
    """`/deling.png`: of the front page, with the newest source that was given to this municipality."""
    index = facet_index.at()
    given, _others = given_and_others(index)
    newest = figures_of_sources(given[:1], index)[0] if given else None
    return _shared(
        SharedPicture(
            origin=newest.publication.title if newest else "",
            title=_("Hvad blev der af anbefalingerne?"),
            standing=sentence_of(newest) if newest else "",
        )
    )


def publication_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """`/kilder/<kilde>/deling.png`"""
    index = facet_index.at()
    named = [source for source, held in index.sources.items() if held.slug.casefold() == slug.casefold()]
    if not named:
        raise Http404(_("Kilden findes ikke."))
    [found] = figures_of_sources(named[:1], index)
    source = found.publication
    return _shared(SharedPicture(source.publisher, source.title, sentence_of(found)))


def committee_picture(request: HttpRequest, code: str) -> HttpResponse:
    """`/udvalg/<kode>/deling.png`"""
    committee = committee_with(Committee.objects.order_by("code"), code)
    items = Selection(committee=committee.code).items(ITEM_MODELS)
    count = sum(found.counted().count() for found in items)
    words = ngettext(
        "Har ansvaret for %(count)s anbefaling eller initiativ",
        "Har ansvaret for %(count)s anbefalinger og initiativer",
        count,
    )
    standing = words % {"count": number_format(count)} if count else _("Ingen anbefalinger endnu")
    return _shared(SharedPicture(committee.administration, committee.name, standing))


def recommendation_picture(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/deling.png`"""
    return _of_item(request, Recommendation, publication, number)


def initiative_picture(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/deling.png`"""
    return _of_item(request, Initiative, publication, number)


def _of_item(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    item = one(model, publication, number)
    if way := moved(request, item, publication, number, "_share"):
        return way
    state = at_number(model, item.publication.slug, item.number).with_state().get()
    standing = ItemStanding.of(state, timezone.localdate(), tenancy.current().stale_after_days)
    words = standing.label if item.is_counted else ""
    if standing.code and standing.on:
        # With its day: a status of long ago is not one of today.
        words = _("%(status)s (%(day)s)") % {"status": words, "day": date_format(standing.on)}
    return _shared(SharedPicture(item.publication.title, name(item), words))


def _shared(picture: SharedPicture) -> HttpResponse:
    return HttpResponse(picture.drawn(timezone.localdate()), content_type="image/png")


# --- Icons ------------------------------------------------------------------------------------------------------------


def icon(request: HttpRequest, file: str) -> HttpResponse:
    """`/favicon.ico` and the others at the addresses that browsers and phones know."""
    content = _icon(file, tenancy.current().colour or OUR_COLOUR)
    kind = "image/x-icon" if file.endswith(".ico") else "image/png"
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": FOR_A_DAY})


@lru_cache(maxsize=32)
def _icon(file: str, colour: str) -> bytes:
    """The mark of the product, a tick on the municipality's colour, filling the square: phones cut the corners."""
    size = ICON_SIZES[file]
    unit = size / 32
    drawing = Drawing(size, size, title="Anbefalingstracker", ground=colour)
    for start, end in (((8, 17), (13, 22)), ((13, 22), (24, 10))):
        drawing.line(*(unit * place for place in (*start, *end)), stroke=WHITE, stroke_width=4 * unit)
    for x, y in ((8, 17), (13, 22), (24, 10)):
        drawing.circle(x * unit, y * unit, 2 * unit, fill=WHITE)
    png = drawing.as_png()
    if not file.endswith(".ico"):
        return png
    written = io.BytesIO()
    Image.open(io.BytesIO(png)).save(written, "ICO", sizes=[(size, size)])
    return written.getvalue()
