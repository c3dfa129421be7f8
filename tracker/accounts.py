"""How staff get in: by a login that somebody has made for them, never by signing up. Each try is told to the log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from tracker.security_log import known_name, note


class StaffOnlyAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note("login_throttled", request, name=known_name(credentials.get("username", "")))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note("login_failed", request, name=known_name(credentials.get("username", "")))

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **how: Any) -> Any:
        note("login", request)
        return super().post_login(request, user, **how)

    def logout(self, request: HttpRequest) -> None:
        note("logout", request)
        super().logout(request)


class StaffBackend(ModelBackend):
    """Whoever knows the password of a login that is closed is told that it is; nobody else learns that there is one.

    A closed login gets no further than that: the pages of logging in refuse it, and no session finds its user.
    """

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        return True

    def get_user(self, user_id: Any) -> Any:
        user = super().get_user(user_id)
        return user if user is not None and user.is_active else None
