"""A field of a form with its label, its help and what is wrong with it, by code: a filter form has fifteen of them."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """The field in a block of its own; several controls stand in a `<fieldset>`."""
    label, hint = conditional_escape(bound.label), ""
    if bound.help_text:
        hint = f'<p class="hint" id="{bound.auto_id}_helptext">{conditional_escape(bound.help_text)}</p>'
    inside = f"{hint}{bound.errors}{bound}"
    if not bound.use_fieldset:
        return SafeString(f'<div class="field"><label for="{bound.id_for_label}">{label}</label>\n{inside}</div>\n')
    described = f' aria-describedby="{bound.aria_describedby}"' if bound.aria_describedby else ""
    return SafeString(f'<fieldset class="field"{described}><legend>{label}</legend>\n{inside}</fieldset>\n')


@register.simple_tag
def check(bound: BoundField) -> SafeString:
    """A checkbox among others."""
    label = f'<label for="{escape(bound.id_for_label)}">{conditional_escape(bound.label)}</label>'
    return SafeString(f'<div class="check">{bound.errors}{bound} {label}</div>\n')
