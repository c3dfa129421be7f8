"""PDF files as one reads them and no more. They are written anew, so earlier versions in the file are gone."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pikepdf import Array, Dictionary, Name, Stream

from recommendations.uploads.kinds import ADDRESSES, too_much, unreadable
from recommendations.uploads.pictures import plain_jpeg, plain_jpeg2000

MOST_PAGES, MOST_OBJECTS = 2_000, 200_000

# A few bytes can unpack to gigabytes; streams that the file is not read by stay packed. For the whole process (qpdf).
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=128 * 1024 * 1024,
    run_length_max_memory=128 * 1024 * 1024,
    doc_max_warnings=1_000,
    parser_max_container_size=1_000_000,
)

# What the document and each page may say, and no more. Pages lose thumbnails, places on a map and private data.
OF_DOCUMENT = {
    "/Type", "/Version", "/Extensions", "/Pages", "/PageLabels", "/Names", "/Dests", "/ViewerPreferences",
    "/PageLayout", "/Outlines", "/StructTreeRoot", "/MarkInfo", "/Lang", "/OCProperties", "/OutputIntents",
}  # fmt: skip
OF_PAGE = {
    "/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Contents",
    "/Rotate", "/Group", "/Annots", "/StructParents", "/Tabs", "/UserUnit",
}  # fmt: skip
OF_LINK = {
    "/Type", "/Subtype", "/Rect", "/Border", "/BS", "/C", "/H", "/A", "/Dest", "/StructParent", "/QuadPoints",
    "/F", "/P", "/Contents",
}  # fmt: skip

# Wherever it stands: descriptions, private data, files, scripts, places on a map, who made what, and when.
NEVER = {
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AF", "/EF", "/AA", "/JS", "/OPI", "/Ref",
    "/Measure", "/PtData", "/Alternates", "/UserProperties", "/CreationDate", "/ModDate", "/Author", "/Creator",
    "/Producer",
}  # fmt: skip
# What is in these is called whatever somebody liked: a font may be called AA.
CALLED_FREELY = {
    "/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/Dests",
    "/CharProcs", "/ClassMap", "/RoleMap", "/Colorants",
}  # fmt: skip
# What a reader could set off that runs something, opens a file or sends something. Going to a page or a link is kept.
REFUSED_ACTIONS = {
    "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/GoToDp", "/SubmitForm", "/ResetForm", "/ImportData",
    "/Rendition", "/Sound", "/Movie", "/Thread", "/Hide", "/SetOCGState", "/GoTo3DView", "/RichMediaExecute",
}  # fmt: skip
PICTURES = {"/DCTDecode": plain_jpeg, "/DCT": plain_jpeg, "/JPXDecode": plain_jpeg2000}
UNSEEN_FLAGS = 0b100010  # of a note on a page: hidden, and not shown on a screen


def plain_pdf(name: str, content: bytes) -> bytes:
    """The pages, their structure for screen readers, links and bookmarks. Notes that show become part of their page."""
    kept = io.BytesIO()
    try:
        # What must be guessed at to be read is broken: nobody is to find out later that half of it was lost.
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            _check(name, pdf)
            _flatten(pdf)
            _keep_only(pdf.Root, OF_DOCUMENT)
            _Sweep(pdf).run()
            _forget(pdf.trailer, "/Info", "/ID")
            pdf.save(kept)
    except pikepdf.PasswordError as error:
        raise _locked(name) from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise unreadable(name) from error
    return kept.getvalue()


def _locked(name: str) -> ValidationError:
    return ValidationError(
        _("PDF-filen »%(name)s« er låst. Gem den uden adgangskode, og vælg den nye.") % {"name": name}
    )


def _check(name: str, pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise _locked(name)
    if len(pdf.objects) > MOST_OBJECTS or len(pdf.pages) > MOST_PAGES:
        raise too_much(name)
    if not len(pdf.pages):
        raise unreadable(name)
    root: Any = pdf.Root
    if root.get("/NeedsRendering"):
        raise ValidationError(
            _("PDF-filen »%(name)s« er en formular uden sider. Åbn den, udskriv den til PDF, og vælg den nye.")
            % {"name": name}
        )
    if _hides_layers(root):
        raise ValidationError(
            _("PDF-filen »%(name)s« har lag, der er skjult. Vis dem eller slet dem, og gem den igen.") % {"name": name}
        )
    if any(note.get("/Subtype") == Name.Redact for page in pdf.pages for note in _notes_of(page)):
        raise ValidationError(
            _("PDF-filen »%(name)s« har overstregninger, der ikke er udført: teksten er der stadig. Udfør dem først.")
            % {"name": name}
        )


def _hides_layers(root: Any) -> bool:
    layers: Any = root.get("/OCProperties")
    shown: Any = layers.get("/D") if isinstance(layers, Dictionary) else None
    if not isinstance(shown, Dictionary):
        return False
    off = shown.get("/OFF")
    return shown.get("/BaseState") == Name.OFF or (isinstance(off, Array) and len(off) > 0)


def _notes_of(page: Any) -> list[Any]:
    notes = page.obj.get("/Annots")
    return [note for note in notes if isinstance(note, Dictionary)] if isinstance(notes, Array) else []


def _flatten(pdf: pikepdf.Pdf) -> None:
    """What is drawn on the pages by notes, stamps and filled-in fields becomes part of the pages; then the notes go."""
    for page in pdf.pages:
        notes = [note for note in _notes_of(page) if not _is_unseen(note)]
        page.obj["/Annots"] = Array(notes)
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    for page in pdf.pages:
        links = [note for note in _notes_of(page) if note.get("/Subtype") == Name.Link]
        if links:
            page.obj["/Annots"] = Array(links)
        else:
            del page.obj["/Annots"]
        _keep_only(page.obj, OF_PAGE)


def _is_unseen(note: Any) -> bool:
    flags = note.get("/F", 0)
    return note.get("/Subtype") in (Name.Text, Name.Popup, Name.FileAttachment, Name.Sound, Name.Movie) or bool(
        isinstance(flags, int) and flags & UNSEEN_FLAGS
    )


def _keep_only(holder: Any, keys: set[str]) -> None:
    for key in set(holder.keys()) - keys:
        del holder[key]


def _forget(holder: Any, *keys: str) -> None:
    for key in keys:
        if key in holder:
            del holder[key]


class _Sweep:
    """A walk over all that can be reached from the document, each indirect object once."""

    def __init__(self, pdf: pikepdf.Pdf):
        self.pdf = pdf
        self.seen: set[tuple[int, int]] = set()
        self.waiting: list[tuple[Any, str]] = []

    def run(self) -> None:
        names: Any = self.pdf.Root.get("/Names")
        if isinstance(names, Dictionary):
            _keep_only(names, {"/Dests"})
        self.waiting.append((self.pdf.Root, "/Root"))
        while self.waiting:
            found, key = self.waiting.pop()
            if found.is_indirect:
                if found.objgen in self.seen:
                    continue
                self.seen.add(found.objgen)
            if isinstance(found, Array):
                self._wait(key, found)
            elif isinstance(found, Dictionary) and key in CALLED_FREELY and not _is_form(found):
                for name in list(found.keys()):
                    self._wait("", [found[name]])
            else:
                self._clean(found)

    def _wait(self, key: str, values: Any) -> None:
        self.waiting += [(value, key) for value in values if isinstance(value, (Dictionary, Array, Stream))]

    def _clean(self, holder: Any) -> None:
        if isinstance(holder, Stream):
            _clean_picture(self.pdf, holder)
        elif "/Subtype" in holder and "/Rect" in holder:
            _keep_only(holder, OF_LINK if holder.get("/Subtype") == Name.Link else set())
        elif "/S" in holder and "/P" in holder:
            _forget(holder, "/T")  # what the writing program called an element
        elif holder.get("/O") == Name.UserProperties:
            _keep_only(holder, {"/O"})
        for key in list(holder.keys()):
            value = holder[key]
            if key in NEVER or (isinstance(value, Dictionary) and _is_refused_action(value)):
                del holder[key]
            else:
                self._wait(key, [value])


def _is_form(found: Any) -> bool:
    return "/Type" in found or "/Subtype" in found


def _is_refused_action(found: Any) -> bool:
    kind = found.get("/S")
    if "/P" in found:  # an element of the structure, whatever it is called, has a parent
        return False
    if kind == Name.URI:
        return not str(found.get("/URI", "")).strip().lower().startswith(ADDRESSES)
    return isinstance(kind, Name) and str(kind) in REFUSED_ACTIONS


def _clean_picture(pdf: pikepdf.Pdf, stream: Any) -> None:
    """A JPEG inside a PDF carries all that it had as a file."""
    filters: Any = stream.get("/Filter")
    chain = [str(one) for one in filters] if isinstance(filters, Array) else [str(filters)]
    cleaner = PICTURES.get(chain[-1]) if chain else None
    if cleaner is None:
        return
    raw = stream.read_raw_bytes()
    if len(chain) > 1:
        packed = pdf.make_stream(raw)
        packed.Filter = Array([Name(one) for one in chain[:-1]])
        raw = packed.read_bytes()
    parameters: Any = stream.get("/DecodeParms")
    last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
    stream.write(cleaner(raw), filter=Name(chain[-1]), decode_parms=last if isinstance(last, Dictionary) else None)
