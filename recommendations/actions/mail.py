"""How often somebody wants mail."""

from __future__ import annotations

from django.contrib.auth.models import User

from recommendations.actions.turns import in_turn
from recommendations.models import MailPreference


@in_turn()
def choose_mail(*, by: User, is_daily: bool) -> MailPreference:
    """Get one mail a day, or each as it happens.

    No event: it is nobody's business but the person's own, changes nothing that is tracked, and holds wherever they
    work, while an event is one municipality's and stays for good.
    """
    preference, _is_new = MailPreference.objects.update_or_create(user=by, defaults={"is_daily": is_daily})
    return preference
