from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from millrace.report.cards import show_card
from millrace.training import fill_in

ASL = Path(__file__).parents[2] / "asl" / "pipeline.asl.json"
CARD = {
    "version": "v1",
    "weights": {"smoothed": 0.25, "boosted": 0.75},
    "series": 1200,
    "first_day": "2013-01-01",
    "last_day": "2013-12-31",
    "windows": 3,
    "mase": {"seasonal_naive": 1.2},
    "mase_chosen": 0.9,
    "mase_by_step": [0.8 + n / 100 for n in range(14)],
    "naive_mase_by_step": [1.2] * 14,
    "coverage": {"80": 0.791},
}


def train_state():
    publish = json.loads(ASL.read_text())["States"]["Publish"]
    (states,) = (one["States"] for one in publish["Branches"] if "Train" in one["States"])
    return states["Train"]


def test_the_job_of_the_state_is_the_job_of_the_command():
    values = {
        "$.dataset": "flights",
        "$.model.version": "v2024-02-29-0a1b2c3d",
        "$$.Execution.RedriveCount": "0",
    }

    request = fill_in(train_state()["Parameters"], values)

    assert request["TrainingJobName"] == "v2024-02-29-0a1b2c3d-0"
    assert request["Environment"] == {"MODEL_VERSION": "v2024-02-29-0a1b2c3d-0"}
    assert request["OutputDataConfig"]["S3OutputPath"] == "s3://${ArtifactsBucket}/models/flights/"
    sources = [one["DataSource"]["S3DataSource"]["S3Uri"] for one in request["InputDataConfig"]]
    assert sources == [
        "s3://${RefinedBucket}/flights/",
        "s3://${ArtifactsBucket}/datasets/flights/dataset.json",
    ]
    assert ".$" not in json.dumps(request)
    assert request["AlgorithmSpecification"]["ContainerArguments"] == ["train"]


def shown(card) -> str:
    out = io.StringIO()
    show_card(Console(file=out, width=120), card)
    return out.getvalue()


def test_a_card_is_shown_beside_seasonal_naive():
    text = shown(CARD)

    assert "25% smoothed + 75% boosted" in text
    assert "1,200 series from 2013-01-01 to 2013-12-31, 3 back-test windows" in text
    for score in ("0.900", "1.200", "0.800", "0.930"):
        assert score in text
    assert "80 % intervals held 79.1 % of the values" in text


def test_a_card_without_a_back_test_says_so():
    text = shown({**CARD, "windows": 0, "mase": {}, "mase_chosen": None, "mase_by_step": []})

    assert "too short to back-test" in text
