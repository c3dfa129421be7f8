"""What mails say: one writer and three templates for each kind. Nothing is sent here."""

from recommendations.notifications import (  # noqa: F401  the writers of each kind
    answer_requests,
    asking,
    logins,
    readers,
    replies,
    staff,
    webhooks,
    workflow,
)
