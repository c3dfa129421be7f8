"""What mails say: one writer and three templates for each kind. Nothing is sent here."""

from recommendations.notifications import asking, staff, webhooks, workflow  # noqa: F401  the writers of each kind
