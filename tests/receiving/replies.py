"""Sixty-odd answers to one mail, in the shapes that mail programs give them; all people and addresses are made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from tests.receiving.made import (
    APPLE_DA,
    APPLE_EN,
    ASKED,
    BLOCK,
    GMAIL_DA,
    GMAIL_EN,
    LONG,
    OUTLOOK_DA,
    OUTLOOK_EN,
    QUESTION,
    REPLY_TO,
    STRANGER,
    TWO,
    TWO_PARTS,
    US,
    WRAPPED,
    a_pdf,
    a_picture,
    brings,
    gmail_html,
    html_lines,
    outlook_html,
    page,
    plain,
    quoted,
)


@dataclass(frozen=True)
class Case:
    """An answer: its bytes, the text that the person meant (of what is taken), and what is to become of it."""

    name: str
    make: Callable[[], EmailMessage | bytes]
    text: str = ""
    state: str = "taken"
    files: tuple[str, ...] = ()

    def content(self) -> bytes:
        made = self.make()
        return made if isinstance(made, bytes) else made.as_bytes()


def said(name, make, text=TWO, **more):
    return Case(name, make, text, **more)


def refused(name, make, state):
    return Case(name, make, state=state)


SHAPES = [
    # --- Outlook on a desk
    said("outlook desktop, danish", lambda: plain(f"{TWO}\n{OUTLOOK_DA}")),
    said("outlook desktop, english", lambda: plain(f"{TWO}\n{OUTLOOK_EN}")),
    said(
        "outlook desktop, danish, signature",
        lambda: plain(f"{TWO_PARTS}\n\nMed venlig hilsen\n\n{BLOCK}\n{OUTLOOK_DA}"),
        TWO_PARTS,
    ),
    said("outlook desktop, old heading", lambda: plain(f"{TWO}\n\n-----Oprindelig meddelelse-----{OUTLOOK_DA}")),
    said("outlook desktop, old heading, english", lambda: plain(f"{TWO}\n\n-----Original Message-----{OUTLOOK_EN}")),
    said(
        "outlook desktop, windows-1252",
        lambda: plain(f"{TWO} Søren rådgiver på Ærø.\n{OUTLOOK_DA}", charset="windows-1252", cte="quoted-printable"),
        f"{TWO} Søren rådgiver på Ærø.",
    ),
    said("outlook desktop, html only, danish", lambda: page(outlook_html(TWO_PARTS, OUTLOOK_DA)), TWO_PARTS),
    said("outlook desktop, html only, english", lambda: page(outlook_html(TWO, OUTLOOK_EN))),
    said(
        "outlook desktop, html only, signature",
        lambda: page(outlook_html(f"Hej\n\n{TWO}\n\nVenlig hilsen\n\n{BLOCK}", OUTLOOK_DA)),
    ),
    said("outlook desktop, both bodies", lambda: page(outlook_html(TWO, OUTLOOK_DA), f"{TWO}\n{OUTLOOK_DA}")),
    said("outlook desktop, base64", lambda: plain(f"{TWO}\n{OUTLOOK_DA}", cte="base64")),
    # --- Outlook in a browser and on a phone
    said("outlook web, danish", lambda: plain(f"{TWO}\n\n________________________________\n{OUTLOOK_DA.lstrip()}")),
    said("outlook web, english", lambda: plain(f"{TWO}\n\n________________________________\n{OUTLOOK_EN.lstrip()}")),
    said(
        "outlook web, html only",
        lambda: page(
            f'<div class="elementToProof">{TWO}</div><div id="Signature"><p>Med venlig hilsen</p><p>Anna Holm</p></div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>Fra:</b> Anbefalinger<br><b>Sendt:</b> 2. november 2026 09:00<br><b>Til:</b> Anna Holm<br><b>Emne:</b> Hvor langt?<div>&nbsp;</div></div>{html_lines(QUESTION)}'
        ),
    ),
    said(
        "outlook for ios, danish",
        lambda: plain(
            f"{TWO}\n\nHentet fra Outlook til iOS<https://aka.ms/o0ukef>\n________________________________{OUTLOOK_DA}"
        ),
    ),
    said(
        "outlook for android, english",
        lambda: plain(
            f"{TWO}\n\nGet Outlook for Android<https://aka.ms/AAb9ysg>\n________________________________{OUTLOOK_EN}"
        ),
    ),
    said(
        "outlook for mac",
        lambda: plain(
            f'{TWO}\n\n\nDen 02.11.2026 09.00 skrev "Anbefalinger" <{REPLY_TO}>:\n\n    {QUESTION.replace(chr(10), chr(10) + "    ")}'
        ),
    ),
    # --- Gmail
    said("gmail, danish", lambda: plain(f"{TWO}\n\n{GMAIL_DA}")),
    said("gmail, english", lambda: plain(f"{TWO}\n\n{GMAIL_EN}")),
    said("gmail, long lines broken", lambda: plain(f"{WRAPPED}\n\n{GMAIL_DA}"), LONG),
    said("gmail, html only", lambda: page(gmail_html(TWO_PARTS, "Den man. 2. nov. 2026 kl. 09.00")), TWO_PARTS),
    said(
        "gmail, both bodies, signature",
        lambda: page(gmail_html(TWO, "Den man. 2. nov. 2026 kl. 09.00"), f"{TWO}\n\n-- \n{BLOCK}\n\n{GMAIL_DA}"),
    ),
    said(
        "gmail, html, signature",
        lambda: page(
            f'<div dir="ltr">{TWO}<br clear="all"><br><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">{html_lines(BLOCK)}</div></div>'
        ),
    ),
    said("gmail, bottom-posted", lambda: plain(f"{GMAIL_DA}\n{TWO}\n")),
    said(
        "gmail, interleaved",
        lambda: plain(
            f"Den man. 2. nov. 2026 kl. 09.00 skrev {US}:\n\n> Hvor langt er 3.2 Faste teams?\n\n{TWO}\n\n> Næste skridt: Udbud\n\nUdbuddet er forsinket, fordi prisen blev for høj.\n\n> Svar på den her mail\n"
        ),
        TWO_PARTS,
    ),
    said(
        "gmail, html, interleaved",
        lambda: page(
            f'<div>Den man. 2. nov. 2026 kl. 09.00 skrev {US.replace("<", "&lt;").replace(">", "&gt;")}:</div><blockquote class="gmail_quote">Hvor langt er 3.2?</blockquote><div>{TWO}</div><blockquote class="gmail_quote">Næste skridt: Udbud</blockquote><div>Udbuddet er forsinket, fordi prisen blev for høj.</div>'
        ),
        TWO_PARTS,
    ),
    # --- Apple
    said("apple mail, danish", lambda: plain(f"{TWO}\n\n{APPLE_DA}")),
    said("apple mail, english", lambda: plain(f"{TWO}\n\n{APPLE_EN}")),
    said(
        "apple mail, flowed",
        lambda: plain(
            f"{LONG[:70].rstrip()} \n{LONG[70:].lstrip()}\n\nMere kommer i december.\n\n{APPLE_DA}",
            params={"format": "flowed"},
        ),
        f"{LONG[:70].rstrip()} {LONG[70:].lstrip()}\n\nMere kommer i december.",
    ),
    said(
        "apple mail, flowed, deleted spaces",
        lambda: plain(f"{LONG[:70]} \n{LONG[70:]}\n\n{APPLE_DA}", params={"format": "flowed", "delsp": "yes"}),
        LONG,
    ),
    said(
        "apple mail, html only",
        lambda: page(
            f'{TWO}<br><div><br><blockquote type="cite"><div>Den 2. nov. 2026 kl. 09.00 skrev Anbefalinger:</div><br>{html_lines(QUESTION)}</blockquote></div>'
        ),
    ),
    said("iphone, danish", lambda: plain(f"{TWO}\n\nSendt fra min iPhone\n\n{APPLE_DA}")),
    said("iphone, english", lambda: plain(f"{TWO}\n\nSent from my iPhone\n\n{APPLE_EN}")),
    said("iphone, below its signature", lambda: plain(f"Sendt fra min iPhone\n\n{APPLE_DA}\n{TWO}\n")),
    said(
        "ipad, html only",
        lambda: page(
            f'<div dir="ltr">{TWO}</div><div dir="ltr"><br>Sendt fra min iPad</div><div dir="ltr"><br><blockquote type="cite">Den 2. nov. 2026 kl. 09.00 skrev Anbefalinger:<br><br></blockquote></div><blockquote type="cite">{html_lines(QUESTION)}</blockquote>'
        ),
    ),
    # --- Android and others
    said(
        "samsung, danish",
        lambda: plain(
            f"{TWO}\n\nSendt fra min Galaxy\n\n\n-------- Oprindelig meddelelse --------\nFra: {US}\nDato: 02.11.2026 09.00 (GMT+01:00)\nTil: Anna Holm <{ASKED}>\nEmne: Hvor langt?\n\n{QUESTION}"
        ),
    ),
    said(
        "samsung, english",
        lambda: plain(
            f"{TWO}\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: {US}\nDate: 02/11/2026 09:00 (GMT+01:00)\nTo: Anna Holm\nSubject: Hvor langt?\n\n{QUESTION}"
        ),
    ),
    said("thunderbird, danish", lambda: plain(f"{TWO}\n\nDen 02.11.2026 kl. 09.00 skrev Anbefalinger:\n{quoted()}\n")),
    said(
        "thunderbird, bottom-posted with signature",
        lambda: plain(f"On 02.11.2026 09:00, Anbefalinger wrote:\n{quoted()}\n\n{TWO}\n\n-- \n{BLOCK}\n"),
    ),
    said(
        "yahoo, danish",
        lambda: plain(
            f"{TWO}\n\n    Den mandag den 2. november 2026 09.00.00 CET skrev Anbefalinger <{REPLY_TO}>:\n\n {QUESTION}"
        ),
    ),
    said("windows mail", lambda: plain(f"{TWO}\n\nSendt fra Mail til Windows\n{OUTLOOK_DA}")),
    said("no quotation", lambda: plain(TWO)),
    said("address alone, no ids", lambda: plain(TWO, In_Reply_To=None, References=None)),
    said("ids alone, no key in the address", lambda: plain(TWO, to="svar@eksempel.dk")),
    said(
        "address in delivered-to",
        lambda: plain(TWO, to="svar@eksempel.dk", Delivered_To=REPLY_TO, In_Reply_To=None, References=None),
    ),
    said("sender in capitals", lambda: plain(TWO, sender="Anna Holm <Anna@Eksempel.DK>")),
    said(
        "subject and name in other letters",
        lambda: plain(TWO, subject="Sv: Ældre på Ærø", sender=f"Søren Åkær <{ASKED}>"),
    ),
    # --- What people write
    said("nested quotations", lambda: plain(f"{TWO}\n\n{GMAIL_DA}>\n{quoted(quoted())}\n")),
    said("greeted and signed", lambda: plain(f"Kære alle,\n\n{TWO}\n\nMvh. Anna\n\n{GMAIL_DA}")),
    said("best regards", lambda: plain(f"Hi,\n\n{TWO}\n\nBest regards,\nAnna Holm\nHealth and Care\n\n{GMAIL_EN}")),
    said(
        "signed with a disclaimer",
        lambda: plain(
            f"{TWO}\n\nVenlig hilsen\nAnna Holm\n\nDenne mail kan indeholde fortrolige oplysninger. Har du fået den ved en fejl, beder vi dig slette den og give afsenderen besked.\n{OUTLOOK_DA}"
        ),
    ),
    said(
        "postscript",
        lambda: plain(f"{TWO}\n\nHilsen Anna\n\nPS. Tallene kommer i december.\n\n{GMAIL_DA}"),
        f"{TWO}\n\nPS. Tallene kommer i december.",
    ),
    said(
        "a sentence that ends in a colon",
        lambda: plain(f"Forvaltningen skrev:\nDet går godt.\nFra: 1. december\n{OUTLOOK_DA}"),
        "Forvaltningen skrev:\nDet går godt.\nFra: 1. december",
    ),
    said(
        "a list",
        lambda: plain(f"Det er gjort:\n\n- udbud\n- ansættelser\n\n{GMAIL_DA}"),
        "Det er gjort:\n\n- udbud\n- ansættelser",
    ),
    said(
        "a list in html, and a link",
        lambda: page(
            '<p>Det er gjort:</p><ul><li>udbud</li><li>ansættelser</li></ul><p>Se <a href="https://eksempel.dk/referat">referatet</a>.</p>'
        ),
        "Det er gjort:\n\n- udbud\n- ansættelser\n\nSe referatet (https://eksempel.dk/referat).",
    ),
    said("one word", lambda: plain(f"Ja\n{OUTLOOK_DA}"), "Ja"),
    said(
        "forwarded with words on top, danish",
        lambda: plain(
            f"{TWO}\n\n---------- Videresendt meddelelse ---------\nFra: {US}\nDato: man. 2. nov. 2026 kl. 09.00\nEmne: Hvor langt?\nTil: <{ASKED}>\n\n{QUESTION}",
            subject="VS: Hvor langt er 3.2 Faste teams?",
        ),
    ),
    said(
        "forwarded with words on top, english",
        lambda: plain(
            f"{TWO}\n\n---------- Forwarded message ---------\nFrom: {US}\nDate: Mon, Nov 2, 2026 at 9:00 AM\nSubject: Hvor langt?\nTo: <{ASKED}>\n\n{QUESTION}",
            subject="Fwd: Hvor langt?",
        ),
    ),
    said(
        "forwarded with words on top, apple",
        lambda: plain(
            f"{TWO}\n\n> Start på videresendt besked:\n>\n> Fra: {US}\n> Emne: Hvor langt?\n> Dato: 2. nov. 2026 kl. 09.00\n> Til: {ASKED}\n>\n{quoted()}"
        ),
    ),
    # --- Files
    said(
        "with a pdf",
        lambda: brings(plain(f"{TWO}\n{OUTLOOK_DA}"), "Referat_fra mødet.pdf", a_pdf(), "application/pdf"),
        files=("Referat fra mødet",),
    ),
    said(
        "with a pdf and no words",
        lambda: brings(plain(f"\n{OUTLOOK_DA}"), "notat.pdf", a_pdf(), "application/pdf"),
        "",
        files=("notat",),
    ),
    said("with a program", lambda: brings(plain(TWO), "faktura.exe", b"MZ\x90\x00", "application/octet-stream")),
    said(
        "with a program that says it is a pdf",
        lambda: brings(plain(TWO), "../../notat.pdf", b"MZ\x90\x00", "application/pdf"),
    ),
    said(
        "with a picture and a logo",
        lambda: brings(
            brings(
                page(f'{TWO}<br><img src="cid:logo@1">', TWO),
                "image001.png",
                a_picture(),
                "image/png",
                cid="<logo@1>",
                disposition="inline",
            ),
            "skilt.jpg",
            a_picture((300, 300), "JPEG"),
            "image/jpeg",
        ),
        files=("skilt",),
    ),
]

OUTCOMES = [
    refused(
        "out of office, exchange",
        lambda: plain(
            "Jeg er på ferie til den 9. november.",
            subject="Automatisk svar: Hvor langt er 3.2?",
            Auto_Submitted="auto-generated",
        ),
        "automatic",
    ),
    refused(
        "out of office, by its subject",
        lambda: plain("Jeg er tilbage mandag.", subject="Ikke til stede: Hvor langt er 3.2?"),
        "automatic",
    ),
    refused(
        "out of office, english", lambda: plain("I am away.", subject="Out of Office: Hvor langt er 3.2?"), "automatic"
    ),
    refused("out of office, old header", lambda: plain("Væk.", X_Autoreply="yes", Precedence="bulk"), "automatic"),
    refused(
        "bounce",
        lambda: plain("Undelivered", sender="MAILER-DAEMON@eksempel.dk", subject="Undelivered Mail", Return_Path="<>"),
        "automatic",
    ),
    refused(
        "stranger's out of office", lambda: plain("Væk.", sender=STRANGER, Auto_Submitted="auto-replied"), "automatic"
    ),
    refused("wrong sender", lambda: plain(TWO, sender=STRANGER), "wrong_sender"),
    refused("two senders", lambda: plain(TWO, sender=f"{ASKED}, {STRANGER}"), "wrong_sender"),
    refused("empty", lambda: plain(f"\n\n{OUTLOOK_DA}"), "empty"),
    refused("empty but for a signature", lambda: plain(f"\n\nSendt fra min iPhone\n\n{APPLE_DA}"), "empty"),
    refused("quotation alone, bottom-posted in outlook", lambda: plain(f"{OUTLOOK_DA}\n{TWO}"), "empty"),
    refused(
        "20 MB",
        lambda: brings(plain(TWO), "film.pdf", b"%PDF-" + b"0" * (16 * 1024 * 1024), "application/pdf"),
        "too_large",
    ),
]
CASES = SHAPES + OUTCOMES
