"""A provider of identities on the loopback interface: OpenID Connect with PKCE, and GitHub's way beside it.

It refuses what a strict one refuses: a code twice, another secret, another address to return to, a verifier
that does not fit. What it says of the person, and how it lies, is set by the test.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "catalogue", "shared secret of the tests"


@dataclass
class Issuer:
    """`person` is who signs in there; `lie` changes the claims of a token, `key` signs it."""

    person: dict[str, Any] = field(default_factory=dict)
    lie: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}, private=True))
    signs_with: RSAKey | None = None
    in_token: bool = True
    """Whether the e-mail stands in the token of identity; otherwise it is asked for apart."""
    address: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)

    def claims(self, nonce: str) -> dict[str, Any]:
        """What the token of identity says."""
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        return self.lie({**said, **(self.person if self.in_token else {"sub": self.person["sub"]})})


def refused(reason: str) -> JSONResponse:
    return JSONResponse({"error": "invalid_grant", "error_description": reason}, status_code=400)


def build(issuer: Issuer) -> FastAPI:
    """The provider as an application."""
    app = FastAPI()
    describe(app, issuer)
    send_back(app, issuer)
    give_tokens(app, issuer)
    tell(app, issuer)
    return app


def describe(app: FastAPI, issuer: Issuer) -> None:
    @app.get("/.well-known/openid-configuration")
    def places() -> dict[str, str]:
        here = issuer.address
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
            "userinfo_endpoint": f"{here}/userinfo",
        }

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [issuer.key.as_dict(private=False)]}


def send_back(app: FastAPI, issuer: Issuer) -> None:
    @app.get("/authorize")
    @app.get("/login/oauth/authorize")
    def authorize(request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        issuer.asked.append(asked)
        code = secrets.token_urlsafe()
        issuer.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": issuer.address}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", status_code=303)


def give_tokens(app: FastAPI, issuer: Issuer) -> None:
    @app.post("/token")
    @app.post("/login/oauth/access_token")
    def token(
        request: Request,
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()] = "",
    ) -> JSONResponse:
        asked = issuer.codes.pop(code, None)
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        if base64.b64decode(given).decode() != f"{CLIENT}:{SECRET}":
            return refused("client")
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["redirect_uri"] != redirect_uri or asked["code_challenge"] != challenge:
            return refused("code")
        bearer = secrets.token_urlsafe()
        issuer.tokens.add(bearer)
        found = {"access_token": bearer, "token_type": "bearer"}
        if "nonce" in asked and request.url.path == "/token":
            signs_with = issuer.signs_with or issuer.key
            header = {"alg": "RS256", "kid": "one"}
            found["id_token"] = jwt.encode(header, issuer.claims(asked["nonce"]), signs_with)
        return JSONResponse(found)


def tell(app: FastAPI, issuer: Issuer) -> None:
    def told(request: Request, answer: Any) -> JSONResponse:
        bearer = request.headers.get("authorization", "").partition(" ")[2]
        return JSONResponse(answer) if bearer in issuer.tokens else JSONResponse({}, status_code=401)

    @app.get("/userinfo")
    def userinfo(request: Request) -> JSONResponse:
        return told(request, issuer.person)

    @app.get("/api/v3/user")
    def user(request: Request) -> JSONResponse:
        return told(request, {"id": 7, "login": "ada", "name": issuer.person.get("name")})

    @app.get("/api/v3/user/emails")
    def emails(request: Request) -> JSONResponse:
        verified = issuer.person.get("email_verified", False)
        mine = {"email": issuer.person.get("email"), "primary": True, "verified": verified}
        return told(request, [{"email": "old@example.org", "primary": False, "verified": True}, mine])
