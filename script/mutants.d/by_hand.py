"""Faults that people make and tests have missed: each a line of the code, and what somebody might have written."""

from __future__ import annotations

from dataclasses import dataclass

ANSWERS = ("tests/test_answers.py", "tests/test_standing.py", "tests/test_selection.py")
RULES = ("tests/test_lifecycle.py", "tests/test_standing.py")
MEETINGS = ("tests/test_meetings.py", "tests/test_actions_meetings.py")
REPORTS = ("tests/reports/test_builders.py", "tests/reports/test_annex.py", "tests/reports/test_own_committee.py")


@dataclass(frozen=True)
class Fault:
    """`old` stands once in the file, and `new` is put in its place."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


FAULTS = (
    Fault(
        "kolonnen »Bekræftet« mangler i alle formater",
        "recommendations/reports/columns.py",
        '    _getter("confirmed_on", "Bekræftet", lambda line: line.confirmed_on, Kind.DATE, 9),\n',
        "",
        ("tests/reports/test_builders.py",),
    ),
    Fault(
        "overskrifter tælles med i filtrenes tal",
        "recommendations/facets.py",
        "without={criterion.field, *criterion.meets}) & index.counted",
        "without={criterion.field, *criterion.meets})",
        ("tests/test_facets.py::test_headings_are_no_part_of_any_number",),
    ),
    Fault(
        "et rettet svar gælder stadig",
        "recommendations/lifecycle.py",
        "if fact.key not in corrected and fact.value]",
        "if fact.value]",
        RULES,
    ),
    Fault(
        "»siden« regner ikke med, hvad der var kendt",
        "recommendations/criteria/times.py",
        "Event.objects.known(*asked.times).filter(at__gte=asked.since_time).news()",
        "Event.objects.filter(at__gte=asked.since_time).news()",
        ("tests/test_selection.py",),
    ),
    Fault(
        "den oprindelige frist er den tidligste, ikke den første",
        "recommendations/standing.py",
        "first = min((fact for fact in then.deadlines if fact.value), key=lambda fact: fact.order, default=None)",
        "first = min((fact for fact in then.deadlines if fact.value), key=lambda fact: fact.value, default=None)",
        RULES,
    ),
    Fault(
        "»fra« er det, der blev sagt sidst, ikke det, der stod",
        "recommendations/lifecycle.py",
        "before, after = what_stands(earlier), what_stands([*earlier, fact])",
        "before, after = (max(earlier, key=lambda one: one.at) if earlier else None), what_stands([*earlier, fact])",
        (*RULES, "tests/test_stood_before.py::test_the_standing_was_and_became_that"),
    ),
    Fault(
        "det, der venter, står ikke efter dagen",
        "recommendations/reports/attention.py",
        "(self.line.due_on is None, self.line.due_on) if rank in by_day else ()",
        "()",
        REPORTS,
    ),
    Fault(
        "»siden forrige« glemmer, hvad den forrige vidste",
        "recommendations/reports/issuing.py",
        "EarlierReport(issued.code, issued.as_of, issued.known_at,",
        "EarlierReport(issued.code, issued.as_of, issued.issued_at,",
        REPORTS,
    ),
    Fault(
        "det, der er afsluttet, har stadig et næste skridt",
        "recommendations/selection.py",
        " for item in among if not is_closed(item.state_status)]",
        " for item in among]",
        ("tests/test_selection.py",),
    ),
    Fault(
        "fundne nyheder står efter dagen, de handler om",
        "recommendations/public/found_news.py",
        'newest=Max("at"))',
        'newest=Max("on"))',
        ("tests/public/test_found_news.py",),
    ),
    Fault(
        "en rettelse af en rettelse står for sig selv",
        "recommendations/public/timeline.py",
        "            corrected.corrections.append(line)",
        "            top.append(line)",
        ("tests/public/test_corrections.py::test_a_correction_of_a_correction_stands_in_it_in_the_order_of_time",),
    ),
    Fault(
        "en kladde, ingen har sendt, kan sendes retur",
        "recommendations/actions/updates.py",
        "    if update.state != UpdateState.SUBMITTED:\n        raise",
        "    if update.is_published:\n        raise",
        ("tests/test_actions.py::TestTheWayOfAnUpdate",),
    ),
    Fault(
        "en sekretær, der også er redaktør, ser sine kladder to gange",
        "recommendations/models/status_update.py",
        "reach.committees(Role.SECRETARY) - reach.committees(Role.EDITOR, Role.APPROVER)",
        "reach.committees(Role.SECRETARY)",
        ("tests/models/test_status_update.py",),
    ),
    Fault(
        "et svar på overdragelsens dag har ingen »0 dage«",
        "recommendations/lifecycle.py",
        "if handed_over_on and handed_over_on <= day else None",
        "if handed_over_on and handed_over_on < day else None",
        ("tests/test_lifecycle.py",),
    ),
    Fault(
        "noget uden forfatter kan godkendes som gennemført",
        "recommendations/actions/updates.py",
        '    if update.author_id is None:\n        raise ValidationError(_("Ingen medarbejder',
        '    if update.pk is None:\n        raise ValidationError(_("Ingen medarbejder',
        ("tests/test_actions.py::TestDone",),
    ),
    Fault(
        "en overdragelse på ejerskabets første dag slutter det i stedet for at rette det",
        "recommendations/actions/reorganisation.py",
        "            if own.valid_from < on:",
        "            if own.valid_from <= on:",
        ("tests/test_actions_committees.py",),
    ),
    Fault(
        "en rettelse uden status giver et næste skridt",
        "recommendations/selection.py",
        ' | Q(kind=UpdateKind.CORRECTION) & ~Q(status=""))',
        " | Q(kind=UpdateKind.CORRECTION))",
        ("tests/test_selection.py",),
    ),
)
