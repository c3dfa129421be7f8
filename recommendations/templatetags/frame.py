"""What stands around every public page: its menu, and whatever is the same on many pages."""

from __future__ import annotations

from urllib.parse import quote

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations import data_version
from recommendations.addresses import address

register = template.Library()

# By route: what the main menu leads to.
MENU = {
    "overview": _("Forside"),
    "recommendations": _("Anbefalinger"),
    "initiatives": _("Initiativer"),
    "publications": _("Kilder"),
    "committees": pgettext_lazy("flere", "Udvalg"),
    "news": pgettext_lazy("overskrift", "Nyt"),
    "reports": _("Rapporter"),
    "about": _("Om data"),
}


class KeptPart(template.Node):
    """A part of a page that is written once at each data version, in each language."""

    def __init__(self, content: NodeList, name: str, depends_on: list[FilterExpression]):
        self.content, self.name, self.depends_on = content, name, depends_on

    def render(self, context: Context) -> SafeString:
        key = ("part", self.name, *(one.resolve(context, ignore_failures=True) for one in self.depends_on))
        return data_version.kept(key, lambda: self.content.render(context))


@register.tag
def kept(parser: Parser, token: Token) -> KeptPart:
    """`{% kept name value … %}…{% endkept %}`: the part with this name, and another for other values.

    Whatever else the part shows must be the municipality's, or nobody's: it is shown to everybody.
    """
    _kept, name, *values = token.split_contents()
    content = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptPart(content, name, [parser.compile_filter(value) for value in values])


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> SafeString:
    """The links, with `aria-current` for the page itself, or for the room that the page is in."""
    path = getattr(context.get("request"), "path", "")
    here = next((route for route in reversed(MENU) if path.startswith(address(route))), "")
    current = "page" if here and path == address(here) else "" if here == "overview" else "true"
    return data_version.kept(("menu", here, current), lambda: _menu(here, current))


def _menu(here: str, current: str) -> SafeString:
    links = []
    for route, label in MENU.items():
        is_here = f' aria-current="{current}"' if current and route == here else ""
        links.append(f'<li><a href="{address(route)}"{is_here}>{escape(label)}</a></li>')
    return SafeString("\n".join(links))


@register.simple_tag(takes_context=True)
def report_address(context: Context) -> str:
    """Where an error in this page is reported; not which page, where its address is a secret of the reader's."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    path = "" if match and "token" in match.kwargs else getattr(request, "path", "")
    return f"{address('report_error')}?side={quote(path)}"
