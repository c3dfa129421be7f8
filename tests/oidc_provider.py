"""A real OpenID Connect provider on loopback, small: discovery, keys, authorization code with PKCE, token, userinfo,
logout. What it refuses, a provider in production refuses too.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KID = "anbefalinger", "hemmelig", "1"
PAGE = "<!doctype html><html lang='da'><title>{title}</title><main><h1>{title}</h1>{body}</main>"


class OidcProvider:
    """What it says of whom is in `people` (sub -> claims), which a test changes as it likes. `faults` makes it lie."""

    def __init__(self):
        self.people, self.codes, self.tokens, self.log = {}, {}, {}, []
        self.faults = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.url = ""

    def configuration(self):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/logout",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": KID, "use": "sig", "alg": "RS256"}]}

    def code_for(self, sub, asked):
        """What the browser brings back once `sub` has logged in here; `asked` is the query of the request."""
        assert asked["response_type"] == ["code"]
        assert asked["client_id"] == [CLIENT]
        assert asked["code_challenge_method"] == ["S256"]
        code = secrets.token_urlsafe()
        self.codes[code] = (sub, asked["redirect_uri"][0], asked["code_challenge"][0])
        return f"{asked['redirect_uri'][0]}?{urlencode({'code': code, 'state': asked['state'][0]})}"

    def token_for(self, form, authorization):
        """The answer to a code that has not been used, from the client it was given to; else nothing."""
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        sub, redirect_uri, challenge = self.codes.pop(form.get("code", [""])[0], (None, None, None))
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        is_its_own = base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
        if authorization != expected or not is_its_own or form.get("redirect_uri") != [redirect_uri]:
            return None
        access = secrets.token_urlsafe()
        self.tokens[access] = sub
        return {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token(sub)}

    def id_token(self, sub, **more):
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": sub, "iat": now, "exp": now + 60, **self.people[sub], **more}
        key = self.faults.get("key", self.key)
        return jwt.encode(claims | self.faults.get("claims", {}), key, algorithm="RS256", headers={"kid": KID})

    def logout_token(self, sub, **more):
        events = {"http://schemas.openid.net/event/backchannel-logout": {}}
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": sub, "iat": now, "exp": now + 60, "events": events, **more}
        return jwt.encode(claims, self.faults.get("key", self.key), algorithm="RS256", headers={"kid": KID})


def _handler(provider):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args):
            pass

        def answer(self, content, status=200, kind="application/json", **headers):
            body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            parts = urlsplit(self.path)
            asked = parse_qs(parts.query)
            provider.log.append(parts.path)
            if provider.faults.get("down"):
                return self.answer({}, 503)
            if parts.path == "/.well-known/openid-configuration":
                return self.answer(provider.configuration())
            if parts.path == "/favicon.ico":
                return self.answer("", kind="image/x-icon")
            if parts.path == "/keys":
                return self.answer(provider.keys())
            if parts.path == "/authorize":
                if "as" in asked:
                    return self.answer("", 302, "text/html", Location=provider.code_for(asked.pop("as")[0], asked))
                rows = [
                    f"<p><a href='/authorize?{parts.query}&as={sub}'>{claims['name']}</a></p>"
                    for sub, claims in provider.people.items()
                ]
                return self.answer(
                    PAGE.format(title="Kommunens login", body="".join(rows)), kind="text/html; charset=utf-8"
                )
            if parts.path == "/userinfo":
                sub = provider.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
                return self.answer({"sub": provider.faults.get("userinfo", sub)}, 200 if sub else 401)
            if parts.path == "/logout":
                body = f"<p><a href='{asked['post_logout_redirect_uri'][0]}'>Tilbage</a></p>"
                return self.answer(PAGE.format(title="Logget ud", body=body), kind="text/html; charset=utf-8")
            return self.answer({}, 404)

        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            answer = provider.token_for(form, self.headers.get("Authorization"))
            return self.answer(answer or {"error": "invalid_grant"}, 200 if answer else 400)

    return Handler


@contextmanager
def running_provider():
    """A provider that listens, at an address of its own."""
    provider = OidcProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
