"""What nobody sees in a file is gone before it is kept and served, and what one sees is still there."""

import io
import subprocess
import zipfile

import pikepdf
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageCms

from recommendations import uploads
from recommendations.enums import Status
from recommendations.models import StatusUpdate
from tests.factories import OwnershipFactory, RecommendationFactory
from tests.staff.whole_pages import StaffPage, of, of_item
from tests.uploads.made import SECRET, SEEN, pages, saved
from tests.uploads.planted import FILES
from tests.uploads.reading import says, shown_in

MOST_BYTES = 10 * 1024 * 1024


def kept(name, content):
    return uploads.accepted(SimpleUploadedFile(name, content), most_bytes=MOST_BYTES).read()


def kept_of(name):
    return kept(name, next(file.make() for file in FILES if file.name == name))


def test_there_are_enough_of_them():
    assert len(FILES) >= 20


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_secret_is_gone_and_the_rest_is_there(file):
    content = file.make()
    assert says(content, SECRET), "nothing was planted"
    once = kept(file.name, content)
    assert not says(once, SECRET)
    assert shown_in(file.name.lower(), once) == file.shows
    assert shown_in(file.name.lower(), kept(file.name, once)) == file.shows  # and it can be uploaded again


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_citizens_fetch_has_none_of_it(as_user, anna, bo, sou, file):
    """Uploaded by one in the form, opened and published by another, fetched from the link on the item's page."""
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    StaffPage.open(as_user(anna), of_item(item, "status")).press(
        "Send til godkendelse",
        **{
            "status": Status.PAUSED,
            "text": "Vi venter.",
            "dokumentation-0-kind": "decided",
            "dokumentation-0-title": "Bilag til sagen",
            "dokumentation-0-file": SimpleUploadedFile(file.name, file.make()),
        },
    )
    StaffPage.open(as_user(bo), of(StatusUpdate.objects.get())).press("Udgiv")
    citizen = Client()
    (link,) = {
        a.get("href")
        for a in StaffPage.open(citizen, item.get_absolute_url()).tree.iter("a")
        if "/dokumentation/" in (a.get("href") or "")
    }
    response = citizen.get(link)
    content = b"".join(response.streaming_content)
    assert response.headers["Content-Type"] == uploads.content_type_of(file.name)
    assert not says(content, SECRET)
    assert shown_in(file.name.lower(), content) == file.shows


# --- Pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_drawing_of_any_kind_keeps_its_kind(mode):
    picture = Image.new("RGB", (8, 8), "blue").convert("L" if mode == "I;16" else mode).convert(mode)
    with Image.open(io.BytesIO(kept("skitse.png", saved(picture, "PNG")))) as plain:
        assert (plain.mode, plain.size, plain.tobytes()) == (mode, (8, 8), picture.tobytes())


def test_a_drawing_that_is_seen_through_still_is():
    picture = Image.new("P", (8, 8), 3)
    picture.putpalette([0] * 768)
    with Image.open(io.BytesIO(kept("skitse.png", saved(picture, "PNG", transparency=3)))) as plain:
        assert plain.convert("RGBA").getpixel((1, 1))[3] == 0


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_photo_of_another_kind_is_taken(mode):
    content = saved(Image.new("RGB", (8, 8), "red").convert(mode), "JPEG")
    assert Image.open(io.BytesIO(kept("foto.jpg", content))).size == (8, 8)


def test_colours_that_a_profile_describes_are_kept_without_it():
    """Telephones photograph in more colours than every screen shows; without the profile they would look pale."""
    picture = Image.new("LAB", (8, 8), (150, 180, 140))
    seen = ImageCms.profileToProfile(
        picture, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"tXYZ").replace(b"gXYZ", b"rXYZ").replace(b"tXYZ", b"gXYZ")  # red is green
    content = kept("foto.jpg", saved(seen, "JPEG", icc_profile=swapped, quality=95))
    with Image.open(io.BytesIO(content)) as plain:
        assert "icc_profile" not in plain.info
        red, green, _blue = plain.getpixel((4, 4))
        assert (red > green) != (seen.getpixel((4, 4))[0] > seen.getpixel((4, 4))[1])


def test_a_profile_that_nothing_can_read_is_left_out():
    content = kept("foto.jpg", saved(Image.new("RGB", (8, 8), "red"), "JPEG", icc_profile=b"ikke en profil"))
    assert b"ikke en profil" not in content


# --- PDF --------------------------------------------------------------------------------------------------------------


def test_what_screen_readers_need_is_kept():
    with pikepdf.open(io.BytesIO(kept_of("opmærket.pdf"))) as pdf:
        assert pdf.Root.Lang == "da"
        assert pdf.Root.MarkInfo.Marked
        assert "/StructParents" in pdf.pages[0].obj
        found = [str(one.get("/S")) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/P" in one]
        assert {"/H1", "/P"} <= set(found)


def test_links_to_pages_and_to_the_web_still_lead_there():
    reader = pypdf.PdfReader(io.BytesIO(kept_of("kommentarer.pdf")))
    notes = [note.get_object() for note in reader.pages[0]["/Annots"]]
    assert [note["/Subtype"] for note in notes] == ["/Link", "/Link"]
    assert [note.get("/A", {}).get("/URI") for note in notes] == ["https://www.eksempel.dk/", None]
    outline = pypdf.PdfReader(io.BytesIO(kept_of("programmer.pdf"))).outline
    assert [one["/Title"] for one in outline] == ["Side 2"]


def test_a_picture_in_a_pdf_is_the_same_picture():
    images = list(pypdf.PdfReader(io.BytesIO(kept_of("billeder.pdf"))).pages[0].images)
    assert len(images) == 2
    for image in images:
        assert image.image.size == (40, 40)
        assert image.image.convert("RGB").getpixel((20, 20))[0] > 200


def test_nothing_says_what_program_cleaned_it():
    content = kept("bilag.pdf", saved(pages(SEEN)))
    assert not says(content, "pikepdf")
    assert "/Info" not in pypdf.PdfReader(io.BytesIO(content)).trailer


# --- Word and Excel ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [file for file in FILES if file.name.endswith("x")], ids=lambda file: file.name)
def test_an_archive_holds_what_it_lists_and_no_days(file):
    with zipfile.ZipFile(io.BytesIO(kept(file.name, file.make()))) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
        listed = archive.read("[Content_Types].xml").decode()
        for part in archive.namelist()[1:]:
            assert f'PartName="/{part}"' in listed or f'Extension="{part.rsplit(".", 1)[-1]}"' in listed
        assert listed.count("PartName") <= len(archive.namelist())


def test_the_pictures_of_a_document_are_the_same_pictures():
    with zipfile.ZipFile(io.BytesIO(kept_of("billeder.docx"))) as archive:
        media = sorted(name for name in archive.namelist() if name.startswith("word/media/"))
        pictures = [Image.open(io.BytesIO(archive.read(name))) for name in media]
    assert sorted(picture.size for picture in pictures) == [(30, 10), (60, 60)]
    assert all(not dict(picture.getexif()) for picture in pictures)


def test_a_chart_keeps_its_numbers_and_loses_its_worksheet():
    with zipfile.ZipFile(io.BytesIO(kept_of("diagram.xlsx"))) as archive:
        names = archive.namelist()
        assert "xl/charts/chart1.xml" in names
        assert not [name for name in names if "embeddings" in name]


@pytest.mark.office
def test_libreoffice_opens_them_and_shows_the_same(tmp_path):
    office = [file for file in FILES if file.name.endswith("x")]
    paths = {tmp_path / f"{place}.{file.name.rsplit('.', 1)[-1]}": file for place, file in enumerate(office)}
    for path, file in paths.items():
        path.write_bytes(kept(file.name, file.make()))
    profile = f"-env:UserInstallation=file://{tmp_path}/profil"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, *paths],
        check=True,
        capture_output=True,
        timeout=300,
    )
    for path, file in paths.items():
        shown = " ".join(shown_in("fil.pdf", path.with_suffix(".pdf").read_bytes()))
        assert SECRET not in shown
        assert not [text for text in file.shows if text not in shown and not text.startswith("=")], file.name
