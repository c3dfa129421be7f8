"""Words and stems to search in, instead of the bare text."""

from collections import defaultdict

from django.db import migrations

import recommendations.models.word_index
from recommendations import danish

KINDS = {"recommendation": "number", "initiative": "code"}
TABLES = [f"recommendations_{kind}" for kind in KINDS]
CHUNK = 500


def make_vectors(apps, schema_editor):
    """PostgreSQL only: the tokens as a stored, indexed tsvector. Exactly the tokens: no dictionary has a say in it."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(
            f"ALTER TABLE {table} ADD COLUMN search_vector tsvector GENERATED ALWAYS AS "
            "(array_to_tsvector(string_to_array(btrim(search_words), ' '))) STORED"
        )
        # Without fastupdate: rows change seldom, and a list of what is not indexed yet would slow down every search.
        schema_editor.execute(
            f"CREATE INDEX {table}_search ON {table} USING gin (search_vector) WITH (fastupdate = off)"
        )


def drop_vectors(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN search_vector")


def empty(apps, schema_editor):
    """What stood there was the bare text: no tokens, and repeated words."""
    for kind in KINDS:
        apps.get_model("recommendations", kind).objects.update(search_words="")


def fill(apps, schema_editor):
    update = apps.get_model("recommendations", "statusupdate")
    for kind, number in KINDS.items():
        model = apps.get_model("recommendations", kind)
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            rows = list(model.objects.filter(pk__in=keys[start : start + CHUNK]))
            said = defaultdict(list)
            published = update.objects.filter(state="published", **{f"{kind}__in": rows})
            for key, *texts in published.values_list(kind, "text", "next_step"):
                said[key] += texts
            for row in rows:
                own = (getattr(row, number), row.title, row.summary, row.official_text)
                row.search_words = danish.index(*own, *said[row.pk])
            model.objects.bulk_update(rows, ["search_words"])


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0002_append_only")]

    operations = [
        *(migrations.RenameField(kind, "search_text", "search_words") for kind in KINDS),
        *(
            migrations.AlterField(
                kind,
                "search_words",
                recommendations.models.word_index.WordIndex(blank=True, editable=False, verbose_name="ord at søge i"),
            )
            for kind in KINDS
        ),
        migrations.RunPython(empty, empty),
        migrations.RunPython(make_vectors, drop_vectors),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
