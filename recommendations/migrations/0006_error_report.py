import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0005_process_steps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ('initiative', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='error_reports', to='recommendations.initiative', verbose_name='initiativ')),
                ('recommendation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='error_reports', to='recommendations.recommendation', verbose_name='anbefaling')),
            ],
            options={
                'verbose_name': 'fejlmelding',
                'verbose_name_plural': 'fejlmeldinger',
                'ordering': ['-sent_at', '-id'],
                'indexes': [models.Index(fields=['handled_at', 'sent_at'], name='errorreport_open_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('recommendation__isnull', True), ('initiative__isnull', True), _connector='OR'), name='errorreport_about_one_item_at_most', violation_error_message='En fejlmelding kan ikke handle om to rækker.'), models.CheckConstraint(condition=models.Q(models.Q(('handled_at__isnull', True), ('handled_by__isnull', True), ('note', '')), models.Q(('handled_at__isnull', False), ('handled_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='errorreport_handled_says_who_and_what', violation_error_message='En behandlet fejlmelding skal sige, hvem der behandlede den, og hvordan.'), models.CheckConstraint(condition=models.Q(('handled_at__isnull', True), ('email', ''), _connector='OR'), name='errorreport_handled_keeps_no_address', violation_error_message='Afsenderens mailadresse skal slettes, når fejlmeldingen er behandlet.')],
            },
        ),
    ]
