"""Sign-on: staff come by the municipality's own login (OpenID Connect: authorization code with PKCE, discovery).

allauth speaks the protocol. Here is what is believed of an answer, and where a login of it begins and ends; what
follows from it is `actions/sign_on.py`.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from allauth.account import views as account
from allauth.account.internal.flows.logout import logout
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from requests import RequestException

from recommendations import permissions, tenancy
from recommendations.actions import SignedOn, let_in
from recommendations.actions.sign_on import PROVIDER
from recommendations.security_log import note
from tracker.sessions import forgotten

logger = logging.getLogger(__name__)

DESCRIBED_FOR = 300  # seconds
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"


class Provider(OpenIDConnectOAuth2Adapter):
    """The municipality's server, as its own discovery document describes it: read once in a while, not for each who
    comes.
    """

    @property
    def openid_config(self) -> dict[str, Any]:
        key = f"sign-on:{settings.SIGN_ON_SERVER}"
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = super().openid_config
            cache.set(key, found, DESCRIBED_FOR)
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Of what the provider says nothing is kept but `sub`; the rest goes with this login and no further."""
        signed = kwargs["response"].get("id_token")
        if not signed:
            raise OAuth2Error("no id_token")
        claims = self.verified(signed)
        more = self._fetch_user_info(token.token) if "userinfo_endpoint" in self.openid_config else {}
        if more.get("sub", claims["sub"]) != claims["sub"]:  # OpenID Connect Core, 5.3.2
            raise OAuth2Error("userinfo is somebody else's")
        login = self.get_provider().sociallogin_from_response(request, {"userinfo": {"sub": claims["sub"]}})
        login.claims, login.id_token = more | claims, signed
        return login

    def verified(self, token: str) -> dict[str, Any]:
        """The claims of a token that the provider has signed for us."""
        try:
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=self.get_provider().app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except KeyError as missing:  # a token or a key without a name
            raise OAuth2Error(f"no {missing}") from missing
        return claims


class SignOnAdapter(DefaultSocialAccountAdapter):
    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = Provider  # on the way there too
        return found

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Everybody whom the provider vouches for comes through here, at each login."""
        sociallogin.state["process"] = "login"  # nothing is tied to a login that somebody is in already
        try:
            sociallogin.user = let_in(by=None, says=_said(sociallogin.claims))
            sociallogin.account = SocialAccount.objects.get(provider=PROVIDER, uid=sociallogin.claims["sub"])
        except ValidationError as refused:
            note("sign_on_refused", request, why=" ".join(refused.messages))
            response = render(request, "account/sign_on_refused.html", {"reasons": refused.messages}, status=403)
            raise ImmediateHttpResponse(response) from refused

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Also when somebody presses »cancel« there."""
        logger.warning("Sign-on failed: %s %s", error, exception)
        note("sign_on_failed", request, why=str(error or exception))
        raise ImmediateHttpResponse(_failed(request))


def _failed(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.BAD_GATEWAY if not request.GET.get("error") else HTTPStatus.FORBIDDEN
    return render(request, "account/sign_on_failed.html", {"name": settings.SIGN_ON_NAME}, status=status)


def _said(claims: dict[str, Any]) -> SignedOn:
    names = settings.SIGN_ON_CLAIMS
    if names["groups"] in claims.get("_claim_names", {}):  # Entra ID sends no more than 200
        raise ValidationError(
            f"Du er med i flere grupper, end {settings.SIGN_ON_NAME} sender. "
            "Bed om, at kun de grupper sendes, der bruges her."
        )
    groups = claims.get(names["groups"]) or []
    is_verified = claims.get("email_verified") in (True, "true") or settings.SIGN_ON_TRUST_MAIL
    return SignedOn(
        uid=str(claims["sub"]),
        email=str(claims.get(names["mail"]) or "").strip() if is_verified else "",
        name=str(claims.get(names["name"]) or ""),
        groups=frozenset([groups] if isinstance(groups, str) else map(str, groups)),
    )


# --- Views ----------------------------------------------------------------------------------------------------------


@never_cache
def sign_on(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """`/konto/sso/kommune/`: away to the provider."""
    _require_sign_on()
    try:
        response: HttpResponseBase = OAuth2LoginView.adapter_view(Provider(request, provider_id))(request)
    except RequestException:
        logger.exception("The provider of sign-on cannot be reached")
        return _failed(request)
    return response


@never_cache
def signed_on(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """`/konto/sso/kommune/svar/`: back from it."""
    _require_sign_on()
    response: HttpResponseBase = OAuth2CallbackView.adapter_view(Provider(request, provider_id))(request)
    return response


@csrf_exempt
@require_POST
def signed_off(request: HttpRequest, provider_id: str) -> HttpResponse:
    """`/konto/sso/kommune/logget-ud/`: the provider says that somebody has left (Back-Channel Logout)."""
    _require_sign_on()
    try:
        claims = Provider(request, provider_id).verified(request.POST.get("logout_token", ""))
        if LOGGED_OUT not in claims.get("events", {}) or "nonce" in claims or "sub" not in claims:
            raise OAuth2Error("no logout token")
    except (OAuth2Error, RequestException):
        note("sign_off_refused", request)
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    for session in UserSession.objects.filter(
        user__socialaccount__uid=claims["sub"], user__socialaccount__provider=PROVIDER
    ).order_by("pk"):
        note("session_ended", request, who=session.user.get_username(), why="by the provider")
        session.end()
    return HttpResponse(headers={"Cache-Control": "no-store"})


def _require_sign_on() -> None:
    if not permissions.has_sign_on():
        raise Http404


def log_out(request: HttpRequest) -> HttpResponseBase:
    """Out here; and at the provider, where the session came by it and it offers that."""
    token = request.session.get("sign_on")
    if request.method != "POST":
        return account.logout(request)
    response = _logged_out_everywhere(request, token) if token else account.logout(request)
    return forgotten(response)


def _logged_out_everywhere(request: HttpRequest, token: str) -> HttpResponse:
    logout(request)
    address = _end_session_address(request, token)
    response = render(request, "account/logged_out.html", {"name": settings.SIGN_ON_NAME, "address": address})
    if address:
        # Not a redirect: our CSP lets a form lead to no other site, whichever way.
        response.headers["Refresh"] = f"0; url={address}"
    return response


def _end_session_address(request: HttpRequest, token: str) -> str:
    try:
        end: str = Provider(request, PROVIDER).openid_config.get("end_session_endpoint", "")
    except RequestException:
        logger.exception("The provider of sign-on cannot be reached")
        return ""
    back = tenancy.site_url() + reverse("account_login")
    return f"{end}?{urlencode({'id_token_hint': token, 'post_logout_redirect_uri': back})}" if end else ""
