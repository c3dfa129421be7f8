"""Form fields written by code: the markup that Django's own templates make, but for white space."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from recommendations.templatetags.fields import check, field
from tracker.form_html import WRITERS, WrittenByCode

NASTY = "<b>&\"'"
CHOICES = [("", "Alle"), ("a", "Ja"), (NASTY, NASTY), (mark_safe("s"), mark_safe("<i>sikker</i>"))]
GROUPED = [("Gruppe <b>", [("a", "Ja"), ("b", "Nej")]), ("c", "Måske")]
FIELDS = {
    "text": forms.CharField(max_length=9, help_text=NASTY),
    "number": forms.IntegerField(min_value=1),
    "hidden": forms.CharField(widget=forms.HiddenInput),
    "yes": forms.BooleanField(label=NASTY),
    "one": forms.ChoiceField(choices=CHOICES),
    "grouped": forms.ChoiceField(choices=GROUPED),
    "some": forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple, help_text="Vælg"),
    "boxes_in_groups": forms.MultipleChoiceField(choices=GROUPED, widget=forms.CheckboxSelectMultiple),
    "radio": forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect(attrs={"class": "wide"})),
    "long": forms.CharField(widget=forms.Textarea),
}
SAID = {
    "text": NASTY, "number": "12000", "hidden": NASTY, "yes": "on", "one": NASTY, "grouped": "b",
    "some": ["a", "s", "none"], "boxes_in_groups": ["b"], "radio": "a", "long": NASTY,
}  # fmt: skip


def squeezed(html):
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html))


def form(data, renderer):
    made = type("AnyForm", (forms.Form,), dict(FIELDS))
    return made(data, renderer=renderer, use_required_attribute=False)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("data", [None, {}, SAID], ids=["untouched", "refused", "filled in"])
def test_is_what_django_writes(name, data):
    by_code, by_templates = form(data, WrittenByCode()), form(data, DjangoTemplates())
    assert squeezed(str(by_code[name])) == squeezed(str(by_templates[name]))
    assert str(by_code[name].errors) == str(by_templates[name].errors)


def test_the_common_widgets_need_no_template():
    common = ("text", "number", "hidden", "yes", "one", "some", "radio")
    assert {FIELDS[name].widget.template_name for name in common} <= set(WRITERS)


def test_a_field_stands_with_its_label_its_help_and_what_is_wrong():
    refused = form({"text": ""}, WrittenByCode())["text"]
    hint = '<p class="hint" id="id_text_helptext">&lt;b&gt;&amp;&quot;&#x27;</p>'
    inside = f'<label for="id_text">Text</label>{hint}{refused.errors}{refused}'
    assert squeezed(field(refused)) == squeezed(f'<div class="field">{inside}</div>')
    assert 'aria-invalid="true" aria-describedby="id_text_helptext id_text_error"' in field(refused)


def test_several_controls_stand_in_a_fieldset_that_says_what_is_wrong():
    html = squeezed(field(form({}, WrittenByCode())["some"]))
    assert html.startswith(
        '<fieldset class="field" aria-describedby="id_some_helptext id_some_error"><legend>Some</legend>'
    )
    assert html.endswith("</fieldset>")


def test_a_checkbox_stands_before_its_label():
    html = check(form(None, WrittenByCode())["yes"])
    assert html.index("<input") < html.index('<label for="id_yes">&lt;b&gt;')
