"""What stands against noise in forms that anybody may send, without an account, a cookie or a name.

Such a form is exempt from the check of a token in a cookie, as it sets none. There is nothing for a forged request to
steal or misuse: its view reads neither session nor login, acts in nobody's name and shows nobody's data, so another
site can do no more through a visitor's browser than by sending the form itself. What is left is noise, and against that
stand the signed time, the trap, the limit for each address and the name of the site that a browser says it came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.public.budgets import address_of

HOUR = 60 * 60
SOONEST, LATEST = 3, 24 * HOUR  # seconds from the opening of a form to its sending
TRAP = "hjemmeside"  # a field that people do not see and robots fill in


@dataclass(frozen=True)
class FormGuard:
    """Of the forms of one `room`: so many sent in an hour from one address at `most`, and from its whole network."""

    room: str
    most: int
    most_of_network: int

    def token(self, *, ripe: bool = False) -> str:
        """The time as a signed text for the form to carry; when `ripe`, the form may be sent at once."""
        opened = int(timezone.now().timestamp()) - (SOONEST if ripe else 0)
        return signing.Signer(salt=self.room).sign(str(opened))

    def suspicion(self, request: HttpRequest) -> str:
        """What tells that no person has sent the form, said as to one, for whom sending it once more is enough."""
        if request.POST.get(TRAP):
            return _("Et skjult felt var udfyldt, så vi troede, du var en robot. Tryk på »Send« igen.")
        try:
            opened = int(signing.Signer(salt=self.room).unsign(request.POST.get("tid", "")))
        except signing.BadSignature:
            return _("Vi kunne ikke se, hvornår formularen blev åbnet. Tryk på »Send« igen.")
        age = timezone.now().timestamp() - opened
        if age < SOONEST:
            return _("Det gik så stærkt, at vi troede, du var en robot. Tryk på »Send« igen.")
        if age > LATEST:
            return _("Formularen har stået åben i mere end et døgn. Tryk på »Send« igen.")
        if not _is_from_here(request):
            return _("Formularen kom fra et andet sted end denne side. Tryk på »Send« igen.")
        return ""

    def is_within_limit(self, request: HttpRequest) -> bool:
        """Take one of the hour's places for the sender's address, and one for the network around it."""
        address, network = address_of(request)
        return self._takes(address, self.most) and self._takes(network, self.most_of_network)

    def _takes(self, whose: str, most: int) -> bool:
        """The cache is shared, and `add` lets nobody in twice."""
        sender = salted_hmac(self.room, whose).hexdigest()
        return any(cache.add(f"{self.room}:{place}:{sender}", "1", HOUR) for place in range(most))


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the browser names this site, or none, as where the form stood."""
    try:
        host = urlsplit(request.headers.get("Origin", "")).netloc
    except ValueError:
        return False
    return host in {"", request.get_host(), urlsplit(tenancy.site_url()).netloc}
