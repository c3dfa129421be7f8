"""What mails say: one writer and three templates for each kind. Nothing is sent here."""
