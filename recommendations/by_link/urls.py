"""Addresses in mails to staff."""

from django.urls import path

from recommendations.by_link import preferences, work

pages = [
    path("svar/<str:token>/", work.mail_work, name="mail_work"),
    path("svar/<str:token>/mail/", preferences.mail_preferences, name="mail_preferences"),
]
