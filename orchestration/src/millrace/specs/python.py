"""What ``transform.py`` defines, found by parsing: nothing is executed."""

from __future__ import annotations

import ast

from millrace.errors import Problem
from millrace.specs.files import SpecFile

_FUNCTION = "transform"
_ALLOWED = f"def {_FUNCTION}(source), from DataFrame to DataFrame"


def check_python(transform: SpecFile) -> list[Problem]:
    """Problems of the file: its syntax, and the function that the Glue job calls."""
    try:
        tree = ast.parse(transform.text)
        # Not executed; but ``return`` outside of a function is found here and not by the parser.
        compile(tree, transform.file, "exec", dont_inherit=True)
    except SyntaxError as exc:
        place = f"line {exc.lineno}, column {exc.offset}" if exc.lineno else ""
        return [Problem(transform.file, place, exc.msg, "Python")]
    except ValueError as exc:
        return [Problem(transform.file, "", str(exc), "Python")]
    functions = [
        each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    # Of functions of one name Python keeps the last.
    named = {each.name: each for each in functions}
    function = named.get(_FUNCTION)
    if function is None:
        found = f"functions {', '.join(named)}" if named else "no function"
        return [Problem(transform.file, "", found, _ALLOWED)]
    if isinstance(function, ast.FunctionDef) and _takes_one(function.args):
        return []
    kind = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    found = f"{kind} {_FUNCTION}({ast.unparse(function.args)})"
    return [Problem(transform.file, f"line {function.lineno}", found, _ALLOWED)]


def _takes_one(given: ast.arguments) -> bool:
    """Whether a call with one positional argument fits."""
    positional = len(given.posonlyargs) + len(given.args)
    needed = positional - len(given.defaults)
    room = positional >= 1 or given.vararg is not None
    return room and needed <= 1 and None not in given.kw_defaults
