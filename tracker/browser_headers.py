"""What every answer tells a browser, whoever made it: pages, files, refusals, and what programs ask of a node."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# What no page of ours asks a device for, nor may anything in one (Permissions Policy). Passkeys are not among them.
REFUSED_FEATURES = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi",
    "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
ASKS_FOR_NOTHING = ", ".join(f"{name}=()" for name in REFUSED_FEATURES)


class BrowserHeaders:
    """Stands outside all others, so that an answer which one of them gives by itself has the same headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", ASKS_FOR_NOTHING)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if "no-store" in headers.get("Cache-Control", ""):  # another site can neither read it nor show it
            headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
