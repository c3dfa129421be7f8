"""Indexes that serve the lists in each order, the totals and the news."""

from django.conf import settings
from django.db import migrations, models

TABLES = ("recommendation", "initiative")


def put_nulls_where_the_lists_want_them(apps, schema_editor):
    """PostgreSQL only: it counts no value as the greatest, SQLite as the least, and only one of them can be told here."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        for name, column in (("change", "changed_at DESC NULLS LAST"), ("freshness", "fresh_on NULLS FIRST")):
            schema_editor.execute(f"DROP INDEX {table}_by_{name}")
            schema_editor.execute(
                f"CREATE INDEX {table}_by_{name} ON recommendations_{table} ({column}, publication_id, sort_key)"
            )


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0006_error_report'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='initiative',
            name='initiative_by_change',
        ),
        migrations.RemoveIndex(
            model_name='initiative',
            name='initiative_by_freshness',
        ),
        migrations.RemoveIndex(
            model_name='recommendation',
            name='recommendation_by_change',
        ),
        migrations.RemoveIndex(
            model_name='recommendation',
            name='recommendation_by_freshness',
        ),
        migrations.RemoveIndex(
            model_name='statusupdate',
            name='update_by_publication',
        ),
        migrations.AddIndex(
            model_name='initiative',
            index=models.Index(fields=['-changed_at', 'publication', 'sort_key'], name='initiative_by_change'),
        ),
        migrations.AddIndex(
            model_name='initiative',
            index=models.Index(fields=['fresh_on', 'publication', 'sort_key'], name='initiative_by_freshness'),
        ),
        migrations.AddIndex(
            model_name='initiative',
            index=models.Index(fields=['publication', 'status', 'due_on', 'fresh_on'], name='initiative_totals'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['position', 'slug'], name='publication_by_position'),
        ),
        migrations.AddIndex(
            model_name='recommendation',
            index=models.Index(fields=['-changed_at', 'publication', 'sort_key'], name='recommendation_by_change'),
        ),
        migrations.AddIndex(
            model_name='recommendation',
            index=models.Index(fields=['fresh_on', 'publication', 'sort_key'], name='recommendation_by_freshness'),
        ),
        migrations.AddIndex(
            model_name='recommendation',
            index=models.Index(fields=['publication', 'is_heading', 'status', 'due_on', 'fresh_on'], name='recommendation_totals'),
        ),
        migrations.AddIndex(
            model_name='statusupdate',
            index=models.Index(fields=["state", "-published_at", "-on", "-id", "kind", "recommendation", "initiative"], name='update_by_publication'),
        ),
        migrations.AddIndex(
            model_name='voteshare',
            index=models.Index(fields=['option', 'percent'], name='voteshare_by_percent'),
        ),
        migrations.RunPython(put_nulls_where_the_lists_want_them, migrations.RunPython.noop),
    ]
