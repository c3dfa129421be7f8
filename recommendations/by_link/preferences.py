"""How often somebody wants mail."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from recommendations.actions import choose_mail
from recommendations.by_link.opening import opened, page_of
from recommendations.forms import MailForm
from recommendations.links import StaffLink
from recommendations.models import MailPreference
from recommendations.writing.posted import posted

SAVED = "gemt"


@opened
def mail_preferences(request: HttpRequest, link: StaffLink) -> HttpResponse:
    """`/svar/<token>/mail/`"""
    chosen = MailPreference.objects.filter(user=link.person).first()
    form = MailForm(posted(request), initial=MailForm.initial_from(chosen))
    if request.method == "POST" and form.is_valid():
        choose_mail(by=link.person, is_daily=form.is_daily)
        return HttpResponseRedirect(f"{request.path}?{SAVED}=ja")
    context = {"title": _("Mail til dig"), "form": form, "done": _("Gemt.") if request.GET.get(SAVED) else ""}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page_of(request, "preferences.html", context, status)
