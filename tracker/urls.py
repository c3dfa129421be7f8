"""The root addresses: what citizens see, and the rooms of staff."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.usersessions import views as usersessions
from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from recommendations.admin import imports, people
from recommendations.admin.answer_requests import silent_committees
from recommendations.admin.assignments import declined_items
from recommendations.admin.change_log import change_log
from recommendations.admin.documents.draft import document_draft
from recommendations.admin.documents.files import document_files, document_picture
from recommendations.admin.documents.source import document_source
from recommendations.admin.many.answer_drafts import answer_draft
from recommendations.admin.many.answers import meeting_answers
from recommendations.admin.many.approval import approve_many
from recommendations.admin.meetings import plan_year, staff_meetings, staff_meetings_of
from recommendations.admin.own_rows import fetch_own_rows, own_rows, own_rows_file
from recommendations.admin.report_drafts import report_draft
from recommendations.admin.reports import issue_report
from recommendations.admin.undoing import undo_page
from recommendations.admin.welcome import choose_password_page
from recommendations.admin.withholding import withheld_page, withhold_page
from recommendations.admin.work import first_page, tables
from recommendations.by_link.urls import pages as pages_by_link
from recommendations.public.urls import files, pages
from tracker import accounts, development, second_factor, sessions, sign_on

# One way in for staff, with its throttling: the admin's own login page is not used.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Nor are allauth's tables written in by hand: what is done to a login is an act, and told.
for label in ("account", "mfa", "socialaccount", "usersessions"):
    admin.site.unregister(
        [model for model in apps.get_app_config(label).get_models() if admin.site.is_registered(model)]
    )

# Of allauth only what staff need: nobody signs up.
account_urls = [
    path("login/", accounts.StaffLogin.as_view(), name="account_login"),
    path("logout/", sign_on.log_out, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", RedirectView.as_view(pattern_name="mfa_index"), name="account_set_password"),
    path("password/glemt/", account.password_reset, name="account_reset_password"),
    path("password/glemt/sendt/", account.password_reset_done, name="account_reset_password_done"),
    path("sikkerhed/", second_factor.SecurityPage.as_view(), name="mfa_index"),
    path("sikkerhed/recovery-codes/", second_factor.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "sikkerhed/recovery-codes/download/", second_factor.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("sikkerhed/", include("allauth.mfa.urls")),
    path("sessioner/", usersessions.list_usersessions, name="usersessions_list"),
    path("sessioner/<int:pk>/log-ud/", sessions.end_session, name="end_session"),
    # By the names that allauth looks for.
    path("sso/<slug:provider_id>/", sign_on.sign_on, name="openid_connect_login"),
    path("sso/<slug:provider_id>/svar/", sign_on.signed_on, name="openid_connect_callback"),
    path("sso/<slug:provider_id>/logget-ud/", sign_on.signed_off, name="signed_off"),
]

urlpatterns = [
    *files,  # first: a page can have a code of any letters where a file has its name
    *i18n_patterns(*pages, prefix_default_language=False),
    path("konto/velkommen/<str:uidb64>/<str:token>/", choose_password_page, name="choose_password"),
    path("konto/", RedirectView.as_view(pattern_name="account_login")),
    path("konto/", include(account_urls)),
    *pages_by_link,
    path("admin/aendringslog/", admin.site.admin_view(change_log), name="change_log"),
    path("admin/svar-fra-moede/", admin.site.admin_view(meeting_answers), name="meeting_answers"),
    path("admin/svar-fra-moede/<int:pk>/", admin.site.admin_view(answer_draft), name="answer_draft"),
    path("admin/mine-raekker/", admin.site.admin_view(own_rows), name="own_rows"),
    path("admin/mine-raekker/hent/", admin.site.admin_view(fetch_own_rows), name="fetch_own_rows"),
    path("admin/mine-raekker/<int:pk>/", admin.site.admin_view(own_rows_file), name="own_rows_file"),
    path("admin/indlaesninger/<int:pk>/fortryd/", admin.site.admin_view(undo_page), name="undo_import"),
    path("admin/moeder/", admin.site.admin_view(staff_meetings), name="staff_meetings"),
    path("admin/moeder/<str:code>/", admin.site.admin_view(staff_meetings_of), name="staff_meetings_of"),
    path("admin/svar-der-mangler/", admin.site.admin_view(silent_committees), name="silent_committees"),
    path("admin/moeder/<str:code>/aar/", admin.site.admin_view(plan_year), name="plan_year"),
    path("admin/ikke-min/", admin.site.admin_view(declined_items), name="declined_items"),
    path("admin/godkend/", admin.site.admin_view(approve_many), name="approve_many"),
    path("admin/moeder/<int:pk>/rapport/", admin.site.admin_view(report_draft), name="report_draft"),
    path("admin/rapporter/udsted/", admin.site.admin_view(issue_report), name="issue_report"),
    path("admin/dokumenter/", admin.site.admin_view(document_files), name="document_files"),
    path("admin/dokumenter/<int:pk>/", admin.site.admin_view(document_draft), name="document_draft"),
    path("admin/dokumenter/<int:pk>/<int:page>.png", admin.site.admin_view(document_picture), name="document_picture"),
    path("admin/dokumenter/<int:pk>/kilde/", admin.site.admin_view(document_source), name="document_source"),
    path("admin/fjern/", admin.site.admin_view(withhold_page), name="withhold"),
    path("admin/fjern/nr/<int:number>/", admin.site.admin_view(withheld_page), name="withheld"),
    path("admin/indlaesninger/", include(imports.pages)),
    path("admin/daekning/", include(people.pages)),
    path("admin/tabeller/", admin.site.admin_view(tables), name="tables"),
    path("admin/recommendations/", RedirectView.as_view(pattern_name="admin:index")),  # no list of tables of the app
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/auth/", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.admin_view(first_page)),  # in the place of the site's own first page
    path("admin/", admin.site.urls),
]

if settings.DEVELOPMENT:
    urlpatterns += [
        path("udvikling/mail/", development.mails, name="development_mails"),
        path("udvikling/mail/<str:name>/", development.mail, name="development_mail"),
        path("udvikling/mail/<str:name>/html/", development.mail_as_html, name="development_mail_as_html"),
    ]

handler400 = "tracker.errors.bad_request"
handler403 = "tracker.errors.permission_denied"
handler404 = "tracker.errors.page_not_found"
handler429 = "tracker.errors.too_many_logins"  # allauth asks for it
handler500 = "tracker.errors.server_error"
