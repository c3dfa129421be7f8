"""How staff get in: by a login that somebody has made for them, never by signing up. Each try is told to the log.

With sign-on only logins that BREAK_GLASS names have a way in of their own, and each use of one is told to ADMINS.
"""

from __future__ import annotations

import hmac
import logging
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import ChangePasswordForm
from allauth.account.views import LoginView
from allauth.core import context, ratelimit
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.core.exceptions import ValidationError
from django.core.mail import mail_admins
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions.sign_on import PROVIDER
from recommendations.notifications.logins import ask_for_recovery, tell_of_login
from recommendations.public.budgets import address_of
from recommendations.security_log import known_name, note
from tracker import second_factor, sessions
from tracker.browsers import browser_of

logger = logging.getLogger(__name__)

KNOWN_FOR = 365 * 24 * 60 * 60  # seconds that a device is known
MOST_KNOWN = 5  # logins on one device
# What allauth tells a user of by mail -> how the log calls it. All else it would tell of does not happen here.
TOLD = {
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
    "mfa/email/totp_activated": "second_factor_added",
    "mfa/email/totp_deactivated": "second_factor_removed",
    "mfa/email/webauthn_added": "second_factor_added",
    "mfa/email/webauthn_removed": "second_factor_removed",
    "mfa/email/recovery_codes_generated": "recovery_codes_made",
}


class StaffOnlyAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": gettext_lazy(
            "Det er ikke din nuværende adgangskode. Skriv den igen. Har du glemt den, så log ud, og vælg en ny."
        )
    }

    # --- Trying ---

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted for each name and address, and apart for each device of that name: nobody keeps
        anybody else out, from elsewhere or from the next office.
        """
        name = credentials.get("username", "")
        user = User.objects.filter(username=name).first()
        place = _mark(user) if user and _is_known_device(request, user) else address_of(request)[0]
        return f"{place} {name.lower()}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        name = credentials.get("username", "")
        try:
            super().pre_authenticate(request, **credentials)
            is_few = ratelimit.consume(request, action="wrong_anywhere", key=name.lower(), dry_run=True)
            if not is_few and not is_known(request, name):
                raise self.validation_error("too_many_login_attempts")
        except ValidationError:
            note("login_throttled", request, name=known_name(name))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        name = credentials.get("username", "")
        ratelimit.consume(request, action="wrong_anywhere", key=name.lower())
        note("login_failed", request, name=known_name(name))

    # --- Getting in ---

    def get_login_stages(self) -> list[str]:
        own = "tracker.second_factor.UnlessBySignOn"
        return [own if stage.endswith(".AuthenticateStage") else stage for stage in super().get_login_stages()]

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """Every way in comes through here."""
        response: HttpResponse | None = super().pre_login(request, user, **how)
        if response is not None or _by_sign_on(how) or permissions.can_use_password(user):
            return response
        note("login_refused", request, name=user.get_username(), why="sign-on")
        return render(request, "account/use_sign_on.html", {"name": settings.SIGN_ON_NAME}, status=403)

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> Any:
        sessions.stamp(request)
        response = super().post_login(request, user, **how)
        if sociallogin := _by_sign_on(how):
            request.session["sign_on"] = sociallogin.id_token
            note("login", request, how="sign-on")
            return response
        methods = [record.get("type", record["method"]) for record in get_authentication_records(request, user)]
        device = "known" if _is_known_device(request, user) else "new"
        note("login", request, how="+".join(dict.fromkeys(methods)) or "link", device=device)
        if permissions.has_sign_on():
            _alarm(request, user)
        _greet(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        note("logout", request)
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who logged in just now has shown who they are."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(_is_fresh(record) for record in records)

    # --- Telling ---

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """In our own words, to the address that the login has; the log is told too."""
        if template_prefix not in TOLD:
            return
        if TOLD[template_prefix] == "second_factor_added":
            self.request.session[second_factor.SHOWN] = True
        note(TOLD[template_prefix], self.request, who=user.get_username())
        tell_of_login(user, TOLD[template_prefix], browser=browser_of(self.request))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """None: the link is to the page on which an invitation leads to a password too."""
        return ""

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """A link, where the login has a use for one. Whoever asked is answered the same in any case."""
        person = permissions.staff().filter(pk=user.pk, is_active=True).first()
        if person is None or not permissions.can_use_password(person):
            return
        note("recovery_asked", self.request, name=person.get_username())
        ask_for_recovery(person)


class NewPasswordForm(ChangePasswordForm):
    """Whoever finds somebody logged in, and guesses at the password that stands, is told of."""

    def clean_oldpassword(self) -> str:
        try:
            old: str = super().clean_oldpassword()
        except ValidationError:
            note("password_failed", context.request)
            raise
        return old


def _by_sign_on(how: dict[str, Any]) -> Any:
    return (how.get("signal_kwargs") or {}).get("sociallogin")


def _is_fresh(record: dict[str, Any]) -> bool:
    return time.time() - record["at"] < account_settings.REAUTHENTICATION_TIMEOUT


def _alarm(request: HttpRequest, user: User) -> None:
    """A local password was used although there is sign-on."""
    note("break_glass", request, level=logging.WARNING)
    address = StaffOnlyAdapter().get_client_ip(request)
    text = (
        f"{user.get_username()} er logget ind uden om {settings.SIGN_ON_NAME}, fra {address}. "
        "Er det ikke aftalt, så luk login'et, og se efter i loggen, hvad der er gjort."
    )
    try:
        mail_admins("Nødlogin er brugt", text)
    except OSError:  # the mail server may be what is down
        logger.exception("Mail not sent: break_glass")


# --- Devices --------------------------------------------------------------------------------------------------------


def _mark(user: User) -> str:
    """What a device is given of who logged in on it; a new password makes all devices strange."""
    return salted_hmac("known device", f"{user.pk}:{user.password}", algorithm="sha256").hexdigest()[:32]


def _marks(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "").split(".")[:MOST_KNOWN]


def _is_known_device(request: HttpRequest, user: User) -> bool:
    return any(hmac.compare_digest(_mark(user).encode(), mark.encode()) for mark in _marks(request))


def is_known(request: HttpRequest, name: str) -> bool:
    """Whether somebody may try however often others have: on a device of theirs, or with a second factor to show."""
    user = User.objects.filter(username=name).first()
    return user is not None and (_is_known_device(request, user) or second_factor.has_one(user))


def _greet(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Know the device from now on; its user is told of a new one."""
    if not _is_known_device(request, user):
        tell_of_login(user, "new_device", browser=browser_of(request))
    marks = dict.fromkeys([_mark(user), *_marks(request)])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        ".".join(filter(None, list(marks)[:MOST_KNOWN])),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class StaffLogin(LoginView):
    """The page; with sign-on, a local password comes second on it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sign_on = None
        if permissions.has_sign_on():
            address = reverse("openid_connect_login", args=[PROVIDER])
            then = urlencode({"next": self.request.GET["next"]}) if "next" in self.request.GET else ""
            sign_on = {"name": settings.SIGN_ON_NAME, "address": f"{address}?{then}".rstrip("?")}
        return super().get_context_data(**kwargs) | {"sign_on": sign_on}


class StaffBackend(ModelBackend):
    """Whoever knows the password of a login that is closed is told that it is; nobody else learns that there is one.

    A closed login gets no further than that: the pages of logging in refuse it, and no session finds its user.
    """

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        return True

    def get_user(self, user_id: Any) -> Any:
        user = super().get_user(user_id)
        return user if user is not None and user.is_active else None
