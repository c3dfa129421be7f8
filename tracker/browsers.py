"""What browser somebody has, as a person would call it: for the mails about their login."""

from __future__ import annotations

from django.http import HttpRequest

# What a browser says of itself -> what it is called; the first that is found, as each names those it is like.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac": "Mac"}


def browser_of(request: HttpRequest) -> str:
    """Its make and what it runs on, no closer than a person knows them: »Firefox, Windows«. Empty of a program."""
    agent = request.headers.get("User-Agent", "")
    found = (next((name for mark, name in names.items() if mark in agent), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))
