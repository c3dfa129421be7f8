"""News that somebody outside knows of: a draft for those who own the item, and for them alone to make something of."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish
from recommendations.actions.drafts import Seen
from recommendations.actions.proof import EvidenceContent, replace_evidence
from recommendations.actions.state import checked, lock, record
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, UpdateKind, UpdateState
from recommendations.models import Committee, Item, Ownership, StatusUpdate


@in_turn()
def suggest_news(*, item: Item, text: str, url: str) -> list[StatusUpdate]:
    """A draft without an author for each committee that owns the item today; an administrator's where none does.

    Without `by`, as anybody may. The event says that it came, and nothing of what it says.
    """
    if danish.is_blank(text):
        raise ValidationError({"text": _("Skriv, hvad du ved.")})
    if danish.is_blank(url):
        raise ValidationError({"url": _("Skriv et link til det, du har læst eller set.")})
    item = lock(item)
    owned = Ownership.objects.in_force().filter(item=item).select_related("committee").order_by("pk")
    owners: dict[int, Committee] = {one.committee_id: one.committee for one in owned}
    return [_draft(item, committee, text, url) for committee in (owners.values() or [None])]


def _draft(item: Item, committee: Committee | None, text: str, url: str) -> StatusUpdate:
    """A new one; told twice it is there once."""
    waiting = StatusUpdate.objects.filter(item=item, committee=committee, author=None, state=UpdateState.DRAFT)
    waiting = waiting.filter(text=danish.normalised(text), evidence__url=url.strip())
    if found := waiting.order_by("pk").first():
        return found
    update = StatusUpdate(
        item=item,
        committee=committee,
        kind=UpdateKind.NOTE,
        state=UpdateState.DRAFT,
        on=timezone.localdate(),
        text=danish.normalised(text),
        based_on_id=Seen.now(item).latest,
        version=1,
    )
    checked(update)
    replace_evidence(update, [EvidenceContent(title=_("Link fra en borger"), url=url.strip())])
    record(act=Act.NEWS_SUGGESTED, by=None, item=item, committee=committee, on=update.on, update=update)
    return update
