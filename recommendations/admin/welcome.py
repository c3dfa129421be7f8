"""The link in the mail: whoever has it chooses a password, and is in.

Opening it changes nothing, as mail programs open links to look at them; what uses it up is the choice.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from recommendations import permissions
from recommendations.actions import choose_password
from recommendations.forms import ChoosePasswordForm, add_refusal
from recommendations.links import recovery_tokens
from recommendations.security_log import note
from recommendations.writing.posted import posted


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password_page(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """`/konto/velkommen/<person>/<token>/`; 410 where the link is used, too old or no link of ours."""
    person = _person(uidb64)
    if person is None or not any(one.check_token(person, token) for one in (default_token_generator, recovery_tokens)):
        note("link_refused", request, name=person.get_username() if person else "?", why="password")
        return render(request, "account/used_link.html", {"is_in": request.user.is_authenticated}, status=410)
    form = ChoosePasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            person = choose_password(by=person, user=person, password=form.cleaned_data["password"])
        except ValidationError as refused:
            add_refusal(form, refused)
        else:
            messages.success(
                request,
                _("Din adgangskode er gemt. Næste gang logger du ind med »%(name)s«.") % {"name": person.username},
            )
            if person.last_login:
                get_adapter().send_notification_mail("account/email/password_reset", person)
            # By the same door as every login, which asks for a second factor where there is one.
            return perform_login(request, person, email_verification="none", redirect_url=reverse("admin:index"))
    context = {"form": form, "person": person}
    return render(request, "account/choose_password.html", context, status=422 if form.errors else 200)


def _person(uidb64: str) -> User | None:
    """Whose link it is; nobody where the login is closed or another municipality's."""
    try:
        key = int(urlsafe_base64_decode(uidb64))
    except ValueError:
        return None
    if key.bit_length() > 63:  # more than a key of a row can be
        return None
    return permissions.staff().filter(pk=key, is_active=True).first()
