"""Pictures are kept as they look: position, camera and comments stay with whoever took them."""

import io
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import ExifTags, Image, PngImagePlugin

from recommendations.actions import EvidenceContent, UpdateDraft, publish_update, save_draft
from recommendations.enums import Status
from recommendations.forms.evidence import without_hidden_data
from tests.factories import OwnershipFactory, RecommendationFactory

CAMERA, PLACE = "Nikon COOLPIX P6000", (43.0, 28.0, 2.814)


def photo(orientation=6):
    """A JPEG, 40 wide and 20 high and lying on its side, with camera, position and a comment."""
    picture, exif = Image.new("RGB", (40, 20), "red"), Image.Exif()
    exif[ExifTags.Base.Model], exif[ExifTags.Base.Orientation] = CAMERA, orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = PLACE
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif, comment=b"taget af Anna")
    return made.getvalue()


def drawing(mode="RGB"):
    """A PNG with a text chunk that names its author."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Anna Andersen")
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "blue").convert(mode).save(made, "PNG", pnginfo=info)
    return made.getvalue()


def kept(name, content):
    return without_hidden_data(SimpleUploadedFile(name, content, content_type="image/x"))


@pytest.mark.parametrize("name", ["foto.jpg", "foto.jpeg", "FOTO.JPG"])
def test_a_photo_keeps_its_looks_and_loses_the_rest(name):
    assert CAMERA.encode() in photo()
    assert b"Anna" in photo()
    file = kept(name, photo())
    content = file.read()
    assert file.name == name
    assert CAMERA.encode() not in content
    assert b"Anna" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert not dict(picture.getexif())
        assert picture.size == (20, 40)  # turned as the camera was held
        assert picture.convert("RGB").getpixel((5, 5))[0] > 200


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_drawing_loses_its_author(mode):
    assert b"Anna" in drawing(mode)
    content = kept("skitse.png", drawing(mode)).read()
    assert b"Anna" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (8, 8)
        assert not picture.info.get("Author")


def test_other_files_are_given_back_as_they_are():
    upload = SimpleUploadedFile("notat.pdf", b"%PDF-1.7 tom")
    assert without_hidden_data(upload) is upload


def bomb():
    """A PNG of a few bytes that says it is 60,000 times 60,000."""
    head = (60000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + len(head).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")


@pytest.mark.parametrize("content", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\nikke et billede", bomb()])
def test_what_is_no_picture_is_refused_with_a_sentence(content):
    with pytest.raises(ValidationError, match="kan ikke læses"):
        kept("foto.png" if content.startswith(b"\x89") else "foto.jpg", content)


@pytest.mark.django_db
def test_what_citizens_fetch_says_nothing_of_where_it_was_taken(anna, bo, sou):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    evidence = [EvidenceContent("Foto af stedet", file=kept("foto.jpg", photo()))]
    draft = UpdateDraft(status=Status.IN_PROGRESS, text="I gang.", evidence=evidence)
    update = publish_update(by=bo, update=save_draft(by=anna, item=item, committee=sou, draft=draft))
    response = Client().get(reverse("evidence_file", args=[update.key, 1]))
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xff\xd8\xff")
    assert CAMERA.encode() not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert not dict(picture.getexif())
