"""Addresses people see: Danish paths, English route names."""

from django.urls import path

from recommendations.public import about, committees, evidence, items, lists, overview, publications

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("anbefalinger/", lists.recommendations, name="recommendations"),
    path("anbefalinger/<slug:publication>/<str:number>/", items.recommendation, name="recommendation"),
    path("initiativer/", lists.initiatives, name="initiatives"),
    path("initiativer/<slug:publication>/<str:number>/", items.initiative, name="initiative"),
    path("kilder/<slug:slug>/", publications.publication, name="publication"),
    path("udvalg/", committees.committees, name="committees"),
    path("udvalg/<str:code>/", committees.committee, name="committee"),
    path("om/", about.about, name="about"),
    path("dokumentation/<uuid:key>/<int:position>/", evidence.evidence_file, name="evidence_file"),
    path("robots.txt", about.robots, name="robots"),
]
