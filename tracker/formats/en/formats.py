"""Dates as the British write them: 17 June 2024. Django's own for English are American; its Danish ones are right."""

DATE_FORMAT = "j F Y"
