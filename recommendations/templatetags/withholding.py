"""Where an administrator takes away what the law says must go."""

from __future__ import annotations

from django import template
from django.db.models import Model
from django.template.context import Context
from django.urls import reverse

from recommendations import permissions
from recommendations.traces import withholdable

register = template.Library()


@register.simple_tag(takes_context=True)
def withhold_address(context: Context, row: Model) -> str:
    """The page that takes something away from what stands in `row`; empty for who may not, and where nothing stands."""
    model = row._meta.concrete_model
    if model is None or not withholdable(model) or not permissions.can_administer(context["request"].user):
        return ""
    return f"{reverse('withhold')}?tabel={model._meta.model_name}&raekke={row.pk}"
