"""Mail: what is sent, what comes back, who is asked, who follows; and what a silent committee has been asked."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from recommendations.append_only import Guard, install, uninstall

FROZEN = 'Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet.'
TABLE = 'recommendations_answerrequest'
GUARDS = (
    Guard('append_only_answerrequest_update', TABLE, 'UPDATE', 'TRUE', FROZEN, ('text',)),
    Guard('append_only_answerrequest_delete', TABLE, 'DELETE', 'TRUE', FROZEN),
    Guard('append_only_answerrequest_truncate', TABLE, 'TRUNCATE', 'TRUE', FROZEN),
)


def make_guards(apps, schema_editor):
    install(schema_editor.connection, GUARDS)


def drop_guards(apps, schema_editor):
    uninstall(schema_editor.connection, GUARDS)


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('recommendations', '0001_domain'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MailPreference',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail_preference', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='bruger')),
                ('is_daily', models.BooleanField(default=False, verbose_name='én mail om dagen')),
            ],
            options={
                'verbose_name': 'ønske om mail',
                'verbose_name_plural': 'ønsker om mail',
            },
        ),
        migrations.CreateModel(
            name='ToldUntil',
            fields=[
                ('municipality', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='told_until', serialize=False, to='recommendations.municipality', verbose_name='kommune')),
                ('event_id', models.BigIntegerField(default=0, verbose_name='hændelse')),
            ],
            options={
                'verbose_name': 'fortalt indtil',
                'verbose_name_plural': 'fortalt indtil',
            },
        ),
        migrations.AddField(
            model_name='municipality',
            name='answer_letter_months',
            field=models.PositiveSmallIntegerField(default=6, help_text='Regnet fra overdragelsen, når udvalget ikke har svaret.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='måneder, før et udvalg kan få et brev'),
        ),
        migrations.AddField(
            model_name='municipality',
            name='answer_line_months',
            field=models.PositiveSmallIntegerField(default=9, help_text='Regnet fra overdragelsen. Linjen kan først komme, når brevet er sendt.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='måneder, før siderne kan sige, at en begrundelse er udbedt'),
        ),
        migrations.AlterField(
            model_name='event',
            name='act',
            field=models.CharField(choices=[('status_published', 'Ny status'), ('note_published', 'Nyt uden ændret status'), ('status_confirmed', 'Bekræftet: stadig korrekt'), ('update_corrected', 'Opdatering rettet'), ('answer_recorded', 'Svar registreret'), ('answer_corrected', 'Svar rettet'), ('deadline_set', 'Frist sat'), ('deadline_moved', 'Frist flyttet'), ('deadline_corrected', 'Frist rettet'), ('criterion_set', 'Kriterium sat'), ('criterion_reworded', 'Kriterium ændret'), ('criterion_corrected', 'Kriterium rettet'), ('owner_added', 'Ejer registreret'), ('owner_ended', 'Ejerskab ophørt'), ('owner_corrected', 'Ejerskab rettet'), ('handed_over', 'Overdraget til et andet udvalg'), ('reworded', 'Nye ord'), ('words_corrected', 'Ord rettet'), ('words_proposed', 'Nye ord foreslået'), ('words_returned', 'Forslag til ord sendt retur'), ('words_discarded', 'Forslag til ord kasseret'), ('source_added', 'Kilde oprettet'), ('source_changed', 'Kilde ændret'), ('source_opened', 'Kilde gjort offentlig'), ('treatment_recorded', 'Kilde behandlet på et møde'), ('treatment_corrected', 'Behandling af kilde rettet'), ('item_added', 'Række oprettet'), ('item_changed', 'Række ændret'), ('items_added', 'Rækker skrevet ind'), ('item_retyped', 'Række skrevet om'), ('item_removed', 'Række taget ud'), ('items_assigned', 'Ejer eller adressat sat for flere rækker'), ('support_recorded', 'Støtte registreret'), ('relation_added', 'Forhold registreret'), ('relation_removed', 'Forhold fjernet'), ('committee_added', 'Udvalg oprettet'), ('committee_changed', 'Udvalg ændret'), ('committee_succeeded', 'Udvalg afløst'), ('addressee_saved', 'Adressat gemt'), ('synonym_saved', 'Andet ord til søgning gemt'), ('synonym_removed', 'Andet ord til søgning fjernet'), ('role_given', 'Rolle givet'), ('role_ended', 'Rolle ophørt'), ('person_invited', 'Medarbejder inviteret'), ('person_changed', 'Medarbejder ændret'), ('person_left', 'Medarbejder holdt op'), ('login_reopened', 'Login åbnet igen'), ('link_sent', 'Link til adgangskode sendt'), ('password_chosen', 'Adgangskode valgt'), ('municipality_changed', 'Kommunens oplysninger ændret'), ('draft_saved', 'Kladde gemt'), ('draft_submitted', 'Sendt til godkendelse'), ('draft_returned', 'Sendt retur'), ('draft_remarked', 'Bemærkning til kladde'), ('draft_discarded', 'Kladde kasseret'), ('answers_drafted', 'Svar fra et møde gemt som kladde'), ('answers_submitted', 'Svar fra et møde sendt til godkendelse'), ('answers_returned', 'Svar fra et møde sendt retur'), ('answers_discarded', 'Svar fra et møde kasseret'), ('answers_published', 'Svar fra et møde registreret'), ('meeting_planned', 'Møde lagt i kalenderen'), ('meeting_changed', 'Møde ændret'), ('meeting_moved', 'Møde flyttet'), ('meeting_cancelled', 'Møde aflyst'), ('papers_sent', 'Dagsorden sendt ud'), ('meeting_held', 'Møde holdt'), ('report_drafted', 'Kladde til rapport gemt'), ('report_frozen', 'Kladde til rapport låst'), ('report_reopened', 'Kladde til rapport låst op'), ('owners_asked', 'Redaktører spurgt før et møde'), ('report_issued', 'Rapport udstedt'), ('report_replaced', 'Rapport erstattet'), ('error_reported', 'Fejl meldt'), ('error_handled', 'Fejlmelding behandlet'), ('withheld', 'Oplysninger fjernet'), ('file_written', 'Fil læst ind'), ('file_undone', 'Indlæsning fortrudt'), ('item_assigned', 'Givet til en medarbejder'), ('item_declined', 'Meldt »ikke min«'), ('answer_requested', 'Svar udbedt i et brev'), ('reasons_requested', 'Begrundelse udbedt offentligt'), ('news_suggested', 'Nyt sendt ind af en borger'), ('webhook_saved', 'Webhook gemt'), ('webhook_removed', 'Webhook fjernet')], max_length=30, verbose_name='handling'),
        ),
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='nøgle')),
                ('email', models.EmailField(max_length=254, verbose_name='mailadresse')),
                ('language', models.CharField(default='da', max_length=5, verbose_name='sprog')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='oprettet')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='subscribers', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'en, der følger med',
                'verbose_name_plural': 'dem, der følger med',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('news', 'Nyt'), ('coming', 'Det, der kommer op'), ('decided', 'Det, der blev besluttet')], default='news', max_length=20, verbose_name='hvad')),
                ('address', models.CharField(max_length=1000, verbose_name='side')),
                ('rhythm', models.CharField(choices=[('at_once', 'Med det samme'), ('weekly', 'En gang om ugen'), ('before_meetings', 'Før udvalgets møder')], default='weekly', max_length=20, verbose_name='hvor tit')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='oprettet')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='bekræftet')),
                ('told_event', models.BigIntegerField(default=0, verbose_name='fortalt indtil hændelse')),
                ('told_on', models.DateField(blank=True, null=True, verbose_name='fortalt den')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='recommendations.subscriber', verbose_name='en, der følger med')),
            ],
            options={
                'verbose_name': 'noget, der følges',
                'verbose_name_plural': 'det, der følges',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(help_text='Kun https.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='adresse')),
                ('secret', models.CharField(editable=False, max_length=100, verbose_name='hemmelighed')),
                ('is_active', models.BooleanField(default=True, verbose_name='i brug')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='oprettet')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='webhooks', to='recommendations.municipality', verbose_name='kommune')),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
                'ordering': ['url', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='OutgoingMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='nøgle')),
                ('kind', models.CharField(choices=[('password_to_choose', 'Link til at vælge adgangskode'), ('role_given', 'Besked om en rolle'), ('password_forgotten', 'Link til den, der har glemt sin adgangskode'), ('login_changed', 'Besked om et login'), ('error_reported', 'Besked om en fejlmelding'), ('workflow', 'Besked om kladder og rækker'), ('owners_asked', 'Spørgsmål før et møde'), ('status_asked', 'Spørgsmål om flere rækker'), ('item_asked', 'Spørgsmål om én række'), ('overdue_told', 'Besked om rækker, ingen har svaret på'), ('report_ready', 'Besked om en rapport, der er klar'), ('reply_answered', 'Kvittering for et svar på mail'), ('answer_requested', 'Brev, der beder om svar'), ('following_to_confirm', 'Bekræft, at du vil følge'), ('followed_news', 'Nyt om det, nogen følger'), ('webhook', 'Besked til et program')], max_length=30, verbose_name='hvad det er')),
                ('about', models.JSONField(blank=True, default=dict, verbose_name='om')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='bestilt')),
                ('run_after', models.DateTimeField(default=django.utils.timezone.now, verbose_name='tidligst')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='forsøg')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='begyndt')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sendt')),
                ('error', models.TextField(blank=True, verbose_name='fejl ved sidste forsøg')),
                ('committee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.committee', verbose_name='udvalg')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='recommendations.item', verbose_name='række')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='outgoing_messages', to='recommendations.municipality', verbose_name='kommune')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='til medarbejder')),
                ('subscriber', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='recommendations.subscriber', verbose_name='til en, der følger med')),
                ('webhook', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='recommendations.webhook', verbose_name='til webhook')),
            ],
            options={
                'verbose_name': 'udgående besked',
                'verbose_name_plural': 'udgående beskeder',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AnswerRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registreret')),
                ('step', models.CharField(choices=[('letter', 'Brev til udvalgets postkasse'), ('public_line', 'Linje på de offentlige sider')], max_length=20, verbose_name='trin')),
                ('due_on', models.DateField(verbose_name='tidligst den')),
                ('on', models.DateField(default=django.utils.timezone.localdate, verbose_name='den')),
                ('text', models.TextField(verbose_name='tekst')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_requests', to='recommendations.committee', verbose_name='udvalg')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_requests', to='recommendations.publication', verbose_name='kilde')),
                ('recorded_by', models.ForeignKey(editable=False, help_text='Tomt, når rækken er indlæst fra en kilde.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registreret af')),
            ],
            options={
                'verbose_name': 'anmodning om svar',
                'verbose_name_plural': 'anmodninger om svar',
                'ordering': ['-on', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('publication', 'committee', 'step'), name='answer_request_step_once', violation_error_message='Det trin er allerede taget.'), models.CheckConstraint(condition=models.Q(('on__gte', models.F('due_on'))), name='answer_request_not_before_its_day', violation_error_message='Det er for tidligt. Trinnet kan tages fra den dag, der er aftalt på forhånd.')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='bemærkning')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='siden')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='recommendations.committee', verbose_name='udvalg')),
                ('declined_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sagt »ikke min« af')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='recommendations.item', verbose_name='række')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='medarbejder')),
            ],
            options={
                'verbose_name': 'medarbejder på en række',
                'verbose_name_plural': 'medarbejdere på rækker',
                'ordering': ['item', 'committee'],
                'constraints': [models.UniqueConstraint(fields=('item', 'committee'), name='assignment_once', violation_error_message='Rækken er allerede givet til en medarbejder i udvalget.'), models.CheckConstraint(condition=models.Q(models.Q(('declined_by__isnull', True), ('person__isnull', False)), models.Q(('declined_by__isnull', False), ('person__isnull', True)), _connector='OR'), name='assignment_is_given_or_declined', violation_error_message='Rækken er enten givet til en medarbejder eller meldt »ikke min«.')],
            },
        ),
        migrations.CreateModel(
            name='MailReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, verbose_name='fingeraftryk')),
                ('state', models.CharField(choices=[('taken', 'Blev til en kladde'), ('automatic', 'Automatisk svar'), ('empty', 'Uden tekst'), ('wrong_sender', 'Fra en anden end den, der blev spurgt'), ('expired', 'For sent'), ('unknown', 'Svar på noget, vi ikke har spurgt om'), ('too_large', 'For stort'), ('refused', 'Kunne ikke gemmes')], max_length=20, verbose_name='hvad der blev af det')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='modtaget')),
                ('headers', models.TextField(blank=True, verbose_name='mailens hoved')),
                ('note', models.TextField(blank=True, verbose_name='bemærkning')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='mail_replies', to='recommendations.municipality', verbose_name='kommune')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='afsender')),
                ('update', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mail_replies', to='recommendations.statusupdate', verbose_name='kladde')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replies', to='recommendations.outgoingmessage', verbose_name='svar på')),
            ],
            options={
                'verbose_name': 'svar på mail',
                'verbose_name_plural': 'svar på mail',
                'ordering': ['-received_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'digest'), name='mail_reply_once', violation_error_message='Den mail er allerede modtaget.')],
            },
        ),
        migrations.CreateModel(
            name='ReminderStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('month', 'Månedens mail'), ('deadline', 'Frist'), ('stale', 'Ikke opdateret'), ('meeting', 'Før et møde'), ('report', 'Rapport til et møde')], max_length=20, verbose_name='hvorfor')),
                ('about_on', models.DateField(verbose_name='regnet fra')),
                ('days', models.SmallIntegerField(default=0, verbose_name='dage')),
                ('told_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='sendt den')),
                ('committee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.committee', verbose_name='udvalg')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.item', verbose_name='række')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='steps', to='recommendations.outgoingmessage', verbose_name='besked')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='reminder_steps', to='recommendations.municipality', verbose_name='kommune')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='medarbejder')),
            ],
            options={
                'verbose_name': 'rykker',
                'verbose_name_plural': 'rykkere',
                'ordering': ['-told_on', '-pk'],
                'indexes': [models.Index(fields=['person', '-told_on'], name='reminder_of_person'), models.Index(fields=['item', 'committee'], name='reminder_of_cell')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('committee__isnull', False), ('item__isnull', False), ('person__isnull', False)), fields=('person', 'committee', 'item', 'kind', 'about_on', 'days'), name='reminder_about_item_once', violation_error_message='Det trin er allerede sendt.'), models.UniqueConstraint(condition=models.Q(('committee__isnull', False), ('item__isnull', False), ('person__isnull', True)), fields=('committee', 'item', 'kind', 'about_on', 'days'), name='reminder_to_mailbox_once', violation_error_message='Det trin er allerede sendt.'), models.UniqueConstraint(condition=models.Q(('committee__isnull', False), ('item__isnull', True), ('person__isnull', False)), fields=('person', 'committee', 'kind', 'about_on', 'days'), name='reminder_about_committee_once', violation_error_message='Det trin er allerede sendt.'), models.UniqueConstraint(condition=models.Q(('committee__isnull', True), ('item__isnull', True), ('person__isnull', False)), fields=('municipality', 'person', 'kind', 'about_on', 'days'), name='reminder_of_month_once', violation_error_message='Det trin er allerede sendt.')],
            },
        ),
        migrations.AddConstraint(
            model_name='subscriber',
            constraint=models.UniqueConstraint(fields=('municipality', 'email'), name='subscriber_once', violation_error_message='Adressen er der allerede.'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('subscriber', 'topic', 'address'), name='subscription_once', violation_error_message='Det følges allerede.'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.UniqueConstraint(fields=('municipality', 'url'), name='webhook_once', violation_error_message='Der er allerede en webhook med den adresse.'),
        ),
        migrations.AddIndex(
            model_name='outgoingmessage',
            index=models.Index(models.F('run_after'), condition=models.Q(('sent_at', None)), name='outgoing_not_sent_first'),
        ),
        migrations.RunPython(make_guards, drop_guards),
    ]
