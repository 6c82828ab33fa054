"""Files that Python decodes, through the whole run: packed, encoded, personal."""

import base64
import gzip
import json
from hashlib import sha256

import pytest
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from millrace_etl.columns.masking import token_key
from millrace_etl.errors import ColumnsMismatch, SecretMissing, TransformInvalid

TWO = [{"name": "a", "type": "int"}, {"name": "b", "type": "string"}]


def pairs(lake):
    return sorted(((row["a"], row["b"]) for row in lake.rows()), key=str)


def test_packed_and_plain_files_of_one_run_are_one_table(lake):
    lake.declare(TWO)
    files = [
        lake.land("a,b\n1,x\nbad,y\n", name="1.csv"),
        lake.land(zstandard.compress(b'b,a\n"two\nlines",2\nz\n'), name="2.csv.zst"),
        lake.land(gzip.compress(b"a,b\n3,z\n"), name="3.csv.gz"),
    ]

    event = lake.refine(*files)

    assert (event.rows_read, event.rows_written, event.rows_quarantined) == (5, 3, 2)
    assert pairs(lake) == [(1, "x"), (2, "two\nlines"), (3, "z")]
    assert {(row["file"], row["record"], row["row"]) for row in lake.quarantined()} == {
        (files[0].key, 3, "bad,y"),
        (files[1].key, 2, "z"),
    }


def test_a_file_that_breaks_off_stops_the_run_with_its_name_and_place(lake):
    lake.declare(TWO, kind={"kind": "json"})
    good, broken = b'[{"a":1,"b":"x"}]', b'[{"a":2,"b":"y"},{"a":'

    with pytest.raises(ColumnsMismatch, match=r"broken\.json: after record 1: "):
        lake.refine(lake.land(good, name="a.json"), lake.land(broken, name="broken.json"))

    assert lake.files() == []


PERSONS = [
    {"name": "id", "type": "int", "range": [0, 9]},
    {"name": "mail", "from": "E-Mail", "type": "string", "pii": "hash", "unique": True},
    {"name": "name", "type": "string", "pii": "redact", "pattern": "[^0-9]+"},
    {"name": "phone", "type": "string", "pii": "tokenise"},
]
SALT = "0123456789abcdef"


def test_personal_data_is_nowhere_but_in_the_landed_file(lake):
    lake.declare(PERSONS, transform="SELECT *, length(mail) AS n FROM source")
    text = (
        "id,E-Mail,name,phone\n1,a@x,Ann,555\n2,b@x,Bob,555\n3,,,\n44,c@x,Cid,777\n5,d@x,Do1,8\n6\n"
    )
    file = lake.land(text, batch="b1")

    event = lake.service("r1", [file], salt=lambda: SALT).run()
    again = lake.service("r2", [lake.land("id,E-Mail,name,phone\n7,a@x,Al,9\n", batch="b2")],
                         salt=lambda: SALT).run()  # fmt: skip

    assert (event.rows_written, event.rows_quarantined) == (3, 3)
    assert again.rows_quarantined == 1, "a hash is looked for among the table's hashes"
    rows = {row["id"]: row for row in lake.rows()}
    assert rows[1]["mail"] == sha256(f"{SALT}:hash:a@x".encode()).hexdigest()
    assert (rows[1]["name"], rows[1]["n"], rows[3]["name"]) == ("[redacted]", 64, None)
    token = base64.b64decode(rows[1]["phone"])
    assert AESGCM(token_key(SALT)).decrypt(token[:12], token[12:], None) == b"555"
    assert rows[1]["phone"] == rows[2]["phone"]
    bad = {row["record"]: (row["row"], row["reasons"]) for row in lake.quarantined()}
    assert json.loads(bad[5][0]) == dict.fromkeys(("mail", "name", "phone"), "[withheld]") | {
        "id": "44"
    }
    assert bad[6][1] == ["name: pattern [^0-9]+: [withheld]"]
    assert bad[7] == ("[withheld]", ["row: 4 values separated by ',': another number"])
    for key in lake.files() + lake.files("quarantine"):
        bucket = "refined" if key in lake.files() else "quarantine"
        assert b"@x" not in lake.store.get(bucket, key)


def test_a_run_without_the_secret_or_a_personal_column_stops(lake):
    lake.declare(PERSONS)
    with pytest.raises(SecretMissing, match="no --pii_secret"):
        lake.refine(lake.land("id,E-Mail,name,phone\n1,a@x,Ann,555\n"))
    with pytest.raises(ColumnsMismatch, match="the file lacks 'e-mail'"):
        lake.service("r2", [lake.land("id,name,phone\n1,a,b\n")], salt=lambda: SALT).run()
    lake.declare(PERSONS, kind={"kind": "jsonl"})
    line = '{"id": 1, "name": "a", "phone": "p"}\n'
    with pytest.raises(ColumnsMismatch, match=r"a record lacks the personal column e-mail"):
        lake.service("r3", [lake.land(line, name="a.jsonl")], salt=lambda: SALT).run()
    assert lake.files() == []


def test_a_python_function_may_be_the_transform(lake):
    lake.declare(TWO, keys=["b"])
    lake.deploy(
        "transform.py",
        b"""
from pyspark.sql import functions as F

def transform(source):
    return source.where("a > 0").withColumn("a", F.col("a") * 2)
""",
    )

    event = lake.refine(lake.land("a,b\n1,x\n0,y\n3,x\n2,x\n"))

    assert (event.rows_filtered, event.rows_dropped) == (1, 2)
    assert pairs(lake) == [(4, "x")], "the row that is read last wins"
    for text, told in [
        (b"def transfrom(source): return source", "it has no function transform"),
        (b"def transform(source): return source.nothing", "AttributeError|cannot be resolved"),
        (b"def transform(source): return 1", "gave int, not a DataFrame"),
    ]:
        lake.deploy("transform.py", text)
        with pytest.raises(TransformInvalid, match=told):
            lake.refine(lake.land("a,b\n1,x\n", batch="b2"), run_id="r2")
