"""What somebody meant is told from what their mail program put around it; and no bytes make the reading fail."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recommendations.receiving.html_text import text_of_html
from recommendations.receiving.mails import read_mail
from recommendations.receiving.reply_text import MOST_LINES, meant, unflowed, unwrapped
from tests.receiving.made import KEY, QUESTION, plain, quoted
from tests.receiving.replies import SHAPES

WANTED = 0.95


def test_nearly_all_answers_give_exactly_what_was_meant():
    """The share, and the names of those that do not."""
    wrong = {}
    for case in SHAPES:
        found = read_mail(case.content()).text
        if found != case.text:
            wrong[case.name] = found
    right = len(SHAPES) - len(wrong)
    assert len({case.name for case in SHAPES}) == len(SHAPES) >= 60
    assert right / len(SHAPES) >= WANTED, f"{right} of {len(SHAPES)}: {wrong}"
    assert sorted(wrong) == []  # today it is all of them


@given(st.binary(max_size=2000))
@example(b"Content-Type: text/plain; charset=\xff\xfe\n\nx")
@example(b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a")
@example(b"From: =?utf-8?b?w?= <a@b>\nContent-Type: text/html\n\n<p")
@example(b"Content-Transfer-Encoding: base64\n\n\xff=")
def test_no_bytes_make_it_raise(content):
    read_mail(content)
    read_mail(content, is_whole=False)


LINES = [
    *("Fra: x", "Sendt: y", "Til: z", "Emne: v", "> ja", "", "On x wrote:", "Den 1. 2026 kl. 10.10 skrev x@y:"),
    *("_" * 32, "-- ", "Hilsen", "Hej", "PS. x", "-----Original Message-----", "æøå", ">", ">>", "x:"),
]


@given(st.lists(st.sampled_from(LINES), max_size=30))
def test_nothing_that_is_not_there_is_found(lines):
    """Each line of what was meant stands in the mail."""
    assert set(meant("\n".join(lines)).split("\n")) - {""} <= set(lines)


@given(st.text(alphabet=st.sampled_from("<>/abpdivlockquote =\"'&;\n"), max_size=300))
def test_no_page_makes_it_raise(page):
    text_of_html(page)


def test_deep_nesting_and_long_lines_are_read_past():
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=a%d\n\n--a%d\n" % (n, n) for n in range(3000))
    assert read_mail(deep).text == ""
    assert "x" in text_of_html("<div>" * 5000 + "x")
    assert meant("2026/1/1 " + " <@" * 200_000) != ""


def test_a_long_mail_is_read_in_reasonable_time_and_from_its_top():
    lines = ["Svaret."] + ["a:"] * (MOST_LINES * 3)
    assert meant("\n".join(lines)).startswith("Svaret.")


def test_lines_that_were_broken_are_joined_and_others_are_not():
    broken = "Det er en lang linje, som et program har delt, fordi den var for bred til at\nstå på en linje."
    assert unwrapped(broken) == broken.replace("\n", " ")
    own = "Kort linje\nnæste linje\n- punkt"
    assert unwrapped(own) == own


def test_flowed_text_keeps_its_signature_mark_and_its_depths():
    assert unflowed("en \nto\n> tre \n> fire\n-- \nAnna", deletes_space=False) == "en to\n> tre fire\n-- \nAnna"


@pytest.mark.parametrize("mark", ["> ", ">", ">> "])
def test_a_quotation_is_never_what_was_meant(mark):
    assert meant(f"Ja.\n\n{quoted(QUESTION, mark)}") == "Ja."


def test_the_key_is_found_whatever_its_case():
    assert read_mail(plain("x", to=f"SVAR+{KEY.upper()}@eksempel.dk", In_Reply_To=None).as_bytes()).keys[0] == KEY


def test_a_part_of_the_head_that_is_kept_says_nothing_of_who_else_got_it():
    mail = read_mail(plain("x", Bcc="nogen@eksempel.dk", X_Secret="hemmeligt").as_bytes())
    assert "hemmeligt" not in mail.headers
    assert [line.split(":")[0] for line in mail.headers.splitlines()] == [
        "From",
        "To",
        "Date",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "Received",
    ]
