"""Asking a provider of identities who somebody is: OpenID Connect with PKCE, and GitHub's way of OAuth 2.

The provider is one that the operator of the service configured, so its addresses are trusted. What comes by
way of the browser is not, nor is a token before its signature, issuer, audience and nonce are checked.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.accounts.providers import Claims, Way
from app.base.errors import Forbidden, Unavailable
from app.base.language import _
from app.settings import Provider

ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "ES384", "RS512", "ES512", "EdDSA"]
"""Signatures by the issuer's own key; one made with our shared secret, or none, is not taken."""
TIMEOUT_SECONDS = 10
KEPT_SECONDS = 3600
LEEWAY_SECONDS = 60


def address_of(provider: Provider, way: Way, callback: str) -> str:
    """Where to send the browser."""
    with _trouble(provider), _client(provider, callback) as client:
        address, _ = client.create_authorization_url(
            _places(provider)["authorization_endpoint"],
            state=way.state,
            code_verifier=way.verifier,
            nonce=way.nonce,
        )
    return str(address)


def claims_of(provider: Provider, way: Way, code: str, callback: str) -> Claims:
    """Who came back with a code.

    Raises:
        Forbidden: the provider refuses the code, or its answer is not what was asked for.
        Unavailable: the provider does not answer.
    """
    with _trouble(provider), _client(provider, callback) as client:
        places = _places(provider)
        token = client.fetch_token(
            places["token_endpoint"],
            code=code,
            code_verifier=way.verifier,
            headers={"Accept": "application/json"},
        )
        if provider.kind == "github":
            return _github_claims(client, places)
        said = _checked(provider, places, token["id_token"], way.nonce)
        if "email" not in said and "userinfo_endpoint" in places:
            more = client.get(places["userinfo_endpoint"]).raise_for_status().json()
            # Another subject would be another person.
            said = {**more, **said} if more.get("sub") == said["sub"] else said
    return _claims(said)


def _claims(said: Mapping[str, Any]) -> Claims:
    email = said.get("email") if said.get("email_verified") is True else None
    name = said.get("name") or said.get("preferred_username") or ""
    return Claims(subject=str(said["sub"]), email=email, name=str(name))


def _checked(provider: Provider, places: Mapping[str, Any], id_token: str, nonce: str) -> dict[str, Any]:
    """The claims of an identity token, once everything about it holds."""
    keys = KeySet.import_key_set(cast(Any, _fetched(str(places["jwks_uri"]), _hour())))
    said = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
    wanted = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    wanted.validate(said)
    if said.get("azp", provider.client_id) != provider.client_id:
        raise Forbidden(_("%(provider)s answered for another service.", provider=provider.label))
    return said


def _github_claims(client: OAuth2Client, places: Mapping[str, str]) -> Claims:
    accept = {"Accept": "application/vnd.github+json"}
    user = client.get(places["api"] + "/user", headers=accept).raise_for_status().json()
    emails = client.get(places["api"] + "/user/emails", headers=accept).raise_for_status().json()
    sure = [one["email"] for one in emails if one.get("primary") and one.get("verified")]
    return Claims(str(user["id"]), sure[0] if sure else None, user.get("name") or user.get("login") or "")


def _places(provider: Provider) -> dict[str, Any]:
    """The addresses of a provider; an issuer of OpenID Connect tells them itself."""
    issuer = provider.issuer.rstrip("/")
    if provider.kind == "github":
        own = issuer == "https://github.com"
        return {
            "authorization_endpoint": f"{issuer}/login/oauth/authorize",
            "token_endpoint": f"{issuer}/login/oauth/access_token",
            "api": "https://api.github.com" if own else f"{issuer}/api/v3",
        }
    found = _fetched(f"{issuer}/.well-known/openid-configuration", _hour())
    if found.get("issuer") != provider.issuer:
        raise Forbidden(
            _(
                "%(provider)s calls itself %(name)s; the settings say otherwise.",
                provider=provider.label,
                name=repr(found.get("issuer")),
            )
        )
    return found


@lru_cache(64)
def _fetched(address: str, _moment: int) -> dict[str, Any]:
    """A document of a provider, kept for an hour by `_moment`."""
    answer = httpx2.get(address, timeout=TIMEOUT_SECONDS).raise_for_status()
    return cast(dict[str, Any], answer.json())


def _hour() -> int:
    return int(time.time() // KEPT_SECONDS)


def _client(provider: Provider, callback: str) -> OAuth2Client:
    usual = "read:user user:email" if provider.kind == "github" else "openid email profile"
    return OAuth2Client(
        client_id=provider.client_id,
        client_secret=provider.client_secret.get_secret_value(),
        scope=provider.scope or usual,
        redirect_uri=callback,
        code_challenge_method="S256",
        timeout=TIMEOUT_SECONDS,
    )


@contextmanager
def _trouble(provider: Provider) -> Iterator[None]:
    """Say in words of ours what went wrong with a provider."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise Unavailable(
            _("%(provider)s does not answer. Try again, or sign in here.", provider=provider.label)
        ) from error
    except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as error:
        raise Forbidden(
            _("%(provider)s did not confirm who you are. Begin again.", provider=provider.label)
        ) from error
