"""Form fields as Django writes them, but by code: a filter form has a hundred small parts, and as many templates cost
more than the rest of its page. The markup is that of `django/forms/widgets/`, which still writes every other widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, escape


def _attributes(of: Mapping[str, Any]) -> str:
    said = [(name, value) for name, value in of.items() if value is not False]
    return "".join([f" {name}" if value is True else f' {name}="{escape(value)}"' for name, value in said])


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{escape(widget["value"])}"'
    return f'<input type="{widget["type"]}" name="{escape(widget["name"])}"{value}{_attributes(widget["attrs"])}>'


def _labelled(option: Mapping[str, Any]) -> str:
    label = conditional_escape(option["label"])
    return f'<label for="{escape(option["attrs"]["id"])}">{_input(option)} {label}</label>'


def _option(option: Mapping[str, Any]) -> str:
    label = conditional_escape(option["label"])
    return f'<option value="{escape(option["value"])}"{_attributes(option["attrs"])}>{label}</option>'


def _select(widget: Mapping[str, Any]) -> str:
    parts = []
    for group, options, _index in widget["optgroups"]:
        written = "\n".join(map(_option, options))
        parts.append(f'<optgroup label="{escape(group)}">{written}</optgroup>' if group else written)
    listed = "\n".join(parts)
    return f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>{listed}</select>'


def _choices(widget: Mapping[str, Any]) -> str:
    attributes = {name: widget["attrs"][name] for name in ("id", "class") if widget["attrs"].get(name)}
    options = [option for _group, options, _index in widget["optgroups"] for option in options]
    return f"<div{_attributes(attributes)}>{''.join([f'<div>{_labelled(one)}</div>' for one in options])}</div>"


def _is_plain(widget: Mapping[str, Any]) -> bool:
    """Choices without groups, each in a label of its own."""
    return all(
        not group and all(option["wrap_label"] and option["attrs"].get("id") for option in options)
        for group, options, _index in widget["optgroups"]
    )


WRITERS = {
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/checkbox_select.html": _choices,
    "django/forms/widgets/radio.html": _choices,
    **{f"django/forms/widgets/{name}.html": _input for name in ("checkbox", "hidden", "number", "text")},
}
NO_ERRORS = "django/forms/errors/list/default.html"


class WrittenByCode(DjangoTemplates):
    """Django's renderer of forms, with the common widgets written here."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        writer = WRITERS.get(template_name)
        if writer and (writer is not _choices or _is_plain(context["widget"])):
            return writer(context["widget"])
        if template_name == NO_ERRORS and not context["errors"]:
            return ""
        return super().render(template_name, context, request)
