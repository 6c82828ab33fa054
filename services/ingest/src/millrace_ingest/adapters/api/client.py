"""GET requests of one API: credentials, redirects, waiting and time."""

from __future__ import annotations

import email.utils
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import httpx

from millrace_contracts.dataset import ApiSource
from millrace_ingest.adapters.api.bodies import read_body
from millrace_ingest.adapters.api.credentials import Credentials, Proof
from millrace_ingest.adapters.api.network import GuardedTransport
from millrace_ingest.errors import (
    SourceMalformed,
    SourceMissing,
    SourceRefused,
    SourceTooSlow,
    SourceUnavailable,
)
from millrace_ingest.secret import Secret
from millrace_ingest.versions import public_url

_CONNECT_S = 10.0
_READ_S = 30.0
_ATTEMPTS = 5
_LONGEST_WAIT_S = 60.0
_STEP_S = 5.0
_REDIRECTS = 5
_TOKEN_BYTES = 64 * 1024
_HASH_BYTES = 1024 * 1024
_WAIT_AND_RETRY = frozenset({408, 429, 500, 502, 503, 504})

# httpx tells every request with its query, which may hold a key.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    body: IO[bytes]
    size_bytes: int
    sha256: str
    next_link: str | None
    """Target of the ``Link`` header's ``rel="next"``, as it stands there."""
    url: str
    """Where the answer came from, after redirects."""


class ApiClient:
    """Requests to an API, sent one after the other."""

    def __init__(self, spec: ApiSource, secret: Secret, sleep: Callable[[float], None]) -> None:
        self._spec = spec
        self._sleep = sleep
        self._place = public_url(spec.url)
        self._transport = GuardedTransport(allow_private=spec.allow_private)
        self._client = httpx.Client(
            transport=self._transport,
            timeout=httpx.Timeout(_READ_S, connect=_CONNECT_S),
            trust_env=False,
        )
        self._credentials = Credentials(spec.auth, secret, self._fetch_token)
        self._origin = _origin(httpx.URL(spec.url))

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    @contextmanager
    def page(self, url: str, params: Mapping[str, str], beat: Callable[[], None]) -> Iterator[Page]:
        """GET a page, after as many waits and redirects as its server asks for.

        Args:
            url: Absolute, http or https.
            params: Added to its query.
            beat: Called while waiting; may raise to stop.

        Raises:
            AddressRefused: The server, or what it redirects to, has no public address.
            SourceRefused: The server wants other credentials.
            SourceMissing: There is no such page.
            SourceMalformed: The answer cannot be understood.
            SourceTooSlow: The answer takes longer than its budget.
            SourceEndless: The answer is larger than its budget.
            SourceUnavailable: The server cannot answer just now.
        """
        page = self._retried(httpx.URL(url).copy_merge_params(dict(params)), beat)
        try:
            yield page
        finally:
            page.body.close()

    def _retried(self, url: httpx.URL, beat: Callable[[], None]) -> Page:
        attempt = 1
        while True:
            try:
                return self._followed(url)
            except _Wait as wait:
                if attempt == _ATTEMPTS or wait.seconds > _LONGEST_WAIT_S:
                    asked = f"; it asks to wait {wait.seconds:.0f} s" if wait.is_asked else ""
                    raise SourceUnavailable(f"{self._place}: {wait.reason}{asked}") from None
                until = time.monotonic() + max(wait.seconds, 0.5 * 2**attempt)
                if wait.is_asked:
                    until = time.monotonic() + wait.seconds
                attempt += 1
                while (left := until - time.monotonic()) > 0:
                    beat()
                    self._sleep(min(left, _STEP_S))
                beat()

    def _followed(self, url: httpx.URL) -> Page:
        hops = 0
        has_renewed = False
        while True:
            is_ours = _origin(url) == self._origin
            proof = self._credentials.proof() if is_ours else Proof()
            headers = {**(self._spec.headers if is_ours else {}), **proof.headers}
            with self._answered(
                "GET", url.copy_merge_params(dict(proof.params)), headers
            ) as answer:
                if answer.has_redirect_location:
                    url = self._redirected(url, answer.headers["location"])
                    hops += 1
                    if hops > _REDIRECTS:
                        raise SourceMalformed(
                            f"{self._place} redirects more than {_REDIRECTS} times"
                        )
                    continue
                if answer.status_code == httpx.codes.UNAUTHORIZED and not has_renewed:
                    has_renewed = True
                    if is_ours and self._credentials.forget_token():
                        continue
                self._check_status(answer)
                return self._page(answer)

    @contextmanager
    def _answered(
        self,
        method: str,
        url: httpx.URL,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None = None,
    ) -> Iterator[httpx.Response]:
        self._transport.guard.deadline = time.monotonic() + self._spec.budget.page_seconds
        sent = {"Accept-Encoding": "gzip", "User-Agent": "millrace", **headers}
        try:
            with self._client.stream(method, url, headers=sent, data=form) as answer:
                yield answer
        except httpx.TimeoutException:
            if time.monotonic() >= self._transport.guard.deadline:
                raise SourceTooSlow(
                    f"{self._place}: a page takes over {self._spec.budget.page_seconds} s"
                ) from None
            raise _Wait("it did not answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            # Without the cause: an error of httpx may tell the URL with its query.
            raise _Wait(type(exc).__name__) from None

    def _redirected(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            target = url.join(location)
        except httpx.InvalidURL:
            raise SourceMalformed(f"{self._place} redirects to no URL") from None
        if target.scheme not in ("https", url.scheme):
            raise SourceMalformed(f"{self._place} redirects to {target.scheme or 'nowhere'}")
        return target

    def _check_status(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status in _WAIT_AND_RETRY:
            asked = _retry_after_s(answer.headers.get("retry-after"))
            raise _Wait(f"status {status}", asked or 0.0, is_asked=asked is not None)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise SourceRefused(f"{self._place}: status {status}")
        if status in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            raise SourceMissing(f"{self._place}: status {status}")
        if not answer.is_success:
            raise SourceMalformed(f"{self._place}: status {status}")

    def _page(self, answer: httpx.Response) -> Page:
        try:
            body = read_body(answer, self._spec.budget.page_bytes, self._place)
        except SourceUnavailable as exc:
            raise _Wait(str(exc).removeprefix(f"{self._place}: ")) from exc
        digest = hashlib.sha256()
        while chunk := body.read(_HASH_BYTES):
            digest.update(chunk)
        size_bytes = body.tell()
        body.seek(0)
        link = answer.links.get("next", {}).get("url")
        return Page(body, size_bytes, digest.hexdigest(), link, str(answer.url))

    def _fetch_token(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> object:
        with self._answered("POST", httpx.URL(url), headers, form) as answer:
            self._check_status(answer)
            with read_body(answer, _TOKEN_BYTES, public_url(url)) as body:
                try:
                    return json.load(body)
                except ValueError:
                    # Without the cause, which quotes the body.
                    raise SourceMalformed(f"{public_url(url)} answered no JSON") from None


class _Wait(Exception):
    """The server cannot answer now, but may later."""

    def __init__(self, reason: str, seconds: float = 0.0, *, is_asked: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds
        self.is_asked = is_asked


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    default = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, url.port or default


def _retry_after_s(text: str | None) -> float | None:
    """Seconds to wait: the header holds them, or a date (RFC 9110, 10.2.3)."""
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(moment.timestamp() - time.time(), 0.0)
