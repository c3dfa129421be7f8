"""Whose site it is: name, mark and colour on every page, at addresses of our own; and how they are chosen."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from recommendations.actions import change_municipality
from recommendations.models import Event
from recommendations.models.municipality import check_colour
from tests.factories import RecommendationFactory, UserFactory
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def chief():
    return UserFactory(is_staff=True, is_superuser=True)


def picture(colour="red", form="PNG", **saved):
    made = io.BytesIO()
    Image.new("RGB", (40, 20), colour).save(made, form, **saved)
    return made.getvalue()


def send(client, municipality, **fields):
    """The form of the municipality as it stands, with `fields` in their place."""
    address = f"/admin/recommendations/municipality/{municipality.pk}/change/"
    initial = client.get(address).context["adminform"].form.initial
    sent = {
        name: "" if value is None else value for name, value in initial.items() if name not in ("mark", "is_fictional")
    }
    return client.post(address, sent | fields)


def stored(files):
    return [path for path in files.rglob("*") if path.is_file()]


@pytest.fixture
def with_mark(as_user, chief, municipality):
    upload = SimpleUploadedFile("Byvåben.PNG", picture())
    assert send(as_user(chief), municipality, mark=upload).status_code == 302
    municipality.refresh_from_db()
    return municipality


def test_the_sender_stands_first_and_can_be_asked_at_the_foot(citizen, municipality):
    municipality.sender, municipality.email = "Ærø Kommune", "spoerg@eksempel.dk"
    municipality.phone, municipality.licence = "33 66 33 66", "CC BY 4.0"
    municipality.save()
    for address in ("/", "/om/", "/kilder/", "/findes-ikke/"):
        html = citizen.get(address).content.decode()
        head, foot = html.split("<main")[0], html.split("<footer")[1]
        assert "<strong>Ærø Kommune</strong>" in head
        assert 'href="mailto:spoerg@eksempel.dk"' in foot
        assert "33 66 33 66" in foot
        assert "CC BY 4.0" in foot


def test_without_a_mailbox_the_question_goes_through_the_form(citizen):
    foot = text_of(citizen, "/om/").split("<footer")[1]
    assert 'href="/fejl/?side=/om/" rel="nofollow">Spørg os</a>' in foot
    assert "mailto:" not in foot
    assert "Telefon" not in foot


def test_without_mark_and_colour_nothing_is_fetched_for_them(citizen):
    html = text_of(citizen, "/")
    assert "/bomaerke/" not in html
    assert "farver.css" not in html
    assert citizen.get("/farver.css").status_code == 404
    assert citizen.get("/bomaerke/x.png").status_code == 404


def test_the_mark_is_served_from_our_own_address_for_a_year(citizen, with_mark):
    html = text_of(citizen, "/")
    address = f"/bomaerke/{with_mark.mark_name}"
    assert f'<img src="{address}" alt=""' in html
    response = citizen.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert "immutable" in response["Cache-Control"]
    assert Image.open(io.BytesIO(b"".join(response.streaming_content))).size == (40, 20)


def test_a_mark_is_cleaned_and_called_by_what_is_in_it(as_user, chief, municipality, files):
    exif = Image.Exif()
    exif[0x013B] = "Fotograf Hansen"  # artist
    upload = SimpleUploadedFile("Privat navn.jpg", picture(form="JPEG", exif=exif))
    send(as_user(chief), municipality, mark=upload)
    [kept] = stored(files)
    assert b"Hansen" not in kept.read_bytes()
    assert "Privat" not in kept.name
    municipality.refresh_from_db()
    assert municipality.mark_name == kept.name


def test_a_new_mark_has_a_new_address_and_the_old_leads_to_it(
    as_user, chief, citizen, with_mark, files, django_capture_on_commit_callbacks
):
    old = with_mark.mark_name
    with django_capture_on_commit_callbacks(execute=True):
        send(as_user(chief), with_mark, mark=SimpleUploadedFile("ny.png", picture("blue")))
    with_mark.refresh_from_db()
    assert with_mark.mark_name != old
    assert citizen.get(f"/bomaerke/{old}")["Location"] == f"/bomaerke/{with_mark.mark_name}"
    assert [path.name for path in stored(files)] == [with_mark.mark_name]


def test_a_mark_can_be_taken_away(as_user, chief, citizen, with_mark, files, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(as_user(chief), with_mark, **{"mark-clear": "on"})
    assert "/bomaerke/" not in text_of(citizen, "/")
    assert not stored(files)
    assert [list(event.details) for event in Event.objects.filter(act="municipality_changed").order_by("pk")] == [
        ["mark"],
        ["mark"],
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("plan.pdf", b"%PDF-1.4", "billede"),
        ("mærke.png", b"slet intet billede", "billede"),
        ("mærke.png", b"\x89PNG\r\n\x1a\n" + b"x" * 1_100_000, "billede"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(as_user, chief, municipality, files, name, content, sentence):
    response = send(as_user(chief), municipality, mark=SimpleUploadedFile(name, content))
    assert response.status_code != 302
    assert sentence in " ".join(response.context["adminform"].form.errors["mark"])
    assert not stored(files)


def test_a_mark_that_every_page_would_be_heavy_with_is_refused(as_user, chief, municipality):
    noise = Image.effect_noise((1200, 1200), 100)
    made = io.BytesIO()
    noise.save(made, "PNG")
    response = send(as_user(chief), municipality, mark=SimpleUploadedFile("stor.png", made.getvalue()))
    assert "Den må højst være 1 MB" in " ".join(response.context["adminform"].form.errors["mark"])


def test_the_colour_is_a_style_sheet_that_sets_nothing_else(citizen, municipality, chief):
    change_municipality(by=chief, colour="#7a1f3d")
    html = text_of(citizen, "/")
    assert '<link rel="stylesheet" href="/farver.css?7a1f3d">' in html
    response = citizen.get("/farver.css?7a1f3d")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response.content.decode() == ":root { --brand: #7a1f3d; }\n"
    assert "immutable" in response["Cache-Control"]
    assert "immutable" not in citizen.get("/farver.css?ffffff")["Cache-Control"]


@pytest.mark.parametrize("colour", ["#14425f", "#000000", "#767676"])
def test_colours_that_white_can_be_read_on(colour):
    check_colour(colour)


@pytest.mark.parametrize("colour", ["#777777", "#ffffff", "#ffd700", "14425f", "#14425", "#14425F", "red;}"])
def test_colours_that_white_cannot_be_read_on_or_that_are_none(colour):
    with pytest.raises(ValidationError):
        check_colour(colour)


def test_what_is_made_up_says_so_on_every_page(citizen, municipality, chief):
    RecommendationFactory()
    addresses = ("/", "/anbefalinger/", "/kilder/", "/om/", "/findes-ikke/")
    assert not any("Opdigtet" in citizen.get(address).content.decode() for address in addresses)
    change_municipality(by=chief, is_fictional=True)
    for address in addresses:
        assert "Opdigtet" in citizen.get(address).content.decode().split("<header")[0]
