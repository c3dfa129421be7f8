"""A short code for each source, so that every item has an address that fits on a notice board."""

import django.core.validators
from django.db import migrations, models

# The shipped sources, as in the fixtures; whatever else is there gets a code of its own.
SHIPPED = {
    "koebenhavnertinget-2024": "k24",
    "kl-handlingsplan": "kl18",
    "kkr-hovedstaden-2019": "kkr19",
    "kk-rekruttering-2022": "kk22",
}


def give_codes(apps, schema_editor):
    for publication in apps.get_model("recommendations", "Publication").objects.order_by("pk"):
        publication.short_code = SHIPPED.get(publication.slug, f"kilde{publication.pk}")
        publication.save(update_fields=["short_code"])


def short_code(**options):
    return models.CharField(
        max_length=12,
        verbose_name="kort kode",
        help_text="Bruges i korte adresser som k24/3.4, der kan stå på et opslag. Kan ikke ændres senere.",
        validators=[
            django.core.validators.RegexValidator(
                "^[a-z]{1,8}[0-9]{1,4}\\Z", "Skriv små bogstaver og så tal, for eksempel k24."
            )
        ],
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0003_search_words"),
    ]

    operations = [
        migrations.AddField("publication", "short_code", short_code(null=True)),
        migrations.AddField(
            "historicalpublication", "short_code", short_code(db_index=True, default=""), preserve_default=False
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField("publication", "short_code", short_code(unique=True)),
    ]
