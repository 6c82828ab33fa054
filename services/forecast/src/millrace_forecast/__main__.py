"""Container entry point: ``python -m millrace_forecast train|predict|score|plot``."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from millrace_forecast.adapters.container import (
    FolderInputs,
    ForecastFolder,
    ModelArchive,
    ModelFolder,
    OutputFolder,
    PageFolder,
    ScoreFolder,
)
from millrace_forecast.archive import read_card
from millrace_forecast.card import ModelCard
from millrace_forecast.errors import ForecastError
from millrace_forecast.plotting import Plotting
from millrace_forecast.prediction import Prediction
from millrace_forecast.retraining import tell_scores
from millrace_forecast.scoring import Scoring
from millrace_forecast.settings import Settings
from millrace_forecast.share import WHOLE, Share
from millrace_forecast.training import Training


def main(arguments: list[str]) -> int:
    """Run one command; answers the exit status.

    The last line on standard error and SageMaker's own file for it say why a job failed:
    ``output/failure`` for training (FailureReason), ``output/message`` for processing (ExitMessage,
    which also holds the ``ForecastReady`` event of a job that succeeded).
    """
    commands = {"train": _train, "predict": _predict, "score": _score, "plot": _plot}
    if len(arguments) != 1 or arguments[0] not in commands:
        sys.stderr.write("usage: python -m millrace_forecast train|predict|score|plot\n")
        return 2
    settings = Settings.from_env(os.environ)
    try:
        commands[arguments[0]](settings)
    except ForecastError as exc:
        reason = f"{type(exc).__name__}: {exc}"
        name = "failure" if arguments[0] == "train" else "message"
        _leave_word(settings.sagemaker_base_dir, name, reason)
        sys.stderr.write(reason + "\n")
        return 1
    return 0


def _train(settings: Settings) -> None:
    base = settings.sagemaker_base_dir
    card = Training(
        inputs=FolderInputs(base / "input" / "data"),
        models=ModelFolder(base / "model"),
        model_version=settings.model_version,
        now=datetime.now(UTC),
    ).train()
    sys.stdout.write(
        card.model_dump_json(
            include={"version", "model", "weights", "mase", "mase_chosen", "windows"}
        )
        + "\n"
    )


def _predict(settings: Settings) -> None:
    base = settings.sagemaker_base_dir
    now = datetime.now(UTC)
    inputs = base / "processing" / "input"
    share = _share(base)
    ready = Prediction(
        inputs=FolderInputs(inputs),
        models=ModelArchive(inputs / "model"),
        output=OutputFolder(base / "processing" / "output" / "forecast", share.position),
        run_id=settings.run_id,
        issued_on=settings.issued_on or now.date(),
        now=now,
        share=share,
        budget_s=settings.predict_budget_s,
    ).predict()
    _leave_word(base, "message", ready.model_dump_json())
    sys.stdout.write(ready.model_dump_json() + "\n")


def _score(settings: Settings) -> None:
    base = settings.sagemaker_base_dir
    inputs = FolderInputs(base / "processing" / "input")
    # Beside the forecasts' own accuracy, which needs no model, its card tells what was promised.
    card = _promoted_card(base / "processing" / "input" / "model")
    scored = Scoring(
        inputs=inputs,
        past=ForecastFolder(base / "processing" / "input" / "forecast"),
        output=ScoreFolder(base / "processing" / "output" / "scores"),
        judged_version=card.version if card else None,
    ).score()
    told = tell_scores(inputs.spec(), card, scored, datetime.now(UTC))
    _leave_word(base, "message", told)
    sys.stdout.write(told + "\n")


def _promoted_card(folder: Path) -> ModelCard | None:
    return read_card(ModelArchive(folder).load()) if folder.exists() else None


def _plot(settings: Settings) -> None:
    inputs = settings.sagemaker_base_dir / "processing" / "input"
    Plotting(
        inputs=FolderInputs(inputs),
        models=ModelArchive(inputs / "model"),
        past=ForecastFolder(inputs / "forecast"),
        output=PageFolder(settings.sagemaker_base_dir / "processing" / "output" / "plot"),
    ).plot()


def _share(base: Path) -> Share:
    """This instance's among those of the job's cluster."""
    file = base / "config" / "resourceconfig.json"
    if not file.exists():
        return WHOLE
    cluster = json.loads(file.read_text(encoding="utf-8"))
    hosts = sorted(cluster["hosts"])
    return Share(hosts.index(cluster["current_host"]), len(hosts))


def _leave_word(base: Path, name: str, text: str) -> None:
    folder = base / "output"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text[:1024], encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
