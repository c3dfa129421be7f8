"""The whole domain: its tables, the guards of what is never changed, and the index that search reads."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import recommendations.models.evidence
import recommendations.models.import_batch
import recommendations.models.item
import recommendations.models.municipality
import recommendations.models.word_index
import uuid
from django.conf import settings
from django.db import migrations, models


from recommendations.append_only import Guard, install, uninstall

# Frozen: what this migration makes, whatever is guarded later. A test holds the newest of these lists to today's.
GUARDS = (
    Guard(
        'append_only_statusupdate_insert',
        'recommendations_statusupdate',
        'INSERT',
        "NEW.state = 'published'",
        'En opdatering begynder som kladde og udgives derefter. Den kan ikke oprettes som udgivet.',
    ),
    Guard(
        'append_only_statusupdate_update',
        'recommendations_statusupdate',
        'UPDATE',
        "OLD.state = 'published'",
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('text', 'decided_by', 'next_step', 'review_comment'),
    ),
    Guard(
        'append_only_statusupdate_delete',
        'recommendations_statusupdate',
        'DELETE',
        "OLD.state = 'published'",
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_evidence_insert',
        'recommendations_evidence',
        'INSERT',
        "EXISTS (SELECT 1 FROM recommendations_statusupdate u WHERE u.id = NEW.update_id AND u.state = 'published')",
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_evidence_update',
        'recommendations_evidence',
        'UPDATE',
        "EXISTS (SELECT 1 FROM recommendations_statusupdate u WHERE u.id = OLD.update_id AND u.state = 'published') OR EXISTS (SELECT 1 FROM recommendations_statusupdate u WHERE u.id = NEW.update_id AND u.state = 'published')",
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('title', 'url', 'file', 'file_name', 'case_number', 'pages', 'removed'),
    ),
    Guard(
        'append_only_evidence_delete',
        'recommendations_evidence',
        'DELETE',
        "EXISTS (SELECT 1 FROM recommendations_statusupdate u WHERE u.id = OLD.update_id AND u.state = 'published')",
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_done_needs_evidence',
        'recommendations_statusupdate',
        'UPDATE',
        "NEW.state = 'published' AND OLD.state <> 'published' AND NEW.status IN ('implemented', 'implemented_otherwise') AND NOT EXISTS (SELECT 1 FROM recommendations_evidence e WHERE e.update_id = NEW.id AND e.kind IN ('effect', 'operating'))",
        'Status »Gennemført« kræver dokumentation for, at det er i drift, eller at en virkning er vist.',
    ),
    Guard(
        'append_only_planned_needs_evidence',
        'recommendations_statusupdate',
        'UPDATE',
        "NEW.state = 'published' AND OLD.state <> 'published' AND NEW.status IN ('planned') AND NOT EXISTS (SELECT 1 FROM recommendations_evidence e WHERE e.update_id = NEW.id AND e.kind IN ('decided', 'effect', 'funded', 'operating'))",
        'Status »Planlagt« kræver dokumentation for, at noget er besluttet eller bevilget.',
    ),
    Guard(
        'ownership_does_not_overlap',
        'recommendations_ownership',
        'INSERT',
        '(NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from) AND EXISTS (SELECT 1 FROM recommendations_ownership o WHERE o.item_id = NEW.item_id AND o.committee_id = NEW.committee_id AND (NEW.replaces_id IS NULL OR o.id <> NEW.replaces_id) AND (o.valid_to IS NULL OR o.valid_to > o.valid_from) AND (o.valid_to IS NULL OR o.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR NEW.valid_to > o.valid_from) AND NOT EXISTS (SELECT 1 FROM recommendations_ownership r WHERE r.replaces_id = o.id))',
        'Udvalget ejer allerede rækken i noget af den tid. Afslut det ejerskab først, eller vælg andre datoer.',
    ),
    Guard(
        'append_only_committeeanswer_update',
        'recommendations_committeeanswer',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('agenda_item', 'agenda_url', 'text', 'passed_on_to', 'reason'),
    ),
    Guard(
        'append_only_committeeanswer_delete',
        'recommendations_committeeanswer',
        'DELETE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_deadline_update',
        'recommendations_deadline',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('reason',),
    ),
    Guard(
        'append_only_deadline_delete',
        'recommendations_deadline',
        'DELETE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_donewhen_update',
        'recommendations_donewhen',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('text', 'reason'),
    ),
    Guard(
        'append_only_donewhen_delete',
        'recommendations_donewhen',
        'DELETE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_event_update',
        'recommendations_event',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('details',),
    ),
    Guard(
        'append_only_event_delete',
        'recommendations_event',
        'DELETE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_issuedreport_update',
        'recommendations_issuedreport',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('title', 'reason', 'choices', 'data'),
    ),
    Guard(
        'append_only_issuedreport_delete',
        'recommendations_issuedreport',
        'DELETE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_logleaf_update',
        'recommendations_logleaf',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_logleaf_delete',
        'recommendations_logleaf',
        'DELETE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_ownership_update',
        'recommendations_ownership',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('reason',),
    ),
    Guard(
        'append_only_ownership_delete',
        'recommendations_ownership',
        'DELETE',
        'EXISTS (SELECT 1 FROM recommendations_item i JOIN recommendations_publication p ON p.id = i.publication_id WHERE i.id = OLD.item_id AND p.public_at IS NOT NULL)',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_treatment_update',
        'recommendations_treatment',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('agenda_item', 'agenda_url', 'proposed', 'reason'),
    ),
    Guard(
        'append_only_treatment_delete',
        'recommendations_treatment',
        'DELETE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_withholding_update',
        'recommendations_withholding',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_withholding_delete',
        'recommendations_withholding',
        'DELETE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_wording_update',
        'recommendations_wording',
        'UPDATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
        ('title', 'summary', 'official_text', 'document', 'pages', 'reason'),
    ),
    Guard(
        'append_only_wording_delete',
        'recommendations_wording',
        'DELETE',
        'EXISTS (SELECT 1 FROM recommendations_item i JOIN recommendations_publication p ON p.id = i.publication_id WHERE i.id = OLD.item_id AND p.public_at IS NOT NULL)',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'publication_stays_public',
        'recommendations_publication',
        'UPDATE',
        'OLD.public_at IS NOT NULL AND (NEW.public_at IS NULL OR NEW.public_at <> OLD.public_at)',
        'Kilden er offentlig. Det kan ikke gøres om.',
    ),
    Guard(
        'append_only_withheldplace_update',
        'recommendations_withheldplace',
        'UPDATE',
        'NOT (OLD.opens IS NOT NULL AND NEW.opens IS NULL AND OLD.id = NEW.id AND OLD.withholding_id = NEW.withholding_id AND OLD.table_name = NEW.table_name AND OLD.row_id = NEW.row_id AND OLD.column_name = NEW.column_name AND OLD.digest = NEW.digest AND OLD.stored = NEW.stored)',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_withheldplace_delete',
        'recommendations_withheldplace',
        'DELETE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_statusupdate_truncate',
        'recommendations_statusupdate',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_evidence_truncate',
        'recommendations_evidence',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_withheldplace_truncate',
        'recommendations_withheldplace',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_committeeanswer_truncate',
        'recommendations_committeeanswer',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_deadline_truncate',
        'recommendations_deadline',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_donewhen_truncate',
        'recommendations_donewhen',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_event_truncate',
        'recommendations_event',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_issuedreport_truncate',
        'recommendations_issuedreport',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_logleaf_truncate',
        'recommendations_logleaf',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_ownership_truncate',
        'recommendations_ownership',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_treatment_truncate',
        'recommendations_treatment',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_withholding_truncate',
        'recommendations_withholding',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
    Guard(
        'append_only_wording_truncate',
        'recommendations_wording',
        'TRUNCATE',
        'TRUE',
        'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.',
    ),
)
SEARCH = "recommendations_searchtext"
# The order of a source's rows, and the Danish order of names.
BYTE_ORDER = (("recommendations_item", "path", 500), ("recommendations_committee", "sort_name", 250))


def make_guards(apps, schema_editor):
    install(schema_editor.connection, GUARDS)


def drop_guards(apps, schema_editor):
    uninstall(schema_editor.connection, GUARDS)


def make_vector(apps, schema_editor):
    """PostgreSQL only: the tokens as a stored, indexed tsvector. Exactly the tokens: no dictionary has a say in it."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        f"ALTER TABLE {SEARCH} ADD COLUMN search_vector tsvector GENERATED ALWAYS AS "
        "(array_to_tsvector(string_to_array(btrim(words), ' '))) STORED"
    )
    # Without fastupdate: rows change seldom, and a list of what is not indexed yet would slow down every search.
    schema_editor.execute(f"CREATE INDEX {SEARCH}_vector ON {SEARCH} USING gin (search_vector) WITH (fastupdate = off)")


def order_by_bytes(apps, schema_editor):
    """PostgreSQL only: what is made to be compared byte by byte is, whatever collation the database has."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column, length in BYTE_ORDER:
        schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({length}) COLLATE "C"')


def drop_vector(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {SEARCH} DROP COLUMN search_vector")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Addressee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, verbose_name='kode')),
                ('name', models.CharField(max_length=200, verbose_name='navn')),
            ],
            options={
                'verbose_name': 'adressat',
                'verbose_name_plural': 'adressater',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Committee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(allow_unicode=True, help_text='Bruges i adresser, normalt forkortelsen. Har et ældre udvalg samme forkortelse, så tilføj året: SOU-2026.', max_length=30, verbose_name='kode')),
                ('abbreviation', models.CharField(max_length=20, verbose_name='forkortelse')),
                ('name', models.CharField(max_length=200, verbose_name='navn')),
                ('kind', models.CharField(choices=[('city_council', 'Borgerrepræsentationen'), ('finance', 'Økonomiudvalg'), ('standing', 'Stående udvalg')], default='standing', max_length=20, verbose_name='slags')),
                ('administration', models.CharField(blank=True, max_length=200, verbose_name='forvaltning')),
                ('administration_abbreviation', models.CharField(blank=True, max_length=20, verbose_name='forvaltningens forkortelse')),
                ('sort_name', models.CharField(editable=False, max_length=250)),
                ('email', models.EmailField(blank=True, help_text='Vises for borgere. Aldrig en medarbejders egen adresse.', max_length=254, verbose_name='fælles postkasse')),
                ('phone', models.CharField(blank=True, help_text='Til borgere, der vil spørge.', max_length=40, verbose_name='telefon')),
                ('remit', models.TextField(blank=True, verbose_name='ressort')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='findes fra')),
                ('valid_to', models.DateField(blank=True, help_text='Den første dag, udvalget ikke længere findes.', null=True, verbose_name='ophørt den')),
            ],
            options={
                'verbose_name': 'udvalg',
                'verbose_name_plural': 'udvalg',
                'ordering': ['sort_name', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('heading', 'Overskrift'), ('recommendation', 'Anbefaling'), ('initiative', 'Initiativ'), ('challenge', 'Udfordring'), ('solution', 'Løsning'), ('goal', 'Mål'), ('area', 'Område'), ('option', 'Mulighed')], default='recommendation', max_length=20, verbose_name='slags')),
                ('number', models.CharField(help_text='Som trykt i kilden, for eksempel 2.3.1. Har kilden intet nummer, så en kort kode.', max_length=60, validators=[recommendations.models.item.check_number], verbose_name='nummer')),
                ('number_key', models.CharField(editable=False, max_length=60)),
                ('place', models.PositiveSmallIntegerField(default=0, help_text='Rækkefølgen i kilden, når numrene ikke selv viser den. 0 betyder: efter nummeret.', verbose_name='plads')),
                ('path', models.CharField(editable=False, max_length=500)),
                ('target_group', models.CharField(blank=True, max_length=300, verbose_name='målgruppe')),
                ('addressee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='recommendations.addressee', verbose_name='rettet mod')),
                ('carries_out', models.ManyToManyField(blank=True, related_name='initiatives', to='recommendations.item', verbose_name='hører til anbefaling eller område')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='recommendations.item', verbose_name='hører under')),
            ],
            options={
                'verbose_name': 'række',
                'verbose_name_plural': 'rækker',
                'ordering': ['publication__position', 'publication__slug', 'path'],
            },
        ),
        migrations.CreateModel(
            name='Municipality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='kode')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='navn')),
                ('hosts', models.TextField(blank=True, help_text='Et på hver linje. Nødvendigt, når flere kommuner deler en installation.', validators=[recommendations.models.municipality.check_hosts], verbose_name='værtsnavne')),
                ('sender', models.CharField(blank=True, help_text='Som den vises for borgere. Tomt betyder navnet.', max_length=200, verbose_name='afsender')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='postkasse til spørgsmål')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telefon')),
                ('accessibility_url', models.URLField(blank=True, max_length=500, verbose_name='tilgængelighedserklæring')),
                ('privacy_url', models.URLField(blank=True, max_length=500, verbose_name='privatlivspolitik')),
                ('stale_after_days', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(1)], verbose_name='dage, før noget er ikke opdateret')),
                ('licence', models.CharField(blank=True, max_length=200, verbose_name='licens for data')),
                ('mark', models.ImageField(blank=True, help_text='Et billede, som vises øverst på alle sider: PNG eller JPEG, højst 1 MB. Tomt betyder kun navnet.', upload_to='maerker/', verbose_name='bomærke')),
                ('colour', models.CharField(blank=True, help_text='Bunden i sidens top, som #14425f. Hvid tekst skal kunne læses på den. Tomt betyder vores egen.', max_length=7, validators=[recommendations.models.municipality.check_colour], verbose_name='farve')),
                ('is_fictional', models.BooleanField(default=False, help_text='Til prøve og undervisning. Alle sider, feeds og filer siger, at indholdet er opdigtet.', verbose_name='opdigtet')),
            ],
            options={
                'verbose_name': 'kommune',
                'verbose_name_plural': 'kommuner',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='AnswerDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(blank=True, choices=[('adopted', 'Tiltrådt'), ('partly_adopted', 'Delvist tiltrådt'), ('not_adopted', 'Ikke tiltrådt'), ('noted', 'Taget til efterretning'), ('outside_remit', 'Uden for kommunens kompetence'), ('not_read', 'Behandlet; beslutningen er ikke læst ind')], max_length=20, verbose_name='svar')),
                ('meeting_date', models.DateField(blank=True, null=True, verbose_name='mødedato')),
                ('agenda_item', models.CharField(blank=True, max_length=100, verbose_name='dagsordenspunkt')),
                ('agenda_url', models.URLField(blank=True, max_length=500, verbose_name='link til dagsordenspunktet')),
                ('text', models.TextField(blank=True, verbose_name='begrundelse')),
                ('passed_on_to', models.CharField(blank=True, max_length=200, verbose_name='sendt videre til')),
                ('returns_by', models.DateField(blank=True, null=True, verbose_name='vender tilbage senest')),
                ('is_sure', models.BooleanField(default=False, editable=False, verbose_name='en usædvanlig dato er set efter')),
                ('state', models.CharField(choices=[('draft', 'Kladde'), ('submitted', 'Sendt til godkendelse'), ('published', 'Udgivet'), ('discarded', 'Kasseret')], default='draft', max_length=20, verbose_name='tilstand')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='oprettet')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='udgave')),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='sendt til godkendelse')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='registreret')),
                ('review_comment', models.TextField(blank=True, editable=False, verbose_name='godkenderens kommentar')),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='indtastet af')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_drafts', to='recommendations.committee', verbose_name='udvalg')),
            ],
            options={
                'verbose_name': 'svar fra et møde',
                'verbose_name_plural': 'svar fra møder',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='CommitteeAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registreret')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='nøgle')),
                ('outcome', models.CharField(blank=True, choices=[('adopted', 'Tiltrådt'), ('partly_adopted', 'Delvist tiltrådt'), ('not_adopted', 'Ikke tiltrådt'), ('noted', 'Taget til efterretning'), ('outside_remit', 'Uden for kommunens kompetence'), ('not_read', 'Behandlet; beslutningen er ikke læst ind')], max_length=20, verbose_name='svar')),
                ('meeting_date', models.DateField(verbose_name='mødedato')),
                ('agenda_item', models.CharField(blank=True, max_length=100, verbose_name='dagsordenspunkt')),
                ('agenda_url', models.URLField(blank=True, max_length=500, verbose_name='link til dagsordenspunktet')),
                ('text', models.TextField(blank=True, verbose_name='begrundelse')),
                ('passed_on_to', models.CharField(blank=True, max_length=200, verbose_name='sendt videre til')),
                ('returns_by', models.DateField(blank=True, help_text='Når der er lovet noget til en dag eller en måned, men ikke til et bestemt møde.', null=True, verbose_name='vender tilbage senest')),
                ('reason', models.TextField(blank=True, help_text='Kun ved en rettelse. Det vises for borgerne.', verbose_name='hvad der var forkert')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='recommendations.committee', verbose_name='udvalg')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='recommendations.committeeanswer', verbose_name='retter')),
                ('recorded_by', models.ForeignKey(editable=False, help_text='Tomt, når rækken er indlæst fra en kilde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registreret af')),
                ('chosen_option', models.ForeignKey(blank=True, help_text='Når kilden giver flere muligheder at vælge imellem.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chosen_in', to='recommendations.item', verbose_name='valgt mulighed')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='recommendations.item', verbose_name='række')),
            ],
            options={
                'verbose_name': 'svar',
                'verbose_name_plural': 'svar',
                'ordering': ['-meeting_date', '-recorded_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registreret')),
                ('set_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='fastsat den')),
                ('reason', models.TextField(blank=True, verbose_name='begrundelse')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='frist')),
                ('committee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='recommendations.committee', verbose_name='på vegne af')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='recommendations.deadline', verbose_name='retter')),
                ('recorded_by', models.ForeignKey(editable=False, help_text='Tomt, når rækken er indlæst fra en kilde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registreret af')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='recommendations.item', verbose_name='række')),
            ],
            options={
                'verbose_name': 'frist',
                'verbose_name_plural': 'frister',
                'ordering': ['set_on', 'recorded_at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DoneWhen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registreret')),
                ('set_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='fastsat den')),
                ('reason', models.TextField(blank=True, verbose_name='begrundelse')),
                ('text', models.TextField(blank=True, help_text='Skriv hver del på sin egen linje. Så kan dokumentationen vise én del ad gangen.', verbose_name='det er gennemført, når')),
                ('committee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='recommendations.committee', verbose_name='på vegne af')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='recommendations.donewhen', verbose_name='retter')),
                ('recorded_by', models.ForeignKey(editable=False, help_text='Tomt, når rækken er indlæst fra en kilde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registreret af')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='recommendations.item', verbose_name='række')),
            ],
            options={
                'verbose_name': 'kriterium',
                'verbose_name_plural': 'kriterier',
                'ordering': ['set_on', 'recorded_at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('source', 'En kilde i et regneark'), ('document', 'En kilde i et dokument'), ('rows', 'Status og svar i et regneark')], max_length=20, verbose_name='hvad der læses ind')),
                ('state', models.CharField(choices=[('received', 'Modtaget'), ('working', 'Arbejder'), ('ready', 'Klar til at blive set efter'), ('refused', 'Kan ikke læses'), ('written', 'Skrevet ind'), ('undone', 'Fortrudt'), ('given_up', 'Opgivet')], default='received', max_length=20, verbose_name='hvor langt den er')),
                ('file', models.FileField(blank=True, max_length=200, upload_to=recommendations.models.import_batch.import_path, verbose_name='fil')),
                ('file_name', models.CharField(max_length=200, verbose_name='filens navn')),
                ('digest', models.CharField(max_length=64, verbose_name='filens fingeraftryk')),
                ('choices', models.JSONField(blank=True, default=dict, verbose_name='valg')),
                ('outcome', models.JSONField(blank=True, default=dict, verbose_name='resultat')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='rækker nået')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='rækker i alt')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='modtaget')),
                ('written_at', models.DateTimeField(blank=True, null=True, verbose_name='skrevet ind')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='fortrudt')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='indlæst af')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'indlæsning',
                'verbose_name_plural': 'indlæsninger',
                'ordering': ['-received_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='IssuedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='kode')),
                ('title', models.CharField(max_length=300, verbose_name='titel')),
                ('reason', models.TextField(blank=True, verbose_name='hvorfor den erstatter en anden')),
                ('choices', models.JSONField(verbose_name='valg')),
                ('as_of', models.DateField(verbose_name='pr.')),
                ('since', models.DateField(blank=True, null=True, verbose_name='ændret siden')),
                ('known_at', models.DateTimeField(verbose_name='som kendt')),
                ('data', models.TextField(verbose_name='data')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='fingeraftryk')),
                ('tree_size', models.PositiveBigIntegerField(default=0, verbose_name='loggens længde')),
                ('tree_root', models.CharField(blank=True, max_length=64, verbose_name='loggens rod')),
                ('public_key', models.CharField(blank=True, max_length=44, verbose_name='offentlig nøgle')),
                ('signature', models.CharField(blank=True, max_length=88, verbose_name='underskrift')),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='udstedt')),
                ('committee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='issued_reports', to='recommendations.committee', verbose_name='udvalg')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='udstedt af')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='recommendations.issuedreport', verbose_name='erstatter')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='issued_reports', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'udstedt rapport',
                'verbose_name_plural': 'udstedte rapporter',
                'ordering': ['-issued_at', 'code'],
            },
        ),
        migrations.CreateModel(
            name='KeptLine',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='kept_line', serialize=False, to='recommendations.item', verbose_name='række')),
                ('json', models.TextField()),
                ('csv', models.TextField()),
                ('csv_excel', models.TextField()),
            ],
            options={
                'verbose_name': 'gemt linje',
                'verbose_name_plural': 'gemte linjer',
            },
        ),
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search', serialize=False, to='recommendations.item', verbose_name='række')),
                ('words', recommendations.models.word_index.WordIndex(blank=True, editable=False, verbose_name='ord at søge i')),
                ('sequence', models.TextField(blank=True, editable=False, verbose_name='ordene, som de følger hinanden')),
            ],
            options={
                'verbose_name': 'søgeord',
                'verbose_name_plural': 'søgeord',
            },
        ),
        migrations.CreateModel(
            name='AnswerDraftRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(blank=True, choices=[('adopted', 'Tiltrådt'), ('partly_adopted', 'Delvist tiltrådt'), ('not_adopted', 'Ikke tiltrådt'), ('noted', 'Taget til efterretning'), ('outside_remit', 'Uden for kommunens kompetence'), ('not_read', 'Behandlet; beslutningen er ikke læst ind')], max_length=20, verbose_name='svar')),
                ('text', models.TextField(blank=True, verbose_name='begrundelse')),
                ('passed_on_to', models.CharField(blank=True, max_length=200, verbose_name='sendt videre til')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='recommendations.answerdraft', verbose_name='svar fra et møde')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.item', verbose_name='række')),
            ],
            options={
                'verbose_name': 'række i svar fra et møde',
                'verbose_name_plural': 'rækker i svar fra et møde',
                'ordering': ['item'],
            },
        ),
        migrations.CreateModel(
            name='Initiative',
            fields=[
            ],
            options={
                'verbose_name': 'initiativ',
                'verbose_name_plural': 'initiativer',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('recommendations.item',),
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
            ],
            options={
                'verbose_name': 'anbefaling',
                'verbose_name_plural': 'anbefalinger',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('recommendations.item',),
        ),
        migrations.CreateModel(
            name='KeptLines',
            fields=[
                ('municipality', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='recommendations.municipality', verbose_name='kommune')),
                ('version', models.PositiveBigIntegerField()),
                ('look', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'gemte linjer',
                'verbose_name_plural': 'gemte linjer',
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, verbose_name='hvad der skal gøres')),
                ('arguments', models.JSONField(blank=True, default=dict, verbose_name='med')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='bestilt')),
                ('run_after', models.DateTimeField(default=django.utils.timezone.now, verbose_name='tidligst')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='forsøg')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='begyndt')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='gjort')),
                ('error', models.TextField(blank=True, verbose_name='fejl ved sidste forsøg')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'baggrundsopgave',
                'verbose_name_plural': 'baggrundsopgaver',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='tidspunkt')),
                ('act', models.CharField(choices=[('status_published', 'Ny status'), ('note_published', 'Nyt uden ændret status'), ('status_confirmed', 'Bekræftet: stadig korrekt'), ('update_corrected', 'Opdatering rettet'), ('answer_recorded', 'Svar registreret'), ('answer_corrected', 'Svar rettet'), ('deadline_set', 'Frist sat'), ('deadline_moved', 'Frist flyttet'), ('deadline_corrected', 'Frist rettet'), ('criterion_set', 'Kriterium sat'), ('criterion_reworded', 'Kriterium ændret'), ('criterion_corrected', 'Kriterium rettet'), ('owner_added', 'Ejer registreret'), ('owner_ended', 'Ejerskab ophørt'), ('owner_corrected', 'Ejerskab rettet'), ('handed_over', 'Overdraget til et andet udvalg'), ('reworded', 'Nye ord'), ('words_corrected', 'Ord rettet'), ('words_proposed', 'Nye ord foreslået'), ('words_returned', 'Forslag til ord sendt retur'), ('words_discarded', 'Forslag til ord kasseret'), ('source_added', 'Kilde oprettet'), ('source_changed', 'Kilde ændret'), ('source_opened', 'Kilde gjort offentlig'), ('treatment_recorded', 'Kilde behandlet på et møde'), ('treatment_corrected', 'Behandling af kilde rettet'), ('item_added', 'Række oprettet'), ('item_changed', 'Række ændret'), ('items_added', 'Rækker skrevet ind'), ('item_retyped', 'Række skrevet om'), ('item_removed', 'Række taget ud'), ('items_assigned', 'Ejer eller adressat sat for flere rækker'), ('support_recorded', 'Støtte registreret'), ('relation_added', 'Forhold registreret'), ('relation_removed', 'Forhold fjernet'), ('committee_added', 'Udvalg oprettet'), ('committee_changed', 'Udvalg ændret'), ('committee_succeeded', 'Udvalg afløst'), ('addressee_saved', 'Adressat gemt'), ('synonym_saved', 'Andet ord til søgning gemt'), ('synonym_removed', 'Andet ord til søgning fjernet'), ('role_given', 'Rolle givet'), ('role_ended', 'Rolle ophørt'), ('person_invited', 'Medarbejder inviteret'), ('person_changed', 'Medarbejder ændret'), ('person_left', 'Medarbejder holdt op'), ('login_reopened', 'Login åbnet igen'), ('link_sent', 'Link til adgangskode sendt'), ('password_chosen', 'Adgangskode valgt'), ('municipality_changed', 'Kommunens oplysninger ændret'), ('draft_saved', 'Kladde gemt'), ('draft_submitted', 'Sendt til godkendelse'), ('draft_returned', 'Sendt retur'), ('draft_remarked', 'Bemærkning til kladde'), ('draft_discarded', 'Kladde kasseret'), ('answers_drafted', 'Svar fra et møde gemt som kladde'), ('answers_submitted', 'Svar fra et møde sendt til godkendelse'), ('answers_returned', 'Svar fra et møde sendt retur'), ('answers_discarded', 'Svar fra et møde kasseret'), ('answers_published', 'Svar fra et møde registreret'), ('meeting_planned', 'Møde lagt i kalenderen'), ('meeting_changed', 'Møde ændret'), ('meeting_moved', 'Møde flyttet'), ('meeting_cancelled', 'Møde aflyst'), ('papers_sent', 'Dagsorden sendt ud'), ('meeting_held', 'Møde holdt'), ('report_drafted', 'Kladde til rapport gemt'), ('report_frozen', 'Kladde til rapport låst'), ('report_reopened', 'Kladde til rapport låst op'), ('owners_asked', 'Redaktører spurgt før et møde'), ('report_issued', 'Rapport udstedt'), ('report_replaced', 'Rapport erstattet'), ('error_reported', 'Fejl meldt'), ('error_handled', 'Fejlmelding behandlet'), ('withheld', 'Oplysninger fjernet'), ('file_written', 'Fil læst ind'), ('file_undone', 'Indlæsning fortrudt')], max_length=30, verbose_name='handling')),
                ('nature', models.CharField(choices=[('news', 'Nyt'), ('from_source', 'Indlæst fra en kilde'), ('correction', 'Rettelse'), ('housekeeping', 'Internt')], max_length=20, verbose_name='karakter')),
                ('on', models.DateField(null=True, verbose_name='om dagen')),
                ('before', models.CharField(blank=True, max_length=60, verbose_name='før')),
                ('after', models.CharField(blank=True, max_length=60, verbose_name='efter')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='detaljer')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='fingeraftryk')),
                ('request_key', models.UUIDField(editable=False, null=True)),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.committeeanswer')),
                ('answer_draft', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.answerdraft')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='indtastet af')),
                ('committee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.committee', verbose_name='udvalg')),
                ('criterion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.donewhen')),
                ('deadline', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.deadline')),
                ('batch', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.importbatch', verbose_name='indlæsning')),
                ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.issuedreport')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.item', verbose_name='række')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'hændelse',
                'verbose_name_plural': 'hændelser',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ErrorReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='nøgle')),
                ('text', models.TextField(verbose_name='hvad der er forkert')),
                ('where', models.CharField(blank=True, max_length=300, verbose_name='hvor det står')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='afsenderens mailadresse')),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='sendt')),
                ('handled_at', models.DateTimeField(blank=True, null=True, verbose_name='behandlet')),
                ('note', models.TextField(blank=True, verbose_name='hvad der blev gjort')),
                ('handled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='behandlet af')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='error_reports', to='recommendations.item', verbose_name='række')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='error_reports', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'fejlmelding',
                'verbose_name_plural': 'fejlmeldinger',
                'ordering': ['-sent_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='committee',
            name='municipality',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='committees', to='recommendations.municipality', verbose_name='kommune'),
        ),
        migrations.AddField(
            model_name='addressee',
            name='municipality',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='addressees', to='recommendations.municipality', verbose_name='kommune'),
        ),
        migrations.CreateModel(
            name='LogLeaf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(verbose_name='nummer')),
                ('leaf_hash', models.CharField(max_length=64, verbose_name='fingeraftryk')),
                ('roots', models.TextField(blank=True, verbose_name='rødder')),
                ('salt', models.CharField(editable=False, max_length=32, verbose_name='salt')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='recommendations.event', verbose_name='hændelse')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='log_leaves', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'blad i loggen',
                'verbose_name_plural': 'blade i loggen',
                'ordering': ['municipality', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='dag')),
                ('begins_at', models.TimeField(blank=True, null=True, verbose_name='klokkeslæt')),
                ('agenda_url', models.URLField(blank=True, help_text='Når dagsordenen er offentlig.', max_length=500, verbose_name='link til dagsordenen')),
                ('state', models.CharField(choices=[('planned', 'Planlagt'), ('papers_sent', 'Dagsordenen er sendt ud'), ('held', 'Holdt'), ('cancelled', 'Aflyst')], default='planned', max_length=20, verbose_name='tilstand')),
                ('moved_from', models.DateField(blank=True, editable=False, null=True, verbose_name='flyttet fra')),
                ('remark', models.CharField(blank=True, help_text='Hvorfor det er flyttet eller aflyst. Vises for borgere.', max_length=300, verbose_name='bemærkning')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='recommendations.committee', verbose_name='udvalg')),
            ],
            options={
                'verbose_name': 'møde',
                'verbose_name_plural': 'møder',
                'ordering': ['-on', 'committee', 'id'],
            },
        ),
        migrations.AddField(
            model_name='issuedreport',
            name='meeting',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='recommendations.meeting', verbose_name='møde'),
        ),
        migrations.AddField(
            model_name='event',
            name='meeting',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.meeting'),
        ),
        migrations.AddField(
            model_name='committeeanswer',
            name='returns_to',
            field=models.ForeignKey(blank=True, help_text='Når udvalget har bedt om at få sagen igen på et bestemt møde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promised_answers', to='recommendations.meeting', verbose_name='vender tilbage på mødet'),
        ),
        migrations.AddField(
            model_name='answerdraft',
            name='returns_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.meeting', verbose_name='vender tilbage på mødet'),
        ),
        migrations.CreateModel(
            name='Ownership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registreret')),
                ('role', models.CharField(choices=[('lead', 'Hovedansvarlig'), ('co_owner', 'Medansvarlig')], default='lead', max_length=20, verbose_name='ansvar')),
                ('valid_from', models.DateField(verbose_name='fra')),
                ('valid_to', models.DateField(blank=True, help_text='Den første dag, udvalget ikke længere ejer.', null=True, verbose_name='til')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='begrundelse')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ownerships', to='recommendations.committee', verbose_name='udvalg')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ownerships', to='recommendations.item', verbose_name='række')),
                ('recorded_by', models.ForeignKey(editable=False, help_text='Tomt, når rækken er indlæst fra en kilde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registreret af')),
                ('replaces', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacements', to='recommendations.ownership', verbose_name='erstatter')),
            ],
            options={
                'verbose_name': 'ejerskab',
                'verbose_name_plural': 'ejerskaber',
                'ordering': ['-role', 'committee__sort_name', 'valid_from', 'id'],
            },
        ),
        migrations.AddField(
            model_name='event',
            name='ownership',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.ownership'),
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Bruges i adresser. Kan ikke ændres, når kilden er offentlig.', max_length=60, verbose_name='kode')),
                ('short_code', models.CharField(help_text='Bruges i korte adresser som k24/3.4, der kan stå på et opslag. Kan ikke ændres, når kilden er offentlig.', max_length=12, validators=[django.core.validators.RegexValidator('^[a-z]{1,8}[0-9]{1,4}\\Z', 'Skriv små bogstaver og så tal, for eksempel k24.')], verbose_name='kort kode')),
                ('title', models.CharField(max_length=300, verbose_name='titel')),
                ('kind', models.CharField(choices=[('citizens_assembly', 'Borgerting'), ('action_plan', 'Handlingsplan'), ('analysis', 'Analyse'), ('memo', 'Notat'), ('citizens_meeting', 'Borgermøde'), ('agreement', 'Aftale'), ('inventory', 'Oversigt over indsatser'), ('members_motion', 'Medlemsforslag')], max_length=30, verbose_name='slags')),
                ('publisher', models.CharField(max_length=200, verbose_name='udgiver')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='udgivet den')),
                ('published_year', models.PositiveSmallIntegerField(blank=True, help_text='Bruges, når kilden ikke har en dato.', null=True, verbose_name='udgivet i år')),
                ('handed_over_on', models.DateField(blank=True, help_text='Den dag, kommunen fik anbefalingerne. Herfra tælles dage uden svar.', null=True, verbose_name='overdraget den')),
                ('public_at', models.DateTimeField(editable=False, null=True, verbose_name='offentlig fra')),
                ('exists_from', models.DateField(editable=False, null=True)),
                ('question', models.TextField(blank=True, help_text='Det spørgsmål, kilden svarer på, i kildens egne ord.', verbose_name='spørgsmål')),
                ('summary', models.TextField(blank=True, verbose_name='om kilden')),
                ('numbering_note', models.CharField(blank=True, help_text='Udfyldes, når numrene er vores og ikke kildens.', max_length=300, verbose_name='om numrene')),
                ('expects_answers', models.BooleanField(default=False, help_text='Slå til, når kommunens udvalg ejer anbefalingerne. Så vises og tælles manglende svar og manglende ejere.', verbose_name='kommunen skal svare')),
                ('owners_known', models.BooleanField(default=True, help_text='Slå fra, når kilden ikke siger, hvilket udvalg der svarer på hvilken anbefaling. Så siger siderne det.', verbose_name='ejerne er kendt')),
                ('expected_headings', models.PositiveIntegerField(default=0, verbose_name='antal overskrifter i kilden')),
                ('expected_recommendations', models.PositiveIntegerField(default=0, help_text='Uden overskrifter.', verbose_name='antal anbefalinger i kilden')),
                ('expected_initiatives', models.PositiveIntegerField(default=0, verbose_name='antal initiativer i kilden')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rækkefølge')),
                ('is_whole', models.BooleanField(default=True, help_text='Slå fra, når vi ved, at kilden rummer mere, end der er registreret her. Så siger siderne det.', verbose_name='listen er hel')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'kilde',
                'verbose_name_plural': 'kilder',
                'ordering': ['position', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='ProcessFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='rækkefølge')),
                ('label', models.CharField(max_length=200, verbose_name='hvad')),
                ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='tal')),
                ('on', models.DateField(blank=True, null=True, verbose_name='dato')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='tekst')),
                ('is_step', models.BooleanField(default=False, help_text='Slå til for et antal personer, der er en del af det forrige trins. Så vises det i figuren.', verbose_name='trin i figuren')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='recommendations.publication', verbose_name='kilde')),
            ],
            options={
                'verbose_name': 'oplysning om processen',
                'verbose_name_plural': 'oplysninger om processen',
                'ordering': ['publication', 'position'],
            },
        ),
        migrations.AddField(
            model_name='item',
            name='publication',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='recommendations.publication', verbose_name='kilde'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='publication',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='recommendations.publication', verbose_name='kilde'),
        ),
        migrations.AddField(
            model_name='event',
            name='publication',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.publication', verbose_name='kilde'),
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='rækkefølge')),
                ('title', models.CharField(max_length=300, verbose_name='titel')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('page_offset', models.SmallIntegerField(blank=True, help_text='Så mange sider kommer før den side, der er trykt 1. Så fører links til den rigtige side i en PDF.', null=True, verbose_name='sider før side 1')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='recommendations.publication', verbose_name='kilde')),
            ],
            options={
                'verbose_name': 'dokument',
                'verbose_name_plural': 'dokumenter',
                'ordering': ['publication', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('builds_on', 'Bygger på'), ('same_matter', 'Samme sag som'), ('carried_out_by', 'Udføres af')], max_length=20, verbose_name='forhold')),
                ('basis', models.CharField(choices=[('source', 'Står i kilden'), ('our_reading', 'Vores læsning')], max_length=20, verbose_name='grundlag')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='bemærkning')),
                ('from_item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations_out', to='recommendations.item', verbose_name='fra')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.publication', verbose_name='kilde, der siger det')),
                ('to_item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations_in', to='recommendations.item', verbose_name='til')),
            ],
            options={
                'verbose_name': 'forhold',
                'verbose_name_plural': 'forhold',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReportDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agenda_item', models.CharField(blank=True, max_length=100, verbose_name='punkt på dagsordenen')),
                ('case_number', models.CharField(blank=True, max_length=60, verbose_name='sagsnummer')),
                ('annex', models.CharField(blank=True, help_text='Kun nummeret: 2 bliver til »Bilag 2«.', max_length=20, verbose_name='bilag nr.')),
                ('foreword', models.TextField(blank=True, help_text='Står først i rapporten, med udvalgets egne ord.', max_length=4000, verbose_name='forord')),
                ('known_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='låst')),
                ('asked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ejerne er spurgt')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='udgave')),
                ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report_draft', to='recommendations.meeting', verbose_name='møde')),
            ],
            options={
                'verbose_name': 'kladde til rapport',
                'verbose_name_plural': 'kladder til rapporter',
                'ordering': ['-meeting__on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SourceCommittee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(blank=True, help_text='Den del af kildens spørgsmål, udvalget skal svare på.', max_length=300, verbose_name='del af spørgsmålet')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bound_sources', to='recommendations.committee', verbose_name='udvalg')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bound_committees', to='recommendations.publication', verbose_name='kilde')),
            ],
            options={
                'verbose_name': 'udvalg, der skal svare på en kilde',
                'verbose_name_plural': 'udvalg, der skal svare på en kilde',
                'ordering': ['publication', 'committee__sort_name'],
            },
        ),
        migrations.CreateModel(
            name='StatusUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='nøgle')),
                ('kind', models.CharField(choices=[('status', 'Status'), ('confirmation', 'Bekræftelse: stadig korrekt'), ('note', 'Nyt uden ændret status'), ('correction', 'Rettelse')], default='status', max_length=20, verbose_name='slags')),
                ('status', models.CharField(blank=True, choices=[('not_started', 'Ikke begyndt'), ('planned', 'Planlagt'), ('in_progress', 'I gang'), ('implemented', 'Gennemført'), ('implemented_otherwise', 'Gennemført på anden måde'), ('paused', 'Sat på pause'), ('abandoned', 'Opgivet'), ('lapsed', 'Bortfaldet')], default='', max_length=30, verbose_name='status')),
                ('on', models.DateField(default=django.utils.timezone.localdate, help_text='Den dag, oplysningen gælder.', verbose_name='dato')),
                ('text', models.TextField(blank=True, help_text='Skriv til en borger: hvad er der sket, og hvad betyder det. Nævn ikke personer ved navn.', verbose_name='tekst')),
                ('decided_by', models.CharField(blank=True, help_text='Det udvalg eller den forvaltning, der besluttede det.', max_length=200, verbose_name='besluttet af')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='besluttet den')),
                ('next_step', models.CharField(blank=True, help_text='Det næste, der vil ske.', max_length=300, verbose_name='næste skridt')),
                ('next_step_on', models.DateField(blank=True, null=True, verbose_name='næste skridt ventes')),
                ('version', models.PositiveIntegerField(default=0, editable=False, help_text='Hvor mange gange kladden er gemt.', verbose_name='udgave')),
                ('state', models.CharField(choices=[('draft', 'Kladde'), ('submitted', 'Sendt til godkendelse'), ('published', 'Udgivet'), ('discarded', 'Kasseret')], default='draft', max_length=20, verbose_name='tilstand')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='oprettet')),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='sendt til godkendelse')),
                ('review_comment', models.TextField(blank=True, editable=False, verbose_name='godkenderens kommentar')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='udgivet')),
                ('author', models.ForeignKey(editable=False, help_text='Tomt, når rækken er indlæst fra en kilde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='indtastet af')),
                ('based_on', models.ForeignKey(editable=False, help_text='Den nyeste udgivne opdatering, da der blev skrevet. Er der kommet en nyere, spørges der først.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.statusupdate', verbose_name='skrevet, da dette stod')),
                ('committee', models.ForeignKey(blank=True, help_text='Tomt kun for det, der er indlæst fra en kilde uden et udvalg.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statusupdates', to='recommendations.committee', verbose_name='på vegne af')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='recommendations.statusupdate', verbose_name='retter')),
                ('criterion', models.ForeignKey(editable=False, help_text='Kriteriet, som det lød, da opdateringen blev godkendt.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.donewhen', verbose_name='kriterium')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='updates', to='recommendations.item', verbose_name='række')),
                ('next_step_meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next_steps', to='recommendations.meeting', verbose_name='næste skridt kommer på mødet')),
                ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='udgivet af')),
            ],
            options={
                'verbose_name': 'statusopdatering',
                'verbose_name_plural': 'statusopdateringer',
                'ordering': ['-on', '-published_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_from', models.DateField()),
                ('on_until', models.DateField(null=True)),
                ('known_from', models.DateTimeField()),
                ('known_until', models.DateTimeField(null=True)),
                ('role', models.CharField(blank=True, choices=[('lead', 'Hovedansvarlig'), ('co_owner', 'Medansvarlig')], max_length=20)),
                ('outcome', models.CharField(blank=True, choices=[('adopted', 'Tiltrådt'), ('partly_adopted', 'Delvist tiltrådt'), ('not_adopted', 'Ikke tiltrådt'), ('noted', 'Taget til efterretning'), ('outside_remit', 'Uden for kommunens kompetence'), ('not_read', 'Behandlet; beslutningen er ikke læst ind')], max_length=20)),
                ('status', models.CharField(blank=True, choices=[('not_started', 'Ikke begyndt'), ('planned', 'Planlagt'), ('in_progress', 'I gang'), ('implemented', 'Gennemført'), ('implemented_otherwise', 'Gennemført på anden måde'), ('paused', 'Sat på pause'), ('abandoned', 'Opgivet'), ('lapsed', 'Bortfaldet')], max_length=30)),
                ('status_on', models.DateField(null=True)),
                ('changed_on', models.DateField(null=True)),
                ('changed_at', models.DateTimeField(null=True)),
                ('confirmed_on', models.DateField(null=True)),
                ('fresh_on', models.DateField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('original_due_on', models.DateField(null=True)),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='recommendations.committeeanswer')),
                ('committee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='recommendations.committee', verbose_name='udvalg')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='recommendations.item', verbose_name='række')),
                ('update', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='recommendations.statusupdate')),
            ],
            options={
                'verbose_name': 'stilling',
                'verbose_name_plural': 'stillinger',
                'ordering': ['item', 'committee', 'known_from', 'on_from'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='rækkefølge')),
                ('kind', models.CharField(choices=[('mentioned', 'Omtalt'), ('decided', 'Besluttet'), ('funded', 'Bevilget'), ('operating', 'I drift'), ('effect', 'Virkning vist')], default='mentioned', max_length=20, verbose_name='hvad det viser')),
                ('title', models.CharField(max_length=200, verbose_name='titel')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('file', models.FileField(blank=True, max_length=200, upload_to=recommendations.models.evidence.evidence_path, verbose_name='fil')),
                ('file_name', models.CharField(blank=True, max_length=200, verbose_name='filens navn')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='filens fingeraftryk')),
                ('case_number', models.CharField(blank=True, max_length=60, verbose_name='sagsnummer')),
                ('pages', models.CharField(blank=True, max_length=30, verbose_name='side')),
                ('shows', models.JSONField(blank=True, default=list, verbose_name='viser del af kriteriet')),
                ('removed', models.CharField(blank=True, max_length=300, verbose_name='fjernet')),
                ('update', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='recommendations.statusupdate', verbose_name='statusopdatering')),
            ],
            options={
                'verbose_name': 'dokumentation',
                'verbose_name_plural': 'dokumentation',
                'ordering': ['update', 'position'],
            },
        ),
        migrations.AddField(
            model_name='event',
            name='update',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.statusupdate'),
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registreret')),
                ('on', models.DateField(verbose_name='dato')),
                ('predecessor_ends', models.BooleanField(default=True, help_text='Slået fra flytter kun de rækker, der er valgt.', verbose_name='det gamle udvalg ophører')),
                ('reason', models.TextField(blank=True, verbose_name='begrundelse')),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions_out', to='recommendations.committee', verbose_name='fra udvalg')),
                ('recorded_by', models.ForeignKey(editable=False, help_text='Tomt, når rækken er indlæst fra en kilde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registreret af')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions_in', to='recommendations.committee', verbose_name='til udvalg')),
            ],
            options={
                'verbose_name': 'udvalgsskifte',
                'verbose_name_plural': 'udvalgsskifter',
                'ordering': ['on', 'id'],
            },
        ),
        migrations.AddField(
            model_name='ownership',
            name='succession',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ownerships', to='recommendations.succession', verbose_name='overtaget ved udvalgsskifte'),
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('everyday', models.CharField(help_text='Et ord eller en vending, for eksempel: sygemeldt', max_length=100, verbose_name='borgerens ord')),
                ('official', models.TextField(help_text='Hvad det hedder i kilderne. Et ord eller en vending på hver linje.', verbose_name='kildernes ord')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='synonyms', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'andet ord til søgning',
                'verbose_name_plural': 'andre ord til søgning',
                'ordering': ['everyday'],
            },
        ),
        migrations.CreateModel(
            name='Treatment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registreret')),
                ('meeting_date', models.DateField(verbose_name='mødedato')),
                ('agenda_item', models.CharField(blank=True, max_length=100, verbose_name='dagsordenspunkt')),
                ('agenda_url', models.URLField(blank=True, max_length=500, verbose_name='link til dagsordenspunktet')),
                ('proposed', models.TextField(blank=True, help_text='Det, forvaltningen foreslog udvalget, med vores ord. Ikke, hvad udvalget besluttede.', verbose_name='hvad der blev foreslået')),
                ('reason', models.TextField(blank=True, help_text='Kun ved en rettelse.', verbose_name='hvad der var forkert')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='treatments', to='recommendations.committee', verbose_name='udvalg')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='recommendations.treatment', verbose_name='retter')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='treatments', to='recommendations.publication', verbose_name='kilde')),
                ('recorded_by', models.ForeignKey(editable=False, help_text='Tomt, når rækken er indlæst fra en kilde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registreret af')),
            ],
            options={
                'verbose_name': 'behandling af en kilde',
                'verbose_name_plural': 'behandlinger af kilder',
                'ordering': ['-meeting_date', '-recorded_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='event',
            name='treatment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.treatment'),
        ),
        migrations.CreateModel(
            name='VoteShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('option', models.CharField(choices=[('supports', 'Støtter'), ('unsure', 'Ved ikke'), ('opposes', 'Støtter ikke')], default='supports', max_length=20, verbose_name='svarmulighed')),
                ('percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='procent')),
                ('count', models.PositiveIntegerField(blank=True, null=True, verbose_name='antal stemmer')),
                ('voters', models.PositiveIntegerField(blank=True, null=True, verbose_name='medlemmer, der kunne stemme')),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='plads i rækkefølgen')),
                ('page', models.CharField(blank=True, max_length=30, verbose_name='side i kilden')),
                ('basis', models.CharField(choices=[('percent', 'Procent, læst i kilden'), ('count', 'Antal, læst i kilden'), ('rank', 'Plads i rækkefølgen, læst i kilden'), ('unreadable', 'Kan ikke læses i kilden')], default='percent', max_length=20, verbose_name='grundlag')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='bemærkning')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='recommendations.item', verbose_name='række')),
            ],
            options={
                'verbose_name': 'stemmeandel',
                'verbose_name_plural': 'stemmeandele',
                'ordering': ['item', 'option'],
            },
        ),
        migrations.CreateModel(
            name='Withholding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='nummer')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='fjernet')),
                ('kind', models.CharField(choices=[('words', 'Et navn eller andre ord'), ('text', 'En hel tekst'), ('file', 'En fil'), ('link', 'Et link'), ('case_number', 'Et sagsnummer')], max_length=20, verbose_name='hvad')),
                ('reason', models.CharField(max_length=120, verbose_name='begrundelse')),
                ('legal_basis', models.CharField(max_length=200, verbose_name='hjemmel')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='fjernet af')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withholdings', to='recommendations.item', verbose_name='række')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='withholdings', to='recommendations.municipality', verbose_name='kommune')),
                ('publication', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withholdings', to='recommendations.publication', verbose_name='kilde')),
            ],
            options={
                'verbose_name': 'fjernet oplysning',
                'verbose_name_plural': 'fjernede oplysninger',
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='WithheldPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('row_id', models.PositiveBigIntegerField()),
                ('column_name', models.CharField(max_length=63)),
                ('digest', models.CharField(max_length=64)),
                ('row_digest', models.CharField(blank=True, max_length=64)),
                ('stored', models.CharField(blank=True, max_length=200)),
                ('opens', models.TextField(blank=True, null=True)),
                ('withholding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='recommendations.withholding')),
            ],
            options={
                'verbose_name': 'sted, hvor noget er fjernet',
                'verbose_name_plural': 'steder, hvor noget er fjernet',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registreret')),
                ('title', models.CharField(max_length=300, verbose_name='titel')),
                ('title_basis', models.CharField(choices=[('source', 'Kildens egne ord'), ('ours', 'Vores ord'), ('restated', 'Som gengivet i udvalgets papir')], default='source', max_length=20, verbose_name='titlen er')),
                ('summary', models.TextField(blank=True, help_text='En til fire sætninger, skrevet af os: hvad skal gøres, af hvem og hvorfor.', verbose_name='resumé')),
                ('official_text', models.TextField(blank=True, verbose_name='kildens egne ord')),
                ('official_basis', models.CharField(choices=[('source', 'Kildens egne ord'), ('ours', 'Vores ord'), ('restated', 'Som gengivet i udvalgets papir')], default='source', max_length=20, verbose_name='de officielle ord er')),
                ('document', models.CharField(blank=True, help_text='Tomt betyder kildens eget dokument.', max_length=300, verbose_name='dokument')),
                ('pages', models.CharField(blank=True, max_length=30, verbose_name='side i kilden')),
                ('valid_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='gælder fra')),
                ('reason', models.TextField(blank=True, verbose_name='begrundelse')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='recommendations.wording', verbose_name='retter')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wordings', to='recommendations.item', verbose_name='række')),
                ('recorded_by', models.ForeignKey(editable=False, help_text='Tomt, når rækken er indlæst fra en kilde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registreret af')),
            ],
            options={
                'verbose_name': 'ordlyd',
                'verbose_name_plural': 'ordlyde',
                'ordering': ['item', 'valid_from', 'recorded_at', 'id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='item',
            name='wording',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.wording', verbose_name='ord'),
        ),
        migrations.AddField(
            model_name='event',
            name='wording',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.wording'),
        ),
        migrations.CreateModel(
            name='WordingDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=300, verbose_name='titel')),
                ('title_basis', models.CharField(choices=[('source', 'Kildens egne ord'), ('ours', 'Vores ord'), ('restated', 'Som gengivet i udvalgets papir')], default='source', max_length=20, verbose_name='titlen er')),
                ('summary', models.TextField(blank=True, help_text='En til fire sætninger, skrevet af os: hvad skal gøres, af hvem og hvorfor.', verbose_name='resumé')),
                ('official_text', models.TextField(blank=True, verbose_name='kildens egne ord')),
                ('official_basis', models.CharField(choices=[('source', 'Kildens egne ord'), ('ours', 'Vores ord'), ('restated', 'Som gengivet i udvalgets papir')], default='source', max_length=20, verbose_name='de officielle ord er')),
                ('document', models.CharField(blank=True, help_text='Tomt betyder kildens eget dokument.', max_length=300, verbose_name='dokument')),
                ('pages', models.CharField(blank=True, max_length=30, verbose_name='side i kilden')),
                ('valid_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='gælder fra')),
                ('reason', models.TextField(blank=True, verbose_name='begrundelse')),
                ('is_correction', models.BooleanField(default=False, verbose_name='rettelse')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='oprettet')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='udgave')),
                ('state', models.CharField(choices=[('draft', 'Kladde'), ('submitted', 'Sendt til godkendelse'), ('published', 'Udgivet'), ('discarded', 'Kasseret')], default='submitted', editable=False, max_length=20, verbose_name='tilstand')),
                ('comment', models.TextField(blank=True, editable=False, verbose_name='godkenderens kommentar')),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='indtastet af')),
                ('instead_of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.wording', verbose_name='i stedet for')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wording_drafts', to='recommendations.item', verbose_name='række')),
                ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='udgivet af')),
            ],
            options={
                'verbose_name': 'forslag til ord',
                'verbose_name_plural': 'forslag til ord',
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='event',
            name='proposal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='recommendations.wordingdraft'),
        ),
        migrations.CreateModel(
            name='CommitteeMembership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'Redaktør'), ('approver', 'Godkender'), ('secretary', 'Udvalgssekretær')], max_length=20, verbose_name='rolle')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='fra')),
                ('valid_to', models.DateField(blank=True, help_text='Den første dag, rollen ikke længere gælder.', null=True, verbose_name='til')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='recommendations.committee', verbose_name='udvalg')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='committee_memberships', to=settings.AUTH_USER_MODEL, verbose_name='bruger')),
            ],
            options={
                'verbose_name': 'rolle i udvalg',
                'verbose_name_plural': 'roller i udvalg',
                'ordering': ['committee', 'role', 'user'],
                'constraints': [models.UniqueConstraint(fields=('user', 'committee', 'role'), name='membership_once', violation_error_message='Brugeren har allerede den rolle i udvalget.'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='membership_ends_after_it_begins', violation_error_message='Rollen kan ikke ophøre, før den er begyndt.')],
            },
        ),
        migrations.AddConstraint(
            model_name='donewhen',
            constraint=models.UniqueConstraint(fields=('corrects',), name='donewhen_corrected_once', violation_error_message='Rækken er allerede rettet. Ret den nyeste udgave.'),
        ),
        migrations.AddConstraint(
            model_name='donewhen',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('corrects__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='criterion_taken_back_says_why', violation_error_message='Kun en rettelse kan tage et kriterium tilbage. Skriv hvorfor.'),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(fields=['recorded_at'], name='deadline_by_record'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.UniqueConstraint(fields=('corrects',), name='deadline_corrected_once', violation_error_message='Rækken er allerede rettet. Ret den nyeste udgave.'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__isnull', False), models.Q(('corrects__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='deadline_taken_back_says_why', violation_error_message='Kun en rettelse kan tage en frist tilbage. Skriv hvorfor.'),
        ),
        migrations.AddConstraint(
            model_name='answerdraftrow',
            constraint=models.UniqueConstraint(fields=('draft', 'item'), name='answer_draft_item_once', violation_error_message='Rækken står der allerede.'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(models.F('run_after'), condition=models.Q(('done_at', None)), name='job_not_done_first'),
        ),
        migrations.AddIndex(
            model_name='errorreport',
            index=models.Index(fields=['handled_at', 'sent_at'], name='errorreport_open_first'),
        ),
        migrations.AddConstraint(
            model_name='errorreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handled_at__isnull', True), ('handled_by__isnull', True), ('note', '')), models.Q(('handled_at__isnull', False), ('handled_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='errorreport_handled_says_who_and_what', violation_error_message='En behandlet fejlmelding skal sige, hvem der behandlede den, og hvordan.'),
        ),
        migrations.AddConstraint(
            model_name='errorreport',
            constraint=models.CheckConstraint(condition=models.Q(('handled_at__isnull', True), ('email', ''), _connector='OR'), name='errorreport_handled_keeps_no_address', violation_error_message='Afsenderens mailadresse skal slettes, når fejlmeldingen er behandlet.'),
        ),
        migrations.AddConstraint(
            model_name='committee',
            constraint=models.UniqueConstraint(fields=('municipality', 'code'), name='committee_code_once', violation_error_message='Koden findes allerede. Vælg en anden, for eksempel med årstal: SOU-2026.'),
        ),
        migrations.AddConstraint(
            model_name='committee',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='committee_ends_after_it_begins', violation_error_message='Udvalget kan ikke ophøre, før det er begyndt.'),
        ),
        migrations.AddConstraint(
            model_name='addressee',
            constraint=models.UniqueConstraint(fields=('municipality', 'slug'), name='addressee_slug_once', violation_error_message='Koden findes allerede. Vælg en anden.'),
        ),
        migrations.AddConstraint(
            model_name='addressee',
            constraint=models.UniqueConstraint(fields=('municipality', 'name'), name='addressee_name_once', violation_error_message='Navnet findes allerede. Vælg adressaten fra listen.'),
        ),
        migrations.AddConstraint(
            model_name='logleaf',
            constraint=models.UniqueConstraint(fields=('municipality', 'number'), name='log_leaf_number_once', violation_error_message='Nummeret i loggen er brugt. Prøv igen.'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['state', 'on'], name='meeting_by_state'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('committee', 'on'), name='meeting_once_a_day', violation_error_message='Udvalget har allerede et møde den dag. Vælg en anden dag.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('moved_from__isnull', True), models.Q(('moved_from', models.F('on')), _negated=True), _connector='OR'), name='meeting_moved_to_another_day', violation_error_message='Mødet er ikke flyttet: dagen er den samme.'),
        ),
        migrations.AddConstraint(
            model_name='issuedreport',
            constraint=models.CheckConstraint(condition=models.Q(('replaces__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='report_that_replaces_says_why', violation_error_message='Skriv, hvorfor rapporten erstattes. Det vises for borgerne.'),
        ),
        migrations.AddIndex(
            model_name='committeeanswer',
            index=models.Index(fields=['item', 'committee', '-meeting_date'], name='answer_by_cell'),
        ),
        migrations.AddIndex(
            model_name='committeeanswer',
            index=models.Index(fields=['recorded_at'], name='answer_by_record'),
        ),
        migrations.AddConstraint(
            model_name='committeeanswer',
            constraint=models.UniqueConstraint(fields=('corrects',), name='committeeanswer_corrected_once', violation_error_message='Rækken er allerede rettet. Ret den nyeste udgave.'),
        ),
        migrations.AddConstraint(
            model_name='committeeanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('corrects__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='answer_taken_back_says_why', violation_error_message='Kun en rettelse kan tage et svar tilbage. Skriv hvorfor.'),
        ),
        migrations.AddConstraint(
            model_name='committeeanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['partly_adopted', 'not_adopted']), _negated=True), models.Q(('text', ''), _negated=True), _connector='OR'), name='answer_gives_its_reason', violation_error_message='Svaret kræver en tekst: hvilken del der følges, eller hvorfor ikke.'),
        ),
        migrations.AddConstraint(
            model_name='committeeanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'outside_remit'), _negated=True), models.Q(('passed_on_to', ''), _negated=True), _connector='OR'), name='answer_says_who_it_was_passed_on_to', violation_error_message='Skriv, hvem sagen er sendt videre til.'),
        ),
        migrations.AddConstraint(
            model_name='committeeanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'not_read'), _negated=True), models.Q(('agenda_url', ''), _negated=True), _connector='OR'), name='answer_not_read_has_a_link', violation_error_message='Skriv linket til dagsordenspunktet, så beslutningen kan læses dér.'),
        ),
        migrations.AddConstraint(
            model_name='committeeanswer',
            constraint=models.CheckConstraint(condition=models.Q(('returns_to__isnull', True), ('returns_by__isnull', True), _connector='OR'), name='answer_returns_once', violation_error_message='Vælg et møde, eller skriv en dag: ikke begge dele.'),
        ),
        migrations.AddIndex(
            model_name='answerdraft',
            index=models.Index(fields=['committee', 'state'], name='answer_draft_of_committee'),
        ),
        migrations.AddConstraint(
            model_name='answerdraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', True)), _connector='OR'), name='answer_draft_published_has_a_time', violation_error_message='Svar, der er registreret, skal have et tidspunkt.'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['position', 'slug'], name='publication_by_position'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(fields=('municipality', 'slug'), name='publication_slug_once', violation_error_message='Koden findes allerede. Vælg en anden.'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(fields=('municipality', 'short_code'), name='publication_short_code_once', violation_error_message='Den korte kode findes allerede. Vælg en anden.'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('published_on__isnull', True), ('published_year__isnull', True), _connector='OR'), name='publication_date_or_year', violation_error_message='Skriv enten en dato eller et årstal for udgivelsen, ikke begge.'),
        ),
        migrations.AddConstraint(
            model_name='processfact',
            constraint=models.UniqueConstraint(fields=('publication', 'position'), name='processfact_position_once', violation_error_message='To oplysninger har samme plads i rækkefølgen. Giv den ene et andet tal.'),
        ),
        migrations.AddConstraint(
            model_name='processfact',
            constraint=models.CheckConstraint(condition=models.Q(('number__isnull', False), ('on__isnull', False), models.Q(('text', ''), _negated=True), _connector='OR'), name='processfact_says_something', violation_error_message='Skriv et tal, en dato eller en tekst.'),
        ),
        migrations.AddConstraint(
            model_name='processfact',
            constraint=models.CheckConstraint(condition=models.Q(('is_step', False), ('number__isnull', False), _connector='OR'), name='processfact_step_has_a_number', violation_error_message='Et trin i figuren skal have et tal.'),
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'written'), _negated=True), ('written_at__isnull', False), _connector='OR'), name='import_batch_written_when', violation_error_message='En indlæsning, der er skrevet ind, har et tidspunkt.'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('publication', 'position'), name='document_position_once', violation_error_message='To dokumenter har samme plads i rækkefølgen. Giv det ene et andet tal.'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('publication', 'title'), name='document_title_once', violation_error_message='To dokumenter har samme titel. Giv det ene en anden.'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.UniqueConstraint(fields=('from_item', 'kind', 'to_item'), name='relation_once', violation_error_message='Forholdet er allerede registreret.'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('from_item', models.F('to_item')), _negated=True), name='relation_not_to_itself', violation_error_message='Forholdet kan ikke gå fra en række til den selv.'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('basis', 'our_reading'), ('source__isnull', False), _connector='OR'), name='relation_names_its_source', violation_error_message='Vælg den kilde, der siger det, eller marker forholdet som vores læsning.'),
        ),
        migrations.AddConstraint(
            model_name='sourcecommittee',
            constraint=models.UniqueConstraint(fields=('publication', 'committee'), name='source_committee_once', violation_error_message='Udvalget står der to gange. Fjern den ene.'),
        ),
        migrations.AddIndex(
            model_name='statusupdate',
            index=models.Index(fields=['item', 'state', 'kind', '-on'], name='update_of_item'),
        ),
        migrations.AddIndex(
            model_name='statusupdate',
            index=models.Index(fields=['committee', 'state'], name='update_of_committee'),
        ),
        migrations.AddIndex(
            model_name='statusupdate',
            index=models.Index(fields=['-on', '-published_at', '-id'], name='update_by_day'),
        ),
        migrations.AddIndex(
            model_name='statusupdate',
            index=models.Index(fields=['state', '-published_at', '-on', '-id', 'kind', 'item'], name='update_by_publication'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'status'), models.Q(('status', ''), _negated=True)), ('kind', 'correction'), models.Q(('kind__in', ['note', 'confirmation']), ('status', '')), _connector='OR'), name='update_status_only_with_news_of_it', violation_error_message='En status hører til en ny status eller en rettelse. Vælg en status, eller lad feltet stå tomt.'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('kind', 'correction')), models.Q(models.Q(('kind', 'correction'), _negated=True), ('corrects__isnull', True)), _connector='OR'), name='update_correction_points_at_what_it_corrects', violation_error_message='En rettelse skal pege på den opdatering, den retter.'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('corrects',), name='update_corrected_once', violation_error_message='Opdateringen er allerede rettet. Ret den nyeste udgave.'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', True)), _connector='OR'), name='update_published_has_a_time', violation_error_message='En udgivet opdatering skal have et tidspunkt, og en kladde må ikke have et.'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), ('status__in', ['implemented', 'implemented_otherwise']), _negated=True), models.Q(('author__isnull', False), ('published_by__isnull', False), models.Q(('published_by', models.F('author')), _negated=True)), _connector='OR'), name='update_done_has_a_second_person', violation_error_message='»Gennemført« skal godkendes af en anden end den, der har skrevet det.'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), ('status', 'abandoned'), _negated=True), models.Q(models.Q(('decided_by', ''), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='update_abandoned_says_who_and_when', violation_error_message='»Opgivet« kræver, hvem der besluttede det, og hvornår.'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['item', 'committee', 'on_from'], name='standing_of_cell'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(condition=models.Q(('committee__isnull', True), ('known_until__isnull', True)), fields=['item', 'on_from'], name='standing_of_whole_today'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(condition=models.Q(('committee__isnull', False), ('known_until__isnull', True)), fields=['committee', 'outcome', 'item'], name='standing_of_committee_today'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(condition=models.Q(('committee__isnull', False), ('known_until__isnull', True), models.Q(('role', ''), _negated=True)), fields=['committee', 'on_until', 'status', 'item'], name='standing_of_owner_today'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(condition=models.Q(('committee__isnull', False), ('known_until__isnull', True), ('role', '')), fields=['committee'], name='standing_of_others_today'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('update', 'position'), name='evidence_position_once', violation_error_message='To rækker dokumentation har samme plads i rækkefølgen.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('url', ''), _negated=True), ('file', ''), ('case_number', '')), models.Q(('url', ''), models.Q(('file', ''), _negated=True), ('case_number', '')), models.Q(('url', ''), ('file', ''), models.Q(('case_number', ''), _negated=True)), models.Q(models.Q(('removed', ''), _negated=True), ('url', ''), ('file', ''), ('case_number', '')), _connector='OR'), name='evidence_is_one_thing', violation_error_message='Skriv enten et link, en fil eller et sagsnummer. Brug en række til hver.'),
        ),
        migrations.AddConstraint(
            model_name='succession',
            constraint=models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='succession_not_to_itself', violation_error_message='Et udvalg kan ikke afløse sig selv.'),
        ),
        migrations.AddIndex(
            model_name='ownership',
            index=models.Index(fields=['committee', 'valid_to'], name='ownership_by_committee'),
        ),
        migrations.AddIndex(
            model_name='ownership',
            index=models.Index(fields=['item', 'committee'], name='ownership_by_cell'),
        ),
        migrations.AddConstraint(
            model_name='ownership',
            constraint=models.UniqueConstraint(fields=('replaces',), name='ownership_replaced_once', violation_error_message='Ejerskabet er allerede ændret. Genindlæs siden, og ret den nyeste række.'),
        ),
        migrations.AddConstraint(
            model_name='ownership',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='ownership_ends_after_it_begins', violation_error_message='Ejerskabet kan ikke ophøre, før det er begyndt.'),
        ),
        migrations.AddConstraint(
            model_name='synonym',
            constraint=models.UniqueConstraint(fields=('municipality', 'everyday'), name='synonym_everyday_once', violation_error_message='Ordet står her allerede. Skriv kildernes ord til på den række.'),
        ),
        migrations.AddIndex(
            model_name='treatment',
            index=models.Index(fields=['publication', '-meeting_date'], name='treatment_of_source'),
        ),
        migrations.AddIndex(
            model_name='treatment',
            index=models.Index(fields=['committee', '-meeting_date'], name='treatment_by_committee'),
        ),
        migrations.AddConstraint(
            model_name='treatment',
            constraint=models.UniqueConstraint(fields=('corrects',), name='treatment_corrected_once', violation_error_message='Rækken er allerede rettet. Ret den nyeste udgave.'),
        ),
        migrations.AddConstraint(
            model_name='treatment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agenda_url', ''), _negated=True), models.Q(('corrects__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='treatment_has_a_link', violation_error_message='Skriv linket til dagsordenspunktet, så beslutningen kan læses dér.'),
        ),
        migrations.AddIndex(
            model_name='voteshare',
            index=models.Index(fields=['option', 'percent'], name='voteshare_by_percent'),
        ),
        migrations.AddConstraint(
            model_name='voteshare',
            constraint=models.UniqueConstraint(fields=('item', 'option'), name='voteshare_option_once', violation_error_message='Rækken har allerede en stemmeandel for den svarmulighed.'),
        ),
        migrations.AddConstraint(
            model_name='voteshare',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('basis', 'percent'), ('percent__isnull', False)), models.Q(('basis', 'count'), ('count__isnull', False)), models.Q(('basis', 'rank'), ('rank__isnull', False)), models.Q(('basis', 'unreadable'), ('count__isnull', True), ('percent__isnull', True), ('rank__isnull', True)), _connector='OR'), name='voteshare_read_or_unreadable', violation_error_message='Skriv det tal, grundlaget siger: en procent, et antal eller en plads. En ulæselig har intet tal.'),
        ),
        migrations.AddConstraint(
            model_name='voteshare',
            constraint=models.CheckConstraint(condition=models.Q(('percent__isnull', True), models.Q(('percent__gte', 0), ('percent__lte', 100)), _connector='OR'), name='voteshare_within_0_and_100', violation_error_message='Procenten skal ligge mellem 0 og 100.'),
        ),
        migrations.AddConstraint(
            model_name='voteshare',
            constraint=models.CheckConstraint(condition=models.Q(('count__isnull', True), ('voters__isnull', True), ('count__lte', models.F('voters')), _connector='OR'), name='voteshare_no_more_votes_than_voters', violation_error_message='Der kan ikke være flere stemmer end medlemmer, der kunne stemme.'),
        ),
        migrations.AddConstraint(
            model_name='withholding',
            constraint=models.UniqueConstraint(fields=('municipality', 'number'), name='withholding_number_once', violation_error_message='Nummeret er brugt. Prøv igen.'),
        ),
        migrations.AddIndex(
            model_name='withheldplace',
            index=models.Index(fields=['table_name', 'row_id', 'column_name'], name='withheld_place'),
        ),
        migrations.AddIndex(
            model_name='wording',
            index=models.Index(fields=['item', 'valid_from', 'recorded_at'], name='wording_of_item'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(fields=('corrects',), name='wording_corrected_once', violation_error_message='Rækken er allerede rettet. Ret den nyeste udgave.'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='wording_has_a_title', violation_error_message='Skriv en titel.'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.CheckConstraint(condition=models.Q(('official_basis', 'ours'), _negated=True), name='wording_official_words_are_not_ours', violation_error_message='Kildens egne ord kan ikke være vores. Skriv vores ord i resuméet.'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['publication', 'path'], name='item_by_path'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['publication', 'kind'], name='item_by_kind'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'initiative')), fields=('publication', 'number_key'), name='item_initiative_number_once', violation_error_message='Nummeret findes allerede i den kilde. Vælg et andet nummer.'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'initiative'), _negated=True), fields=('publication', 'number_key'), name='item_number_once', violation_error_message='Nummeret findes allerede i den kilde. Vælg et andet nummer.'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='item_not_its_own_parent', violation_error_message='En række kan ikke høre under sig selv.'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__contains', '/'), _negated=True), models.Q(('number__contains', '?'), _negated=True), models.Q(('number', ''), _negated=True)), name='item_number_fits_its_address', violation_error_message='Nummeret må kun have bogstaver, tal, punktum, bindestreg, mellemrum, # og §, og ikke to punktummer i træk. Skriv 2/2024 som 2-2024.'),
        ),
        migrations.AddIndex(
            model_name='wordingdraft',
            index=models.Index(fields=['state', 'item'], name='wording_draft_by_state'),
        ),
        migrations.AddConstraint(
            model_name='wordingdraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_by__isnull', False), ('state', 'published'), models.Q(('published_by', models.F('author')), _negated=True)), models.Q(models.Q(('state', 'published'), _negated=True), ('published_by__isnull', True)), _connector='OR'), name='wording_draft_has_a_second_person', violation_error_message='Kildens ord udgives af en anden end den, der har skrevet forslaget.'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['municipality', 'id'], name='event_newest'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['nature', '-at', '-id'], name='event_news'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['municipality', '-at', '-id'], name='event_by_time'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['item', '-at'], name='event_of_item'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['update', 'act'], name='event_of_update'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['by', '-at'], name='event_by_person'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch'], name='event_of_batch'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(fields=('municipality', 'request_key'), name='event_once_for_each_request', violation_error_message='Det er allerede gjort. Genindlæs siden for at se det.'),
        ),
        migrations.RunPython(make_guards, drop_guards),
        migrations.RunPython(make_vector, drop_vector),
        migrations.RunPython(order_by_bytes, migrations.RunPython.noop),
    ]
