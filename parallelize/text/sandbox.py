"""Templates of users (cards, prompts), in a sandbox that bounds their time and memory.

Jinja's sandbox keeps a template away from Python's internals, and lets it loop over 10^10 things or make a
gigabyte of text. Here every step of a loop and every call counts, every text has a longest length, and what
could grow without a step (padding, formatting, repeating, powers) is refused. All that goes wrong is one kind
of error, which names the template and its line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment

from parallelize.core.errors import InputError

__all__ = ["KEPT_FILTERS", "BoundedSandbox", "check_template_text", "render_bounded"]

MOST_STEPS = 100_000
"""Steps of all loops, and calls; the card of 40 languages takes 3,000."""
MOST_SECONDS = 5.0
"""Of the processor, so that a machine with other work refuses nothing."""
MOST_CHARACTERS = 20_000_000
"""Of everything that a template writes."""
LONGEST_TEXT = 1_000_000
LONGEST_RANGE = 10_000
_MOST_BITS = 256
_BUDGET = "_budget"
KEPT_FILTERS = (
    *("abs", "batch", "capitalize", "count", "d", "default", "dictsort", "first", "float", "groupby", "int"),
    *("items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr"),
    *("reverse", "round", "select", "selectattr", "slice", "sort", "string", "sum", "title", "trim"),
    *("truncate", "unique", "upper", "wordcount"),
)
"""Filters that return data, never markup, and grow nothing beyond what goes in."""
_GROWING_METHODS = frozenset(
    ("center", "encode", "expandtabs", "format", "format_map", "join", "ljust", "replace", "rjust")
) | {"translate", "zfill"}
"""Methods of texts that make much out of little."""


class _Budget:
    """What one rendering may still use."""

    def __init__(self) -> None:
        self.steps = MOST_STEPS
        self.characters = MOST_CHARACTERS
        self.deadline = time.thread_time() + MOST_SECONDS

    def step(self, characters: int = 0) -> None:
        self.steps -= 1
        self.write(characters)
        if self.steps < 0:
            raise SecurityError(f"it takes more than {MOST_STEPS:,} steps")
        if time.thread_time() > self.deadline:
            raise SecurityError(f"it takes longer than {MOST_SECONDS:.0f} s of the processor")

    def write(self, characters: int) -> None:
        self.characters -= characters
        if self.characters < 0:
            raise SecurityError(f"it writes more than {MOST_CHARACTERS:,} characters")


class _Counted:
    """What a loop goes over, each item counted."""

    def __init__(self, items: Iterable[Any], budget: _Budget, characters: int) -> None:
        self._items, self._budget, self._characters = items, budget, characters

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self._budget.step(self._characters)
            yield item

    def __len__(self) -> int:
        return len(self._items)  # type: ignore[arg-type] # TypeError where there is no length, as Jinja expects


class BoundedSandbox(ImmutableSandboxedEnvironment):
    """A Jinja environment without files, whose templates cannot take unbounded time or memory."""

    intercepted_binops = frozenset({"+", "*", "%", "**"})

    def __init__(
        self,
        *,
        shown: Callable[[object], object],
        filters: Mapping[str, Callable[..., Any]],
        autoescape: bool,
    ) -> None:
        """Make the environment.

        Args:
            shown: what is written for a value, such as an escaped text.
            filters: besides `KEPT_FILTERS`.
            autoescape: whether texts joined to markup are escaped.
        """

        @pass_context
        def finalize(context: Context, value: object) -> object:
            text = shown(value)
            context.resolve(_BUDGET).write(len(str(text)))
            return text

        super().__init__(
            autoescape=autoescape,
            finalize=finalize,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        kept = {name: self.filters[name] for name in KEPT_FILTERS} | dict(filters)
        self.filters.clear()
        self.filters.update({name: _bounded(function) for name, function in kept.items()})
        self.filters["replace"] = _replace
        for name in ("lipsum", "joiner", "cycler"):
            self.globals.pop(name, None)
        self.globals["range"] = _short_range

    def compile(self, source: Any, *arguments: Any, **options: Any) -> Any:
        """Compile a template, its loops and joins counted."""
        parsed = self.parse(source) if isinstance(source, str) else source
        for loop in list(parsed.find_all(nodes.For)):
            static = sum(len(item.data) for item in loop.find_all(nodes.TemplateData))
            loop.iter = _call("_counted", [loop.iter, nodes.Const(static)], loop.lineno)
        return super().compile(_joins_counted(parsed), *arguments, **options)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call something from a template: a step of its own."""
        __context.resolve(_BUDGET).step()
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """A sum, product, remainder or power, of numbers within bounds; a sum of texts or lists too."""
        if operator == "+" and not isinstance(left, int | float):
            _refuse_long(len(left) + len(right))
        elif not isinstance(left, int | float) or not isinstance(right, int | float):
            raise SecurityError(f"{operator} is for numbers; join texts with ~")
        elif operator == "**" and (abs(right) > 64 or abs(left) > 1_000_000):
            raise SecurityError("a power this large is not computed")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int) and result.bit_length() > _MOST_BITS:
            raise SecurityError("a number this large is not computed")
        return result

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may use it."""
        if isinstance(obj, str) and attr in _GROWING_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """Never: formatting pads without a bound."""
        return


def _call(name: str, arguments: Sequence[nodes.Expr], line: int) -> nodes.Call:
    called = nodes.Call(nodes.Name(name, "load"), list(arguments), [], None, None)
    called.set_lineno(line, override=True)
    return called


def _joins_counted(template: nodes.Template) -> nodes.Template:
    """Every `a ~ b` as a call that looks at the length."""

    def walk(node: nodes.Node) -> nodes.Node:
        for name, value in node.iter_fields():
            if isinstance(value, nodes.Node):
                setattr(node, name, walk(value))
            elif isinstance(value, list):
                setattr(node, name, [walk(item) if isinstance(item, nodes.Node) else item for item in value])
        return _call("_joined", node.nodes, node.lineno) if isinstance(node, nodes.Concat) else node

    walk(template)
    return template


def _refuse_long(length: int) -> None:
    if length > LONGEST_TEXT:
        raise SecurityError(f"a text or list is longer than {LONGEST_TEXT:,}")


def _short_range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise SecurityError(f"a range is longer than {LONGEST_RANGE:,}")
    return found


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose arguments and result are no longer than they may be."""
    first = 1 + hasattr(function, "jinja_pass_arg")

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        for value in (*args[first:], *kwargs.values()):
            if isinstance(value, int) and abs(value) > LONGEST_RANGE:
                raise SecurityError(f"an argument of a filter is larger than {LONGEST_RANGE:,}")
        result = function(*args, **kwargs)
        if isinstance(result, str):
            _refuse_long(len(result))
        return result

    return checked


def _replace(value: object, old: str, new: str) -> str:
    text = str(value)
    _refuse_long(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def check_template_text(environment: BoundedSandbox, template: str, *, where: str) -> None:
    """Parse a template without filling it.

    Raises:
        InputError: it is malformed.
    """
    try:
        environment.parse(template)
    except (TemplateError, RecursionError, MemoryError) as error:
        raise _malformed(error, where) from error


def render_bounded(
    environment: BoundedSandbox, template: str, values: Mapping[str, Any], *, where: str
) -> str:
    """Fill a template.

    Args:
        environment: the sandbox.
        template: Jinja source.
        values: what it can name; never read as template source.
        where: name of the template, for messages.

    Raises:
        InputError: the template is malformed, names something that does not exist, does something that the
            sandbox forbids, or takes too much time or memory. The message names the line.
    """
    budget = _Budget()

    def counted(items: Iterable[Any], characters: int) -> _Counted:
        return _Counted(items, budget, characters)

    def joined(*parts: Any) -> str:
        _refuse_long(sum(len(str(part)) for part in parts))
        return markup_join(parts) if environment.autoescape else str_join(parts)

    try:
        return environment.from_string(template).render(
            {**values, _BUDGET: budget, "_counted": counted, "_joined": joined}
        )
    except (
        TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        MemoryError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise _malformed(error, where) from error


def _malformed(error: BaseException, where: str) -> InputError:
    line = getattr(error, "lineno", None) or _line_of(error)
    at = f"{where}, line {line}" if line else where
    words = str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
    return InputError(f"{at}: {words}", remedy="mend the template; cards/ has working ones")


def _line_of(error: BaseException) -> int | None:
    """The line of the template where it happened: Jinja writes it into the traceback."""
    found, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found
