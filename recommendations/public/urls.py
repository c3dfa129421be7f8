"""Addresses people see: Danish paths, English route names."""

from django.urls import path, register_converter

from recommendations.models.publication import SHORT_CODE
from recommendations.public import (
    about,
    calendars,
    committees,
    downloads,
    error_reports,
    evidence,
    feeds,
    items,
    lists,
    news,
    overview,
    posters,
    publications,
    reports,
    short,
    sitemap,
    withholdings,
)


class ShortCode:
    """The short code of a source as somebody types it, so in capitals too."""

    regex = f"(?i:{SHORT_CODE})"

    def to_python(self, value: str) -> str:
        return value.lower()

    def to_url(self, value: str) -> str:
        return value


register_converter(ShortCode, "short_code")

# What people read: in Danish as it stands here, in English with /en before it.
pages = [
    path("", overview.overview, name="overview"),
    path("anbefalinger/", lists.recommendations, name="recommendations"),
    path("anbefalinger/<slug:publication>/<str:number>/", items.recommendation, name="recommendation"),
    path("anbefalinger/<slug:publication>/<str:number>/qr.svg", posters.recommendation_qr, name="recommendation_qr"),
    path(
        "anbefalinger/<slug:publication>/<str:number>/opslag/",
        posters.recommendation_poster,
        name="recommendation_poster",
    ),
    path("initiativer/", lists.initiatives, name="initiatives"),
    path("initiativer/<slug:publication>/<str:number>/", items.initiative, name="initiative"),
    path("initiativer/<slug:publication>/<str:number>/qr.svg", posters.initiative_qr, name="initiative_qr"),
    path("initiativer/<slug:publication>/<str:number>/opslag/", posters.initiative_poster, name="initiative_poster"),
    path("kilder/<slug:slug>/", publications.publication, name="publication"),
    path("udvalg/", committees.committees, name="committees"),
    path("udvalg/<str:code>/", committees.committee, name="committee"),
    path("nyt/", news.news, name="news"),
    path("rapporter/", reports.reports, name="reports"),
    path("rapporter/vis/", reports.report, name="report"),
    path("rapporter/kontroller/", reports.check_report, name="check_report"),
    path("rapporter/<str:code>/", reports.issued_report, name="issued_report"),
    path("fejl/", error_reports.report, name="report_error"),
    path("fejl/sendt/", error_reports.sent, name="error_reported"),
    path("om/", about.about, name="about"),
    path("fjernet/", withholdings.withholdings, name="withholdings"),
    path("tilgaengelighed/", about.accessibility, name="accessibility"),
    path("was", about.was, name="was"),
    path("was/", about.was),
    path("<short_code:code>", short.publication, name="short_publication"),
    path("<short_code:code>/", short.publication),
    path("<short_code:code>/<str:number>", short.recommendation, name="short_recommendation"),
    path("<short_code:code>/<str:number>/", short.recommendation),
    path("<short_code:code>/i/<str:number>", short.initiative, name="short_initiative"),
    path("<short_code:code>/i/<str:number>/", short.initiative),
]

# What programs fetch and keep: one address each, in the language of what is in it, which is Danish.
files = [
    path("anbefalinger/feed/", feeds.recommendations_feed, name="recommendations_feed"),
    path("anbefalinger/kalender.ics", calendars.recommendations_calendar, name="recommendations_calendar"),
    path("anbefalinger/<slug:publication>/<str:number>/feed/", feeds.recommendation_feed, name="recommendation_feed"),
    path("initiativer/feed/", feeds.initiatives_feed, name="initiatives_feed"),
    path("initiativer/kalender.ics", calendars.initiatives_calendar, name="initiatives_calendar"),
    path("initiativer/<slug:publication>/<str:number>/feed/", feeds.initiative_feed, name="initiative_feed"),
    path("anbefalinger/hent/", downloads.recommendations_download, name="recommendations_download"),
    path("initiativer/hent/", downloads.initiatives_download, name="initiatives_download"),
    path("nyt/feed/", feeds.news_feed, name="news_feed"),
    path("nyt/kalender.ics", calendars.news_calendar, name="news_calendar"),
    path("dokumentation/<uuid:key>/<int:position>/", evidence.evidence_file, name="evidence_file"),
    path("robots.txt", about.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<int:page>.xml", sitemap.sitemap_page, name="sitemap_page"),
]
