"""An HTTP API that answers page by page."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from millrace_contracts.dataset.part import SpecPart
from millrace_contracts.dataset.sources.address import check_address

FieldPath = Annotated[str, Field(pattern=r"^[^.\s]+(\.[^.\s]+)*$")]
"""Keys of nested JSON objects, joined by dots, as ``meta.next``."""
ParameterName = Annotated[str, Field(pattern=r"^[^\s&=?#]+$")]
SecretName = Annotated[str, Field(pattern=r"^(ssm:/)?[A-Za-z0-9/_+=.@-]+$")]
"""A secret's name in Secrets Manager, or ``ssm:`` and a parameter's name in SSM."""


class BearerAuth(SpecPart):
    """``Authorization: Bearer``; the secret holds ``token``."""

    kind: Literal["bearer"]
    secret: SecretName


class BasicAuth(SpecPart):
    """HTTP basic authentication; the secret holds ``user`` and ``password``."""

    kind: Literal["basic"]
    secret: SecretName


class ApiKeyAuth(SpecPart):
    """A key in a header or a query parameter; the secret holds ``key``."""

    kind: Literal["api_key"]
    secret: SecretName
    header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")] | None = None
    param: ParameterName | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if (self.header is None) == (self.param is None):
            raise ValueError("auth api_key needs either header or param")
        return self


class OAuth2Auth(SpecPart):
    """OAuth 2 client credentials (RFC 6749, 4.4); the secret holds client_id, client_secret."""

    kind: Literal["oauth2"]
    secret: SecretName
    token_url: Annotated[str, Field(pattern=r"^https?://[^\s@]+$")]
    scope: str | None = None


Auth = Annotated[
    BearerAuth | BasicAuth | ApiKeyAuth | OAuth2Auth,
    Field(discriminator="kind"),
]


class LinkPagination(SpecPart):
    """The next page is the ``Link`` header's ``rel="next"`` (RFC 8288)."""

    kind: Literal["link"]


class CursorPagination(SpecPart):
    """The body holds a cursor, which the next request sends; absent, null or empty ends."""

    kind: Literal["cursor"]
    path: FieldPath
    param: ParameterName


class NextUrlPagination(SpecPart):
    """The body holds the next page's URL; absent, null or empty ends."""

    kind: Literal["next_url"]
    path: FieldPath


class PagePagination(SpecPart):
    """Pages are numbered; one without a record ends."""

    kind: Literal["page"]
    param: ParameterName = "page"
    first: Annotated[int, Field(ge=0)] = 1


class OffsetPagination(SpecPart):
    """Requests say where to begin and how many records to answer; none ends."""

    kind: Literal["offset"]
    param: ParameterName = "offset"
    limit_param: ParameterName = "limit"
    limit: Annotated[int, Field(ge=1, le=100_000)] = 1000


Pagination = Annotated[
    LinkPagination | CursorPagination | NextUrlPagination | PagePagination | OffsetPagination,
    Field(discriminator="kind"),
]


class ApiIncremental(SpecPart):
    """Only records beyond the watermark are asked for."""

    field: FieldPath
    """Of each record; its highest value becomes the watermark."""
    param: ParameterName
    """Of the request, sent with the watermark."""
    until_param: ParameterName | None = None
    """Of the request, sent with a backfill's upper end; records beyond it are dropped anyhow."""
    type: Literal["timestamp", "number", "text"] = "timestamp"
    initial: str | None = None
    """Sent when there is no watermark yet; without one, the parameter is left out."""


class ApiBudget(SpecPart):
    """What one extraction may take at most; beyond it, it fails by name."""

    pages: Annotated[int, Field(ge=1)] = 100_000
    size_bytes: Annotated[int, Field(ge=1)] = 10 * 1024**3
    """Of all responses, once uncompressed."""
    page_bytes: Annotated[int, Field(ge=1, le=256 * 1024**2)] = 8 * 1024**2
    """Of one response, once uncompressed; a JSON page is held in memory."""
    page_seconds: Annotated[int, Field(ge=1, le=840)] = 120
    """From a request to its response's last byte."""
    minutes: Annotated[int, Field(ge=1)] = 360
    """From the extraction's beginning, over all calls."""


class ApiSource(SpecPart):
    """Records that an HTTP API answers to GET.

    JSON and JSON lines land as JSON lines, CSV as it came, so ``format`` has to say the same.
    """

    kind: Literal["api"]
    url: Annotated[str, Field(pattern=r"^https?://[^\s@]+$")]
    """Without user and password: they belong into a secret. ``{host}`` and ``{port}`` are fields of
    the secret that ``auth`` names."""
    params: dict[ParameterName, str] = Field(default_factory=dict)
    headers: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")], str] = Field(
        default_factory=dict
    )
    auth: Auth | None = None
    response: Literal["json", "jsonl", "csv"] = "json"
    records: FieldPath | None = None
    """Where a JSON body holds its array of records; without it, the body is the array."""
    pagination: Pagination | None = None
    incremental: ApiIncremental | None = None
    allow_private: bool = False
    """Whether the server, and what it redirects to, may have an address that is not public."""
    budget: ApiBudget = ApiBudget()

    @model_validator(mode="after")
    def _response_holds_what_is_looked_for(self) -> Self:
        check_address(self.url, has_secret=self.auth is not None)
        in_body = ("cursor", "next_url")
        if self.response != "json":
            if self.records is not None:
                raise ValueError(f"records needs response json, not {self.response}")
            if self.pagination is not None and self.pagination.kind in in_body:
                raise ValueError(f"pagination {self.pagination.kind} needs response json")
        if self.records is None and self.pagination is not None and self.pagination.kind in in_body:
            raise ValueError(
                f"pagination {self.pagination.kind} needs records: the body is no array"
            )
        if self.response == "csv" and self.incremental is not None:
            raise ValueError("incremental needs response json or jsonl")
        forbidden = {name.lower() for name in self.headers} & {"authorization", "cookie", "host"}
        if forbidden:
            raise ValueError(f"headers must not hold {sorted(forbidden)}; use auth")
        return self
