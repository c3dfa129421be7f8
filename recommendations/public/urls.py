"""Addresses people see: Danish paths, English route names."""

from django.urls import path

from recommendations.public import (
    about,
    calendars,
    committees,
    evidence,
    feeds,
    items,
    lists,
    news,
    overview,
    publications,
    sitemap,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("anbefalinger/", lists.recommendations, name="recommendations"),
    path("anbefalinger/feed/", feeds.recommendations_feed, name="recommendations_feed"),
    path("anbefalinger/kalender.ics", calendars.recommendations_calendar, name="recommendations_calendar"),
    path("anbefalinger/<slug:publication>/<str:number>/", items.recommendation, name="recommendation"),
    path("anbefalinger/<slug:publication>/<str:number>/feed/", feeds.recommendation_feed, name="recommendation_feed"),
    path("initiativer/", lists.initiatives, name="initiatives"),
    path("initiativer/feed/", feeds.initiatives_feed, name="initiatives_feed"),
    path("initiativer/kalender.ics", calendars.initiatives_calendar, name="initiatives_calendar"),
    path("initiativer/<slug:publication>/<str:number>/", items.initiative, name="initiative"),
    path("initiativer/<slug:publication>/<str:number>/feed/", feeds.initiative_feed, name="initiative_feed"),
    path("kilder/<slug:slug>/", publications.publication, name="publication"),
    path("udvalg/", committees.committees, name="committees"),
    path("udvalg/<str:code>/", committees.committee, name="committee"),
    path("nyt/", news.news, name="news"),
    path("nyt/feed/", feeds.news_feed, name="news_feed"),
    path("nyt/kalender.ics", calendars.news_calendar, name="news_calendar"),
    path("om/", about.about, name="about"),
    path("dokumentation/<uuid:key>/<int:position>/", evidence.evidence_file, name="evidence_file"),
    path("robots.txt", about.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<int:page>.xml", sitemap.sitemap_page, name="sitemap_page"),
]
