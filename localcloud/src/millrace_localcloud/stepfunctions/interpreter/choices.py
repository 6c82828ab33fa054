"""Choice rules: paths into the context object and variables, timestamps, and no rule at all."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.choice import state_choice
from moto.stepfunctions.parser.asl.component.state.choice.comparison import (
    comparison_func,
    comparison_variable,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.operator.implementations import (  # noqa: E501
    is_operator,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import (
    NoSuchVariable,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.json_path import extract_json

from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.timestamps import parse_timestamp


def install() -> None:
    """Replace the comparisons that moto gets wrong."""
    compare_value = comparison_func.ComparisonFuncValue._eval_body

    def compare(self: Any, env: Any) -> None:
        path = self.value
        if _is_path(self.operator_type) and isinstance(path, str) and path.startswith("$$"):
            context = env.states.context_object.context_object_data
            _compare_with(self, env, extract_json(path[1:], context))
        else:
            compare_value(self, env)

    def compare_variable(self: Any, env: Any) -> None:
        self.string_variable_sample.eval(env=env)
        _compare_with(self, env, env.stack.pop())

    replace_attribute(comparison_func.ComparisonFuncValue, "_eval_body", compare)
    replace_attribute(
        comparison_func.ComparisonFuncStringVariableSample, "_eval_body", compare_variable
    )
    replace_attribute(is_operator.IsTimestamp, "string_to_timestamp", staticmethod(parse_timestamp))
    replace_attribute(comparison_variable.ComparisonVariable, "_eval_body", _compare_if_present)
    choose = state_choice.StateChoice._eval_state

    def choose_or_fail(self: Any, env: Any) -> None:
        try:
            choose(self, env)
        except RuntimeError as exc:
            if not str(exc.args[0]).startswith("No branching option"):
                raise
            cause = f"No Choice rule of {self.name} matched, and it has no Default"
            raise _failure(env, "States.NoChoiceMatched", cause) from exc

    replace_attribute(state_choice.StateChoice, "_eval_state", choose_or_fail)


def _compare_if_present(self: Any, env: Any) -> None:
    """Compare a variable; only IsPresent may ask for one that is not there."""
    self.variable.eval(env)
    operator = str(self.comparison_function.operator_type)
    if isinstance(env.stack[-1], NoSuchVariable) and not operator.endswith("IsPresent"):
        path = self.variable.string_sampler.literal_value
        cause = (
            f"Invalid path '{path}': The choice state's condition path references an invalid value."
        )
        raise _failure(env, "States.Runtime", cause)
    self.comparison_function.eval(env)


def _is_path(operator_type: Any) -> bool:
    return str(operator_type).endswith("Path")


def _compare_with(comparison: Any, env: Any, compared: Any) -> None:
    """Run a ...Path operator, which looks for its operand in the value under the variable."""
    variable = env.stack.pop()
    env.stack.append({"compared": compared})
    env.stack.append(variable)
    operator = comparison_func.OperatorFactory.get(comparison.operator_type)
    operator.eval(env=env, value="$.compared")
    outcome = env.stack.pop()
    env.stack[-1] = outcome


def _failure(env: Any, error: str, cause: str) -> FailureEventException:
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=CustomErrorName(error),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(
                taskFailedEventDetails=TaskFailedEventDetails(error=error, cause=cause)
            ),
        )
    )
