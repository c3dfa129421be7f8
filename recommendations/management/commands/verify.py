"""`manage.py verify`: hold the rows against what the sources say, and the copies against their rows."""

from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from recommendations import append_only
from recommendations.actions import refresh_states
from recommendations.models import (
    Initiative,
    Ownership,
    Publication,
    Recommendation,
    Relation,
    TrackedItem,
    for_item,
)
from recommendations.models.item import published_texts

CHUNK = 500  # items at a time


class Command(BaseCommand):
    help = "Kontrollerer, at kilderne er hele, og at kopier, ejerskaber og forhold passer. Fejler, når noget er galt."

    def add_arguments(self, parser):
        parser.add_argument(
            "--ret",
            action="store_true",
            help="Dan først kopierne igen fra de udgivne rækker, og sæt manglende låse i. Ændrer intet andet.",
        )

    def handle(self, *args, **options):
        if options["ret"]:
            append_only.install(connection)
            for model in (Recommendation, Initiative):
                for items in in_chunks(model.objects.all()):
                    refresh_states(items)
        problems = [
            *incomplete_publications(),
            *wrong_copies(),
            *ownership_gaps(),
            *broken_relations(),
            *missing_triggers(),
        ]
        for problem in problems:
            self.stdout.write(self.style.ERROR(problem))
        if problems:
            raise CommandError(f"{len(problems)} fejl fundet. Se sætningerne ovenfor.")
        self.stdout.write("Alt passer: kilder, kopier, ejerskaber, forhold og låse.")


def incomplete_publications() -> Iterator[str]:
    """The number of rows of each kind is a fact of the source."""
    counts = {
        "overskrifter": ("expected_headings", Recommendation.objects.filter(is_heading=True)),
        "anbefalinger": ("expected_recommendations", Recommendation.objects.countable()),
        "initiativer": ("expected_initiatives", Initiative.objects.all()),
    }
    for what, (field, rows) in counts.items():
        found = dict(rows.order_by().values_list("publication").annotate(Count("pk")))
        for publication in Publication.objects.all():
            expected, actual = getattr(publication, field), found.get(publication.pk, 0)
            if expected != actual:
                yield (
                    f"«{publication.title}» har {actual} {what}, men kilden har {expected}. "
                    "Kør «manage.py seed», eller opret de rækker, der mangler."
                )


def in_chunks(rows: QuerySet) -> Iterator[list]:
    """The rows in the order of their keys, some at a time, so that memory does not grow with the table."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def wrong_copies() -> Iterator[str]:
    """What an item says of its status, and what it is found by, must be what its own and its published rows say."""
    for model in (Recommendation, Initiative):
        stated = model.objects.with_state(timezone.localdate(), timezone.now()).select_related("publication")
        for items in in_chunks(stated):
            said = published_texts(model, [item.pk for item in items])
            for item in items:
                wrong = [
                    name for name in TrackedItem.STATE_FIELDS if getattr(item, name) != getattr(item, f"state_{name}")
                ]
                if item.search_words != item.index_words(said[item.pk]):
                    wrong.append("search_words")
                if wrong:
                    names = ", ".join(str(model._meta.get_field(name).verbose_name) for name in wrong)
                    yield (
                        f"«{item.publication.title}» {item}: {names} passer ikke med de udgivne opdateringer. "
                        "Kør «manage.py verify --ret»."
                    )


def ownership_gaps() -> Iterator[str]:
    """Where the municipality is to answer, every item has an owner today, and the owner exists or has an heir."""
    today = timezone.localdate()
    for model in (Recommendation, Initiative):
        owned = Ownership.objects.in_force().filter(**{f"{model.ABOUT}__isnull": False})
        items = model.objects.filter(publication__expects_answers=True).exclude(pk__in=owned.values(model.ABOUT))
        if model is Recommendation:
            items = items.countable()
        for item in items.select_related("publication"):
            yield f"«{item.publication.title}» {item}: intet udvalg ejer rækken. Registrer et ejerskab."
    ended = (
        Ownership.objects.in_force()
        .filter(committee__valid_to__lte=today, committee__successions_out__isnull=True)
        .select_related("committee", "recommendation__publication", "initiative__publication")
        .order_by("pk")
    )
    for row in ended:
        yield (
            f"«{row.item.publication.title}» {row.item}: {row.committee.name} er ophørt uden en afløser. "
            "Registrer, hvilket udvalg der har overtaget."
        )


def broken_relations() -> Iterator[str]:
    """A parent and a group are of the item's own source; an item is carried out within reach of what it names."""
    strays = Recommendation.objects.filter(parent__isnull=False).exclude(parent__publication=F("publication"))
    for row in strays.select_related("publication", "parent"):
        yield (
            f"«{row.publication.title}» {row}: hører under {row.parent}, som er fra en anden kilde. Ret «hører under»."
        )
    votes = Recommendation.objects.filter(is_heading=True, votes__isnull=False).distinct()
    for row in votes.select_related("publication"):
        yield f"«{row.publication.title}» {row}: en overskrift har ingen stemmer. Flyt stemmeandelen, eller ret rækken."
    relations = Relation.objects.select_related(
        "from_recommendation", "from_initiative", "to_recommendation", "to_initiative"
    )
    for relation in relations.order_by("pk").iterator():
        back = Relation.objects.filter(
            **{f"from_{key}": item for key, item in for_item(relation.to_item).items()},
            **{f"to_{key}": item for key, item in for_item(relation.from_item).items()},
            kind=relation.kind,
        )
        if back.filter(Q(pk__lt=relation.pk)).exists():
            yield f"Forholdet «{relation}» er registreret i begge retninger. Slet det ene."


def missing_triggers() -> Iterator[str]:
    for name in append_only.missing(connection):
        yield f"Låsen {name} mangler i databasen, så udgivne rækker kan ændres. Kør «manage.py verify --ret»."
