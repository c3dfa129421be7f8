"""Parts of mails as mail programs write them; all people and addresses are made up."""

from __future__ import annotations

import io
from email.message import EmailMessage
from email.policy import SMTP

import pypdf
from PIL import Image

ASKED, STRANGER = "anna@eksempel.dk", "nogen@eksempel.net"
KEY = "0123456789abcdef0123456789abcdef"
REPLY_TO = f"svar+{KEY}@eksempel.dk"
MESSAGE_ID = f"<{KEY}@anbefalinger.eksempel.dk>"
US = f"Anbefalinger <{REPLY_TO}>"

QUESTION = """Hej Anna

Hvor langt er 3.2 Faste teams?

Status: I gang siden 1. maj 2026
Næste skridt: Udbud

Svar på den her mail, så bliver det til en kladde."""


def quoted(text=QUESTION, mark="> "):
    return "\n".join(f"{mark}{line}".rstrip() for line in text.split("\n"))


def headed(subject="SV: Hvor langt er 3.2 Faste teams?", sender=f"Anna Holm <{ASKED}>", to=US, **more):
    mail = EmailMessage(policy=SMTP)
    heads = {
        "Received": "from mail.eksempel.dk by mx.eksempel.dk; Mon, 2 Nov 2026 10:12:00 +0100",
        "From": sender,
        "To": to,
        "Date": "Mon, 02 Nov 2026 10:12:00 +0100",
        "Subject": subject,
        "Message-ID": "<svar-1@eksempel.dk>",
        "In-Reply-To": MESSAGE_ID,
        "References": MESSAGE_ID,
    }
    for name, value in (heads | {name.replace("_", "-"): value for name, value in more.items()}).items():
        if value is not None:
            mail[name] = value
    return mail


def plain(text, *, charset="utf-8", cte=None, params=None, **heads):
    mail = headed(**heads)
    mail.set_content(text, charset=charset, cte=cte)
    for name, value in (params or {}).items():
        mail.set_param(name, value)
    return mail


def page(html, text=None, **heads):
    mail = headed(**heads)
    if text is None:
        mail.set_content(f"<html><body>{html}</body></html>", subtype="html")
    else:
        mail.set_content(text)
        mail.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
    return mail


def brings(mail, name, content, kind="application/octet-stream", **more):
    main, sub = kind.split("/")
    mail.add_attachment(content, maintype=main, subtype=sub, filename=name, **more)
    return mail


def a_pdf():
    made, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(made)
    return made.getvalue()


def a_picture(size=(40, 40), kind="PNG"):
    made = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(made, kind)
    return made.getvalue()


OUTLOOK_DA = f"""
Fra: {US}
Sendt: 2. november 2026 09:00
Til: Anna Holm <{ASKED}>
Emne: Hvor langt er 3.2 Faste teams?

{QUESTION}
"""
OUTLOOK_EN = f"""
From: {US}
Sent: Monday, November 2, 2026 9:00 AM
To: Anna Holm <{ASKED}>
Subject: Hvor langt er 3.2 Faste teams?

{QUESTION}
"""
GMAIL_DA = f"Den man. 2. nov. 2026 kl. 09.00 skrev Anbefalinger <\n{REPLY_TO}>:\n\n{quoted()}\n"
GMAIL_EN = f"On Mon, Nov 2, 2026 at 9:00 AM Anbefalinger <\n{REPLY_TO}> wrote:\n\n{quoted()}\n"
APPLE_DA = f"> Den 2. nov. 2026 kl. 09.00 skrev {US}:\n>\n{quoted()}\n"
APPLE_EN = f"> On 2 Nov 2026, at 09.00, {US} wrote:\n>\n{quoted()}\n"
NO_QUOTE = ""

TWO = "Vi har ansat to medarbejdere. De begynder 1. december."
TWO_PARTS = f"{TWO}\n\nUdbuddet er forsinket, fordi prisen blev for høj."
BLOCK = "Anna Holm\nSpecialkonsulent\nSundhed og Omsorg\nTlf. 33 00 00 00\nanna@eksempel.dk"


def html_lines(text):
    return "".join(f"<div>{line or '<br>'}</div>" for line in text.split("\n"))


def outlook_html(text, quoted_head):
    """As Word writes it: a paragraph a line, and a line drawn above the head of what is quoted."""
    paragraphs = "".join(f'<p class="MsoNormal">{line or "&nbsp;"}<o:p></o:p></p>' for line in text.split("\n"))
    head = "<br>".join(
        f"<b>{line.split(':', 1)[0]}:</b>{line.split(':', 1)[1]}".replace("<svar", "&lt;svar").replace("dk>", "dk&gt;")
        for line in quoted_head.strip().split("\n")[:4]
    )
    return (
        f'<div class="WordSection1">{paragraphs}<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;'
        f'padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">{head}<o:p></o:p></p></div></div>'
        f"{''.join(f'<p class=MsoNormal>{line}</p>' for line in QUESTION.split(chr(10)))}</div>"
    )


def gmail_html(text, intro):
    return (
        f'<div dir="ltr">{html_lines(text)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{intro}'
        f' skrev Anbefalinger &lt;<a href="mailto:{REPLY_TO}">{REPLY_TO}</a>&gt;:<br></div><blockquote '
        f'class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid">{html_lines(QUESTION)}</blockquote></div>'
    )


LONG = (
    "Vi har talt med alle ti distrikter, og otte af dem er med. De to sidste venter på at få en leder, og det sker "
    "efter nytår, når budgettet er på plads og stillingerne er slået op."
)
WRAPPED = (
    "Vi har talt med alle ti distrikter, og otte af dem er med. De to sidste\nventer på at få en leder, og det sker "
    "efter nytår, når budgettet er på plads\nog stillingerne er slået op."
)
