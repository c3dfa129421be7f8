"""What the log says; read before the models are, so it knows none of them."""

import logging
import re

from django.core.exceptions import BadRequest


class RefusalsOnOneLine(logging.Filter):
    """A day that does not exist is a reader's slip: the log needs its sentence, not where in the code it was said."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], BadRequest):
            record.exc_info = None
        return True


class NoSecretAddresses(logging.Filter):
    """What stands in the address of a link is a right, which the log must not hand on."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/svar/" in said:
            record.msg, record.args = re.sub(r"/svar/[^/\s]+", "/svar/…", said), None
        return True
