"""The second factor: a code from an app (TOTP), a passkey, or a recovery code. What it is used for goes to the log.

allauth keeps and checks them; here is who must have one, and how a session shows that it was given.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from recommendations.notifications.logins import tell_of_login
from recommendations.security_log import note
from tracker.browsers import browser_of

# As long as a code of an app can be right, by any clock: the library itself remembers one for a third of that.
CODE_SECONDS = mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)
SHOWN = "second_factor"  # in a session in which one was set up
METHODS = {"mfa", "socialaccount"}  # in allauth's record of a session; whoever comes by sign-on has it there
SECRETS = {"secret", "seed"}  # of an app and of recovery codes, in `Authenticator.data`
REAL = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes stand in for one of these


def has_one(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=REAL).exists())


def came_by_sign_on(request: HttpRequest, user: User) -> bool:
    return any(record["method"] == "socialaccount" for record in get_authentication_records(request, user))


def is_lacking(request: HttpRequest, user: User) -> bool:
    """Whether a second factor is required, and the session has not shown one."""
    if not settings.REQUIRE_SECOND_FACTOR or request.session.get(SHOWN):
        return False
    return not any(record["method"] in METHODS for record in get_authentication_records(request, user))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted under SECRET_KEY: who reads the database, or a copy of it, has none of them.

    Those that were encrypted under an earlier key can be read while SECRET_KEY_FALLBACKS names it. After that a secret
    that nobody has stands in for each: every code is wrong.
    """

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return generate_totp_secret()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factor:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def renew(user: User) -> None:
    """Encrypt all secrets of theirs under the key of today, whichever they were encrypted under, while one before it
    is named; recovery codes may not be asked for until it no longer is.
    """
    if not settings.SECRET_KEY_FALLBACKS:
        return
    with transaction.atomic():
        for authenticator in Authenticator.objects.select_for_update().filter(user=user).order_by("pk"):
            for name in SECRETS & authenticator.data.keys():
                with suppress(InvalidToken):
                    authenticator.data[name] = _cipher().rotate(authenticator.data[name].encode()).decode()
                    authenticator.save(update_fields=["data"])


def unreadable_of(user: Any) -> set[str]:
    """The types of theirs that were encrypted under a key that is gone, and must be set up again."""
    return {kind for kind, is_readable in _secrets_of(user) if not is_readable}


def has_only_unreadable(user: User) -> bool:
    """Whether they have codes, and none of them can be right."""
    secrets = _secrets_of(user)
    return bool(secrets) and not any(is_readable for _kind, is_readable in secrets)


def _secrets_of(user: Any) -> list[tuple[str, bool]]:
    """The types of theirs that have a secret, each with whether it can be read."""
    found = Authenticator.objects.filter(user_id=user.pk)
    return [(one.type, _can_read(one.data[name])) for one in found for name in SECRETS & one.data.keys()]


def _can_read(encrypted: str) -> bool:
    try:
        _cipher().decrypt(encrypted.encode())
    except InvalidToken:
        return False
    return True


class UnlessBySignOn(AuthenticateStage):
    """The step of logging in that asks for it: not of those who come by sign-on."""

    def handle(self) -> Any:
        if self.login.user is not None and came_by_sign_on(self.request, self.login.user):
            return None, True
        return super().handle()


# --- Forms, which tell the log what came of it ----------------------------------------------------------------------


def _told(name: str, user: User | None, **more: Any) -> None:
    who: dict[str, Any] = {"who": user.get_username()} if user else {}
    note(name, context.request, **who, **more)


class _CodeNoted(BaseAuthenticateForm):
    user: User

    def clean_code(self) -> str:
        used = _used_key(self.user, self.cleaned_data["code"])
        if cache.get(used):
            _told("second_factor_reused", self.user, kind="code")
            if cache.add(f"{used}:told", "1", CODE_SECONDS):
                tell_of_login(self.user, "code_reused", browser=browser_of(context.request))
            raise self._wrong()
        try:
            code: str = super().clean_code()
        except ValidationError:
            _told("second_factor_failed", self.user, kind="code")
            if has_only_unreadable(self.user):
                raise ValidationError(
                    _(
                        "Dine koder virker ikke mere. Har du en adgangsnøgle, så brug den. Bed ellers en administrator "
                        "fjerne din anden faktor, og sæt den op igen."
                    )
                ) from None
            raise
        cache.set(used, "1", CODE_SECONDS)
        renew(self.user)
        _told("second_factor_used", self.user, kind=self.authenticator.type)
        return code

    def _wrong(self) -> ValidationError:
        """As of any other code."""
        wrong: ValidationError = SecondFactorAdapter().validation_error("incorrect_code")
        return wrong


def _used_key(user: User, code: str) -> str:
    said = salted_hmac("used code", f"{user.pk}:{normalize_user_code(code)}", algorithm="sha256").hexdigest()
    return f"used-code:{said}"


class CodeForm(_CodeNoted, AuthenticateForm):
    pass


class CodeAgainForm(_CodeNoted, ReauthenticateForm):
    pass


class _PasskeyNoted(AuthenticateWebAuthnForm):
    user: User | None

    def clean_credential(self) -> Authenticator:
        try:
            authenticator = super().clean_credential()
        except ValidationError:
            _told("second_factor_failed", self.user, kind="webauthn")
            raise
        renew(authenticator.user)
        _told("second_factor_used", authenticator.user, kind="webauthn")
        return authenticator


class PasskeyForm(_PasskeyNoted):
    pass


class PasskeyAgainForm(_PasskeyNoted, ReauthenticateWebAuthnForm):
    pass


class PasskeyLoginForm(_PasskeyNoted, LoginWebAuthnForm):
    pass


# --- Pages, which say what must be set up again ----------------------------------------------------------------------


class SecurityPage(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"unreadable": unreadable_of(self.request.user)}


def _of_readable_codes(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Codes that cannot be right are shown to nobody."""

    @wraps(view)
    def page(request: HttpRequest) -> HttpResponseBase:
        if Authenticator.Type.RECOVERY_CODES in unreadable_of(request.user):
            return HttpResponseRedirect(reverse("mfa_index"))
        return view(request)

    return page


view_recovery_codes = _of_readable_codes(recovery_codes.view_recovery_codes)
download_recovery_codes = _of_readable_codes(recovery_codes.download_recovery_codes)
