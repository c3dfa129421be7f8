"""Without style sheets and without scripts: the words of a page, in the order in which they are sent."""

import re
from html.parser import HTMLParser

import pytest

pytestmark = pytest.mark.django_db


class Words(HTMLParser):
    """What a browser for text alone would show of `<body>`."""

    def __init__(self):
        super().__init__()
        self.inside, self.words = [], []

    def handle_starttag(self, tag, attrs):
        if tag in ("body", "script", "svg"):
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data):
        if self.inside == ["body"]:
            self.words.append(data)


def words_of(client, address):
    parser = Words()
    parser.feed(client.get(address).content.decode())
    return re.sub(r"\s+", " ", " ".join(parser.words))


@pytest.mark.parametrize(
    ("address", "in_order"),
    [
        (
            "/",
            [
                "Gå til indhold",
                "Københavns Kommune",
                "Forside",
                "Hvad blev der af anbefalingerne?",
                "Søg",
                "blev overdraget den",
                "Senest ændret",
                "Frister",
                "Flere kilder, som kommunen skal svare på",
                "Tinget",
                "2 anbefalinger",
                "Sådan læser du tallene",
            ],
        ),
        (
            "/anbefalinger/",
            [
                "Gå til indhold",
                "Anbefalinger",
                "Søg efter ord",
                "2 Overskriften",
                "2.1 Besøg af faste teams",
                "I gang",
                "2.2 Den tomme",
                "Sådan læser du tallene",
            ],
        ),
        (
            "/anbefalinger/ting/2.1/",
            [
                "Gå til indhold",
                "2.1 Besøg af faste teams",
                "I gang",
                "Siden er sidst ændret",
                "bekræftet",
                "Få nyt",
                "Henvis til denne side",
                "Senest nyt",
                "Bekræftet: stadig korrekt",
                "Hvad udvalgene har svaret",
                "Taget til efterretning",
                "Intet svar registreret",
                "Forløbet",
                "Lovet",
                "31. december 2026",
                "Sket",
                "Forsøget er i gang.",
                "17. juni 2024",
                "Hvad det handler om",
                "kildens ord",
                "Hvor mange støtter den",
                "Det er gennemført, når",
                "Frist",
                "Hvem kan du spørge?",
                "Ansvarlige udvalg",
                "Spørg om denne anbefaling",
                "Initiativer",
                "Hænger sammen med",
                "Næste",
                "Sådan læser du tallene",
            ],
        ),
    ],
)
def test_words_come_in_the_order_they_are_needed(address, in_order, citizen, world):
    words, at = words_of(citizen, address), 0
    for part in in_order:
        found = words.find(part, at)
        assert found >= 0, f"»{part}« does not come after what stands before it in: {words}"
        at = found + len(part)
