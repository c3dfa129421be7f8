"""What somebody would write in an afternoon: plain models, django-filter, a COUNT for each facet, templates."""
