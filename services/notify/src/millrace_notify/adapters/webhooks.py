"""Webhooks that take Slack's JSON: ``{"text": …}``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from millrace_notify.adapters.aws_errors import aws_errors
from millrace_notify.errors import CallFailed, CallRefused

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_TIMEOUT_S = 10
_FOR_ALL = "*"


class HttpWebhooks:
    """Webhooks by team; a URL is a credential, so no message of ours holds one."""

    def __init__(self, urls: Callable[[], Mapping[str, str]]) -> None:
        self._urls = urls

    def post(self, team: str, text: str) -> bool:
        urls = self._urls()
        url = urls.get(team) or urls.get(_FOR_ALL)
        if url is None:
            return False
        try:
            request = Request(
                url,
                data=json.dumps({"text": text}).encode(),
                headers={"Content-Type": "application/json"},
                method="POST",
            )
            if request.type not in ("https", "http"):
                raise ValueError
            with urlopen(request, timeout=_TIMEOUT_S):
                return True
        except HTTPError as exc:
            told = f"the webhook of {team or 'all'} answered {exc.code}"
            exc.close()
            if exc.code == HTTPStatus.TOO_MANY_REQUESTS or exc.code >= 500:
                raise CallFailed(told) from None
            raise CallRefused(told) from None
        except (URLError, TimeoutError, ConnectionError) as exc:
            told = f"the webhook of {team or 'all'} could not be reached"
            raise CallFailed(f"{told}: {type(exc).__name__}") from None
        except ValueError:
            raise CallRefused(f"the webhook of {team or 'all'} is no http URL") from None


def urls_from_secret(client: SecretsManagerClient, name: str) -> Mapping[str, str]:
    """URLs by team, and by ``*`` for everybody else, from a secret that holds them as JSON.

    Raises CallFailed, CallRefused.
    """
    if not name:
        return {}
    with aws_errors():
        text = client.get_secret_value(SecretId=name)["SecretString"]
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise CallRefused(f"secret {name} holds no JSON object of URLs by team")
    return {str(team): str(url) for team, url in document.items()}
