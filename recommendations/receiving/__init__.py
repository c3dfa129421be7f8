"""Answers to mails that asked for a status: read, told from quotations and signatures, and made into drafts."""
