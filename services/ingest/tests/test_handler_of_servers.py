"""Files of a server, through the function's own door."""

from __future__ import annotations

import json
import logging

import boto3
import pytest
from ftp_servers import PASSWORD, USER, ftp_server
from test_handler import LAND, Context, cloud  # noqa: F401 - a fixture
from test_handler_of_records import deploy, everything_kept

from millrace_ingest import handler as edge

WRONG = "wr0ng-passw0rd"


def test_a_password_is_kept_nowhere(cloud, tmp_path, caplog, capsys):  # noqa: F811
    caplog.set_level(logging.DEBUG)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.csv").write_bytes(b"origin\nJFK\n")
    secrets = boto3.client("secretsmanager")
    text = json.dumps({"user": USER, "password": PASSWORD})
    secrets.create_secret(Name="millrace/ftp", SecretString=text)
    caplog.clear()
    with ftp_server(tmp_path) as port:
        url = f"ftp://127.0.0.1:{port}/out"
        deploy(cloud, {"kind": "ftp", "url": url, "secret": "millrace/ftp", "settle_s": 0}, "csv")
        caplog.set_level(logging.INFO)
        assert edge.handler(LAND, Context())["files"] == 1
        wrong = json.dumps({"user": USER, "password": WRONG})
        secrets.put_secret_value(SecretId="millrace/ftp", SecretString=wrong)
        with pytest.raises(Exception, match="SourceRefused") as refused:
            edge.handler(LAND | {"run_id": "r2"}, Context())
    with pytest.raises(Exception, match="SourceUnavailable") as gone:
        edge.handler(LAND | {"run_id": "r3"}, Context())

    printed = capsys.readouterr()
    ours = [record.getMessage() for record in caplog.records if record.name != "pyftpdlib"]
    shown = [*ours, printed.out, printed.err, str(refused.value), str(gone.value)]
    for text in (*shown, everything_kept(cloud)):
        assert PASSWORD not in text
        assert WRONG not in text
