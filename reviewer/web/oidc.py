"""Signing in at an identity provider (OpenID Connect Core 1.0, code flow with PKCE), by authlib; an option.

Who the provider names must be known here already: users link their account themselves (entry.py).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviewer.errors import Denied, UsageError

_COOKIE = "wb-oidc"
_LEEWAY = 60
_FAILED = "统一身份认证没有成功，请重试，或用登录名和口令登录。"

Fetch = Callable[[str, dict[str, str] | None], dict[str, Any]]
"""(address, form to post or None) -> the JSON that comes back"""


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider as its discovery document describes it.

    back  the address of /oidc/back as the browser sees it
    """

    issuer: str
    client: str
    secret: str = field(repr=False)
    back: str
    authorize: str
    token: str
    keys: str
    fetch: Fetch = field(repr=False)

    def start(self, request: Request) -> Response:
        """Sends the browser to the provider; state, nonce and verifier wait in a cookie that no script reads."""
        from authlib.common.urls import add_params_to_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        there = add_params_to_uri(
            self.authorize,
            [
                ("response_type", "code"), ("client_id", self.client), ("redirect_uri", self.back), ("scope", "openid"),
                ("state", kept["state"]), ("nonce", kept["nonce"]),
                ("code_challenge", create_s256_code_challenge(kept["verifier"])), ("code_challenge_method", "S256"),
            ],
        )  # fmt: skip
        response = RedirectResponse(there, 303)
        response.set_cookie(
            _COOKIE, json.dumps(kept), max_age=600, httponly=True, samesite="lax",
            secure=self.back.startswith("https:"), path="/oidc"
        )
        return response

    def subject(self, request: Request) -> str:
        """Issuer and subject of who comes back. Raises Denied for anything that does not fit."""
        from reviewer.web.bench import same

        try:
            kept = json.loads(request.cookies.get(_COOKIE, ""))
            fits = same(request.query_params.get("state", ""), kept["state"])
        except (ValueError, KeyError, TypeError):
            raise Denied(_FAILED) from None
        code = request.query_params.get("code", "")
        if not fits or not code:
            raise Denied(_FAILED)
        answer = self.fetch(self.token, {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.back, "client_id": self.client,
            "client_secret": self.secret, "code_verifier": kept["verifier"],
        })  # fmt: skip
        return f"{self.issuer} {self._subject_in(str(answer.get('id_token', '')), kept['nonce'])}"

    def _subject_in(self, token: str, nonce: str) -> str:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            keys = KeySet.import_key_set(self.fetch(self.keys, None))  # type: ignore[arg-type]
            claims = jwt.decode(token, keys, algorithms=["RS256", "PS256", "ES256", "EdDSA"]).claims
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY, iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.client}, exp={"essential": True},
                nonce={"essential": True, "value": nonce}, sub={"essential": True},
            ).validate(claims)  # fmt: skip
        except (JoseError, ValueError, KeyError, TypeError):
            raise Denied(_FAILED) from None
        return str(claims["sub"])


def provider(issuer: str, client: str, secret: str, back: str, *, fetch: Fetch | None = None) -> Provider:
    """The provider at `issuer` (https only). Raises UsageError where it does not describe itself."""
    fetch = fetch or _fetch
    if not issuer.startswith("https://"):
        raise UsageError("统一身份认证的地址要以 https:// 开头。")
    told = fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration", None)
    try:
        if told["issuer"] != issuer:
            raise UsageError("统一身份认证服务自报的 issuer 与配置的不一致。")
        ends = {
            "authorize": told["authorization_endpoint"], "token": told["token_endpoint"], "keys": told["jwks_uri"],
        }  # fmt: skip
    except KeyError:
        raise UsageError("统一身份认证服务的说明（openid-configuration）不完整。") from None
    return Provider(issuer, client, secret, back, **ends, fetch=fetch)


def _fetch(address: str, form: dict[str, str] | None) -> dict[str, Any]:
    from urllib.error import URLError
    from urllib.parse import urlencode
    from urllib.request import Request as Asked
    from urllib.request import urlopen

    data = urlencode(form).encode() if form is not None else None
    try:
        with urlopen(Asked(address, data, {"accept": "application/json"}), timeout=10) as answer:
            made = json.loads(answer.read(1 << 20))
    except (URLError, OSError, ValueError):
        raise Denied(_FAILED) from None
    if not isinstance(made, dict):
        raise Denied(_FAILED)
    return made
