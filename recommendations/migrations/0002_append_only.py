"""The triggers that keep published rows as they are."""

from django.db import migrations

from recommendations import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def uninstall(apps, schema_editor):
    append_only.uninstall(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0001_domain")]

    operations = [migrations.RunPython(install, uninstall)]
