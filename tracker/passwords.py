"""What is asked of a password, beyond that it is neither common nor like its user's name. No sign is asked for."""

from __future__ import annotations

import itertools
import re

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 128  # characters: more is no password, and each takes time to hash
FEWEST_STEPS = 6  # that are no pattern; eight words have many times as many


class LengthValidator(MinimumLengthValidator):
    """Spaces in a row count as one. What is typed is never cut."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(
                _("Adgangskoden er på %(length)s tegn. Den må højst være på %(most)s.")
                % {"length": len(password), "most": LONGEST},
                code="password_too_long",
            )
        super().validate(re.sub(" +", " ", password), user)


class PatternValidator:
    """Refuses what goes on as it begins: one sign, a row of the alphabet, or a few signs again and again."""

    def validate(self, password: str, user: User | None = None) -> None:
        if surprises(password) < FEWEST_STEPS:
            raise ValidationError(
                _("Adgangskoden er et mønster, som er let at gætte. Skriv nogle ord efter hinanden."),
                code="password_is_a_pattern",
            )

    def get_help_text(self) -> str:
        return _("Adgangskoden må ikke være et mønster som »aaaa…«, »1234…« eller »abcabc…«.")


def surprises(password: str) -> int:
    """How many signs do not follow from those before them: not the next of a row, nor said before after the same sign.

    static/js/passwords.js counts alike while one types.
    """
    seen: set[tuple[str, str]] = set()
    count = min(len(password), 1)
    for before, sign in itertools.pairwise(password):
        is_next = abs(ord(sign) - ord(before)) <= 1
        count += not is_next and (before, sign) not in seen
        seen.add((before, sign))
    return count
