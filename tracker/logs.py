"""What the log says; read before the models are, so it knows none of them."""

import logging

from django.core.exceptions import BadRequest


class RefusalsOnOneLine(logging.Filter):
    """A day that does not exist is a reader's slip: the log needs its sentence, not where in the code it was said."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], BadRequest):
            record.exc_info = None
        return True
