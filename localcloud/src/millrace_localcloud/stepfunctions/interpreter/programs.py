"""Definitions as programs, each parsed once, and started or resumed at the right state."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from moto.stepfunctions.parser.api import InvalidDefinition
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.parse.asl_parser import (
    AmazonStateLanguageParser,
    ASLParserException,
)
from moto.stepfunctions.parser.asl.utils import json_path as moto_json_path

from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.definitions import all_states
from millrace_localcloud.stepfunctions.interpreter import item_batches
from millrace_localcloud.stepfunctions.interpreter.kept_programs import KeptPrograms

_PARSED_PATHS = 4096

_kept: KeptPrograms | None = None


@lru_cache(maxsize=256)
def program_of(definition: str) -> Any:
    """The parsed program, which executions share: what changes is in their environment.

    Raises:
        InvalidDefinition: The grammar refuses it.
    """
    try:
        text = _in_grammar(definition)
        program = _kept.find(text) if _kept else None
        if program is None:
            program = AmazonStateLanguageParser.parse(text)[0]
            if _kept:
                _kept.keep(text, program)
        return program
    except ASLParserException as exc:
        raise InvalidDefinition(f"Invalid State Machine Definition: '{exc!r}'") from exc
    except Exception as exc:
        raise InvalidDefinition(f"Invalid State Machine Definition: '{exc}'") from exc


@lru_cache(maxsize=256)
def express_maps(definition: str) -> frozenset[str]:
    """Names of the distributed Maps whose child executions are Express.

    The grammar does not take them; names are unique in a machine.
    """
    return frozenset(
        name
        for name, state in all_states(json.loads(definition))
        if state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("ExecutionType")
        == "EXPRESS"
    )


def install(folder: Path | None) -> None:
    """Parse each JSONPath once, and begin a resumed program at the state it had reached.

    Args:
        folder: Where parsed programs are kept for later runs of the cloud.
    """
    global _kept
    _kept = None if folder is None else KeptPrograms(folder)
    parse = moto_json_path.parse
    replace_attribute(moto_json_path, "parse", lru_cache(maxsize=_PARSED_PATHS)(parse))
    # moto makes the key when it is first asked for, which two executions may do at once.
    replace_attribute(EvalComponent, "heap_key", property(lambda self: str(id(self))))
    evaluate = Program._eval_body

    def evaluate_from_progress(self: Any, env: Any) -> None:
        if getattr(env.event_manager, "closed", False):
            # Stopped before the first state: moto takes a stop only while a state is set.
            env.set_stop(stop_date=None, error=None, cause=None)
        if env.progress.resuming:
            env.next_state_name = env.progress.state
            env.states.reset(json.loads(env.progress.input_json))
        evaluate(self, env)

    replace_attribute(Program, "_eval_body", evaluate_from_progress)


def _in_grammar(definition: str) -> str:
    """What AWS accepts and the grammar does not, in a form that means the same here."""
    machine = json.loads(definition)
    return json.dumps(_rewritten(machine, "JSONPath"))


def _rewritten(value: Any, language: str) -> Any:
    if isinstance(value, list):
        return [_rewritten(item, language) for item in value]
    if not isinstance(value, dict):
        return value
    language = value.get("QueryLanguage", language)
    rewritten = {key: _rewritten(item, language) for key, item in value.items()}
    percentage = rewritten.get("ToleratedFailurePercentage")
    if isinstance(percentage, int):
        rewritten["ToleratedFailurePercentage"] = float(percentage)
    if rewritten.get("ExecutionType") == "EXPRESS" and "Mode" in rewritten:
        rewritten["ExecutionType"] = "STANDARD"
    if rewritten.get("Type") == "Map" and isinstance(rewritten.get("ItemBatcher"), dict):
        return item_batches.carried(rewritten, language)
    return rewritten
