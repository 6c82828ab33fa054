"""What a request proves its sender with."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from millrace_contracts.dataset.sources.api import ApiKeyAuth, Auth, BasicAuth, BearerAuth
from millrace_ingest.errors import SourceMalformed
from millrace_ingest.secret import Secret

_EARLY_S = 30
_DEFAULT_LIFE_S = 300

FetchToken = Callable[[str, Mapping[str, str], Mapping[str, str]], object]
"""Posts a form with headers to a URL, and answers the parsed JSON."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Headers and query parameters of one request; its own text shows neither."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)


class Credentials:
    """Proofs from one secret, with a token renewed when it is about to end."""

    def __init__(self, auth: Auth | None, secret: Secret, fetch_token: FetchToken) -> None:
        self._auth = auth
        self._secret = secret
        self._fetch_token = fetch_token
        self._token = ""
        self._token_until = 0.0

    def proof(self) -> Proof:
        """What to send. Raises SecretMalformed, SourceMalformed."""
        auth = self._auth
        if auth is None:
            return Proof()
        if isinstance(auth, BearerAuth):
            return Proof({"Authorization": f"Bearer {self._secret.need('token')}"})
        if isinstance(auth, BasicAuth):
            return Proof({"Authorization": self._basic("user", "password")})
        if isinstance(auth, ApiKeyAuth):
            key = self._secret.need("key")
            return Proof({auth.header: key}) if auth.header else Proof({}, {str(auth.param): key})
        if time.monotonic() >= self._token_until:
            self._renew(auth.token_url, auth.scope)
        return Proof({"Authorization": f"Bearer {self._token}"})

    def forget_token(self) -> bool:
        """Give up a token that was refused; False when there is none to renew."""
        had_token, self._token, self._token_until = bool(self._token), "", 0.0
        return had_token

    def _renew(self, token_url: str, scope: str | None) -> None:
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        headers = {"Authorization": self._basic("client_id", "client_secret")}
        answer = self._fetch_token(token_url, form, headers)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(token, str) or not token:
            raise SourceMalformed(f"{token_url} answered no access_token")
        life_s = answer.get("expires_in", _DEFAULT_LIFE_S)
        life_s = float(life_s) if isinstance(life_s, int | float | str) else _DEFAULT_LIFE_S
        self._token = token
        self._token_until = time.monotonic() + max(life_s - _EARLY_S, 1)

    def _basic(self, user: str, password: str) -> str:
        pair = f"{self._secret.need(user)}:{self._secret.need(password)}"
        return "Basic " + base64.b64encode(pair.encode()).decode()
