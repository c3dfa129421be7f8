"""Addresses people see: Danish paths, English route names."""

import re

from django.urls import path, re_path, register_converter

from recommendations.models.publication import SHORT_CODE
from recommendations.public import (
    about,
    calendars,
    committees,
    downloads,
    error_reports,
    evidence,
    feeds,
    finding,
    following,
    glance_pictures,
    images,
    items,
    lists,
    log,
    meetings,
    news,
    overview,
    posters,
    publications,
    reports,
    search,
    sender,
    short,
    sitemap,
    suggestions,
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

# The pages that are sent something, by the names of their routes; the others are read only.
TAKES_POST = frozenset(
    {
        "report_error",
        "check_report",
        "follow",
        "reader_link",
        "confirm_following",
        "end_following",
        "held_about_reader",
        "suggest_news",
    }
)

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
    path("anbefalinger/<slug:publication>/", short.list_of_source, {"room": "recommendations"}),
    path("initiativer/", lists.initiatives, name="initiatives"),
    path("initiativer/<slug:publication>/<str:number>/", items.initiative, name="initiative"),
    path("initiativer/<slug:publication>/<str:number>/qr.svg", posters.initiative_qr, name="initiative_qr"),
    path("initiativer/<slug:publication>/<str:number>/opslag/", posters.initiative_poster, name="initiative_poster"),
    path("initiativer/<slug:publication>/", short.list_of_source, {"room": "initiatives"}),
    path("kilder/", overview.publications, name="publications"),
    path("kilder/<slug:slug>/", publications.publication, name="publication"),
    path("kilder/<slug:slug>/billede.svg", glance_pictures.publication_svg, name="publication_svg"),
    path("kilder/<slug:slug>/billede.png", glance_pictures.publication_png, name="publication_png"),
    path("udvalg/", committees.committees, name="committees"),
    path("udvalg/<str:code>/", committees.committee, name="committee"),
    path("moeder/", meetings.meetings, name="meetings"),
    path("moeder/<str:code>/", meetings.committee_meetings, name="committee_meetings"),
    path("moeder/<str:code>/<str:on>/", meetings.meeting, name="meeting"),
    path("nyt/", news.news, name="news"),
    path("soeg/", search.search_page, name="search"),
    path("rapporter/", reports.reports, name="reports"),
    path("rapporter/vis/", reports.report, name="report"),
    path("rapporter/kontroller/", reports.check_report, name="check_report"),
    path("rapporter/<str:code>/", reports.issued_report, name="issued_report"),
    path("r/<str:code>", reports.short_report, name="short_report"),
    path("r/<str:code>/", reports.short_report),
    path("fejl/", error_reports.report, name="report_error"),
    path("fejl/sendt/", error_reports.sent, name="error_reported"),
    path("nyt-at-fortaelle/", suggestions.suggest, name="suggest_news"),
    path("nyt-at-fortaelle/sendt/", suggestions.suggested, name="news_suggested"),
    path("foelg/", following.follow_page, name="follow"),
    path("foelg/sendt/", following.asked, name="follow_asked"),
    path("foelg/mine/", following.reader_link, name="reader_link"),
    path("foelg/mine/<str:token>/", following.held, name="held_about_reader"),
    path("foelg/bekraeft/<str:token>/", following.confirm, name="confirm_following"),
    path("foelg/slut/<str:token>/", following.end, name="end_following"),
    path("om/", about.about, name="about"),
    path("fjernet/", withholdings.withholdings, name="withholdings"),
    path("tilgaengelighed/", about.accessibility, name="accessibility"),
    path("was", about.was, name="was"),
    path("was/", about.was),
    path("<short_code:code>", short.publication, name="short_publication"),
    path("<short_code:code>/", short.publication),
    path("<short_code:code>/i", short.list_of_code),
    path("<short_code:code>/i/", short.list_of_code),
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
    path(
        "anbefalinger/<slug:publication>/<str:number>/kalender.ics",
        calendars.recommendation_calendar,
        name="recommendation_calendar",
    ),
    path("initiativer/feed/", feeds.initiatives_feed, name="initiatives_feed"),
    path("initiativer/kalender.ics", calendars.initiatives_calendar, name="initiatives_calendar"),
    path("initiativer/<slug:publication>/<str:number>/feed/", feeds.initiative_feed, name="initiative_feed"),
    path(
        "initiativer/<slug:publication>/<str:number>/kalender.ics",
        calendars.initiative_calendar,
        name="initiative_calendar",
    ),
    path("anbefalinger/hent/", downloads.recommendations_download, name="recommendations_download"),
    path("initiativer/hent/", downloads.initiatives_download, name="initiatives_download"),
    path("nyt/feed/", feeds.news_feed, name="news_feed"),
    path("nyt/kalender.ics", calendars.news_calendar, name="news_calendar"),
    path("rapporter/<str:code>/bevis/", log.report_proof, name="report_proof"),
    path("moeder/<str:code>/<str:on>/kalender.ics", calendars.meeting_calendar, name="meeting_calendar"),
    path("dokumentation/", short.about_evidence),
    path("dokumentation/<uuid:key>/", short.documented),
    path("dokumentation/<uuid:key>/<int:position>/", evidence.evidence_file, name="evidence_file"),
    path("bomaerke/<str:name>", sender.mark, name="mark"),
    path("farver.css", sender.colours, name="colours"),
    path("robots.txt", finding.robots, name="robots"),
    path("site.webmanifest", finding.manifest, name="manifest"),
    path(".well-known/security.txt", finding.security_txt, name="security_txt"),
    re_path(f"^(?P<file>{'|'.join(map(re.escape, images.ICON_SIZES))})$", images.icon, name="icon"),
    path("deling.png", images.overview_picture, name="overview_share"),
    path("kilder/<slug:slug>/deling.png", images.publication_picture, name="publication_share"),
    path("udvalg/<str:code>/deling.png", images.committee_picture, name="committee_share"),
    path(
        "anbefalinger/<slug:publication>/<str:number>/deling.png",
        images.recommendation_picture,
        name="recommendation_share",
    ),
    path(
        "initiativer/<slug:publication>/<str:number>/deling.png",
        images.initiative_picture,
        name="initiative_share",
    ),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<int:page>.xml", sitemap.sitemap_page, name="sitemap_page"),
]
