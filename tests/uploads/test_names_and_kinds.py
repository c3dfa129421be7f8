"""What a file may be called, which kinds there are, and that they are said in one place."""

import contextlib
import hashlib
import io

import hypothesis.strategies as st
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import example, given

from recommendations import uploads
from recommendations.forms.evidence import EvidenceForm
from recommendations.uploads.kinds import LONGEST_NAME, PNG, mended_name
from recommendations.uploads.pictures import plain_jpeg, plain_jpeg2000, plain_png
from tests.factories import RecommendationFactory, published
from tests.uploads.made import SECRET, drawing, pages, photo, photo_with_more, saved


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("notat.pdf", "notat.pdf"),
        ("Årsrapport (2026) – ældre.PDF", "Årsrapport (2026) – ældre.pdf"),
        ("A\u030arsrapport.pdf", "Årsrapport.pdf"),
        ("foto.JPEG", "foto.jpeg"),
        ("C:\\Brugere\\x\\notat.docx", "notat.docx"),
        ("../../etc/notat.docx", "notat.docx"),
        ("no\x00ta\u202et\n .pdf", "notat.pdf"),
        ("  to   ord .pdf", "to ord.pdf"),
        ("notat.v2.1.pdf", "notat.v2.1.pdf"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
        ("notat.pdf.exe", "notat.pdf.exe"),
    ],
)
def test_a_name_is_mended_and_its_suffix_stays(name, kept):
    assert mended_name(name) == kept


@given(st.text(max_size=400), st.sampled_from(sorted(uploads.KINDS)))
def test_no_name_is_too_long_or_leads_elsewhere(stem, suffix):
    name = mended_name(f"{stem}.{suffix}")
    assert len(name) <= LONGEST_NAME
    assert "/" not in name
    assert "\\" not in name
    assert mended_name(name) == name


@pytest.mark.parametrize("name", ["x" * 300 + ".jpg", "mappe/foto.jpg", "foto.jpg"])
def test_an_accepted_file_bears_the_mended_name(name):
    upload = SimpleUploadedFile("foto.jpg", photo())
    upload._name = name
    file = uploads.accepted(upload, most_bytes=100_000)
    assert file.name == mended_name(name)
    assert file.content_type == "image/jpeg"


HTML = b"<html><body><script>alert(1)</script></body></html>"


def test_a_page_of_html_that_calls_itself_a_pdf_is_refused():
    for content in (HTML, b"%PDF-1.7\n" + HTML, b"%PDF-1.7\n%" + HTML + b"\n%%EOF\n"):
        with pytest.raises(ValidationError, match=r"kan ikke læses|er ikke det, dens navn siger"):
            uploads.accepted(SimpleUploadedFile("notat.pdf", content), most_bytes=100_000)


def test_of_html_around_a_pdf_nothing_is_kept():
    made = saved(pages("Synligt"))
    begun, rest = made.split(b"\n", 1)
    for content in (made + HTML, begun + b"\n" + rest + b"\n" + HTML):
        kept = uploads.accepted(SimpleUploadedFile("notat.pdf", content), most_bytes=100_000).read()
        assert kept.startswith(b"%PDF-")
        assert b"<script" not in kept


@pytest.mark.parametrize("name", ["", "notat", ".pdf.", "pdf", "notat.docm", "notat.odt", "side.html", "tegning.svg"])
def test_other_kinds_are_none(name):
    assert uploads.kind_of(name) is None
    assert uploads.content_type_of(name) == "application/octet-stream"


def test_both_names_of_a_photo_are_one_kind():
    assert uploads.kind_of("a.jpg") is uploads.kind_of("A.JPEG")
    assert {suffix for suffix, kind in uploads.KINDS.items() if kind.is_picture} == {"png", "jpg", "jpeg"}


def test_the_form_offers_the_kinds_that_there_are():
    offered = EvidenceForm().fields["file"].widget.attrs["accept"]
    assert offered == ",".join(f".{suffix}" for suffix in uploads.KINDS)


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", sorted(uploads.KINDS))
def test_what_is_taken_is_also_served(suffix, citizen):
    """Nothing may be published that nobody can open afterwards."""
    file = SimpleUploadedFile(f"bilag.{suffix}", b"indhold")
    update = published(RecommendationFactory(), evidence=[{"file": file}])
    response = citizen.get(f"/dokumentation/{update.key}/1/")
    assert b"".join(response.streaming_content) == b"indhold"
    assert response.headers["Content-Type"] == uploads.KINDS[suffix].content_type


def test_the_digest_is_of_what_is_stored_and_leaves_the_file_at_its_start():
    file = io.BytesIO(b"indhold")
    file.read(3)
    assert uploads.digest_of(file) == hashlib.sha256(b"indhold").hexdigest()
    assert file.read() == b"indhold"


# --- Pictures inside other files --------------------------------------------------------------------------------------


def test_a_photo_loses_what_is_around_it_and_no_pixel():
    plain = plain_jpeg(photo_with_more())
    assert SECRET.encode() not in plain
    scan = photo_with_more().index(b"\xff\xda")
    end = photo_with_more().index(b"\xff\xd9", scan)
    assert photo_with_more()[scan:end] in plain
    assert plain_jpeg(plain) == plain


def test_a_drawing_loses_its_texts_and_no_pixel():
    plain = plain_png(drawing())
    assert b"tEXt" not in plain
    assert b"IDAT" in plain
    assert plain_png(plain) == plain


@pytest.mark.parametrize("cleaner", [plain_jpeg, plain_png])
@given(content=st.binary(max_size=40))
@example(content=PNG.begins)
@example(content=drawing()[:-12])
def test_what_is_no_picture_is_said_to_be_none(cleaner, content):
    with pytest.raises(ValueError, match=r".*"):
        cleaner(content)


@given(cut=st.integers(0, 400))
def test_half_a_photo_ends_somewhere(cut):
    with contextlib.suppress(ValueError):
        assert SECRET.encode() not in plain_jpeg(photo_with_more()[:cut])


def test_a_jpeg_2000_loses_its_descriptions():
    def box(kind, data):
        return (len(data) + 8).to_bytes(4, "big") + kind + data

    start, picture = box(b"jP  ", b"\r\n\x87\n"), box(b"jp2c", b"billedet")
    content = start + box(b"xml ", SECRET.encode()) + box(b"uuid", SECRET.encode()) + picture
    assert plain_jpeg2000(content) == start + picture
    assert plain_jpeg2000(b"\xff\x4f\xff\x51") == b"\xff\x4f\xff\x51"
