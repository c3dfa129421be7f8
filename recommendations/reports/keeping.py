"""Whether there is anybody to ask about what the committee owns: counts with their wholes, and never a name."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import number_format

from recommendations.keepers import asked_long_ago, nobody_to_ask
from recommendations.models import Committee, Lineage, Standing
from recommendations.reports.choices import Choices
from recommendations.reports.lines import ReportLine
from recommendations.reports.phrases import counted

FEWEST = 3  # people; of fewer a count would say who


def keeping(choices: Choices, own: Committee, found: Iterable[ReportLine]) -> str:
    """A sentence or two; empty where all is kept up. Who works where, and has an address, is as it is today."""
    day = choices.selection.day
    lineage = Lineage.load(on=day, known_at=choices.selection.known_at)
    line = lineage.with_predecessors(own.pk)
    committees = list(Committee.objects.filter(pk__in=line).order_by("pk"))
    cells = Standing.objects.at(day, choices.selection.known_at).owned()
    unkept = cells.filter(nobody_to_ask(committees, lineage, day), committee__in=line).order_by()
    nobodys = set(unkept.values_list("item", flat=True))
    open_items = {one.item for one in found if one.is_open and one.own and one.own.role}
    asked = asked_long_ago(line, day).values()
    silent = sum(one.is_silent for one in asked)
    told = []
    if lost := len(open_items & nobodys):
        whole = counted(len(open_items), "åben række", "åbne rækker")
        told.append(f"{number_format(lost)} af {whole} har ingen, der kan spørges om status.")
    if silent and len(asked) >= FEWEST:
        told.append(
            f"{number_format(silent)} af {number_format(len(asked))} medarbejdere, der er spurgt, har aldrig svaret."
        )
    return " ".join(told)
