"""The root addresses: what citizens see, and the rooms of staff."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from recommendations.admin.log import change_log
from recommendations.admin.reports import issue_report
from recommendations.admin.work import first_page
from recommendations.public.urls import files, pages

# One way in for staff, with its throttling: the admin's own login page is not used.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Of allauth only what staff need. Logins are made by an administrator, so nobody signs up or resets by mail here.
account_urls = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
]

urlpatterns = [
    *i18n_patterns(*pages, prefix_default_language=False),
    *files,
    path("konto/", include(account_urls)),
    path("admin/aendringslog/", admin.site.admin_view(change_log), name="change_log"),
    path("admin/rapporter/udsted/", admin.site.admin_view(issue_report), name="issue_report"),
    path("admin/", admin.site.admin_view(first_page)),  # in the place of the site's own first page
    path("admin/", admin.site.urls),
]

handler400 = "tracker.errors.bad_request"
handler403 = "tracker.errors.permission_denied"
handler404 = "tracker.errors.page_not_found"
handler500 = "tracker.errors.server_error"
