"""Whose site it is, to the eye: the municipality's mark and colour, at addresses of our own."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from recommendations import tenancy, uploads

# Both addresses carry what they show, so a new mark or colour is a new address (cache busting).
FOR_A_YEAR = "public, max-age=31536000, immutable"


def mark(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """`/bomaerke/<navn>`: the mark as it was cleaned. One that has been replaced leads to the one that stands."""
    municipality = tenancy.current()
    if not municipality.mark:
        raise Http404(_("Kommunen har ikke lagt et bomærke ind."))
    if name != municipality.mark_name:
        return redirect("mark", municipality.mark_name)
    try:
        content = municipality.mark.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("Filen findes ikke længere.")) from error
    return FileResponse(
        content,
        content_type=uploads.content_type_of(name),
        headers={"Cache-Control": FOR_A_YEAR, "X-Content-Type-Options": "nosniff"},
    )


def colours(request: HttpRequest) -> HttpResponse:
    """`/farver.css`: the municipality's colour, in light and dark; white text can be read on it (`check_colour`)."""
    colour = tenancy.current().colour
    if not colour:
        raise Http404(_("Kommunen har ikke valgt en farve."))
    is_named = request.META.get("QUERY_STRING") == colour.removeprefix("#")
    return HttpResponse(
        f":root {{ --brand: {colour}; }}\n",
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": FOR_A_YEAR if is_named else "no-cache"},
    )
