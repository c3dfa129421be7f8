"""Which programs elsewhere are called with news: an administrator's to write."""

from __future__ import annotations

from copy import copy
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from recommendations import calling, permissions, tenancy
from recommendations.actions import state
from recommendations.actions.sources import tell
from recommendations.actions.turns import in_turn
from recommendations.enums import Act
from recommendations.models import Webhook


@in_turn()
def save_webhook(
    *,
    by: User,
    url: str,
    is_active: bool = True,
    webhook: Webhook | None = None,
    request_key: UUID | None = None,
) -> Webhook:
    """Add an address to call, with a secret of its own; or change one, or let it rest. The log never says secrets."""
    permissions.check_can_administer(by)
    before = Webhook.objects.select_for_update().get(pk=webhook.pk) if webhook else None
    if state.done_before(request_key) and (found := before or Webhook.objects.filter(url=url.strip()).first()):
        return found
    row = copy(before) if before else Webhook(municipality=tenancy.current(), secret=calling.new_secret())
    row.url, row.is_active = url.strip(), is_active
    changes = state.changed_fields(before, row)
    changes.pop("secret", None)
    if before and not changes:
        return before
    if "url" in changes and not calling.is_at_port(row.url):  # one that was written before it was refused can rest
        raise ValidationError({"url": calling.OTHER_PORT})
    state.checked(row)
    tell(Act.WEBHOOK_SAVED, by, None, changes, request_key)
    return row


@in_turn()
def renew_webhook_secret(*, by: User, webhook: Webhook, request_key: UUID | None = None) -> Webhook:
    """Sign with another secret from now on: the one before is known to others, or to nobody."""
    permissions.check_can_administer(by)
    row: Webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if state.done_before(request_key):
        return row
    row.secret = calling.new_secret()
    state.checked(row)
    tell(Act.WEBHOOK_SAVED, by, None, {"url": [row.url, row.url]}, request_key)
    return row


@in_turn()
def remove_webhook(*, by: User, webhook: Webhook) -> None:
    """Call it no more; what waited for it goes too. Nothing where it is gone already."""
    permissions.check_can_administer(by)
    row = Webhook.objects.select_for_update().filter(pk=webhook.pk).order_by("pk").first()
    if row is None:
        return
    gone = {"url": [row.url, ""]}
    row.delete()
    tell(Act.WEBHOOK_REMOVED, by, None, gone, None)
