"""Counts of how the package is built: `python tests/structure/house.py` prints, `test_house.py` bounds them.

What is counted is the code itself, read as a syntax tree; nothing is imported.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "parallelize"
_SHORT_DOCSTRING_WORDS = 4
_TEXTS = {"text", "word", "gold", "latex", "piece", "head", "digits", "above", "run", "character"}
"""Names of arguments that are a text of a dataset or a part of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file of the package, parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Dotted, such as `parallelize.text.segment`."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def lines(self) -> int:
        """Lines of the file, blank ones included."""
        return self.text.count("\n")


def modules() -> list[Module]:
    """Every module of the package, in the order of their paths."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Module(path=path, text=text, tree=ast.parse(text)))
    return found


def classes(package: list[Module]) -> Counter[str]:
    """How often each class name stands in the package."""
    return Counter(
        node.name for module in package for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)
    )


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def takes_both_languages(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is handed a source language and a target language as two arguments."""
    arguments = function.args
    names = {item.arg for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    return {"source_language", "target_language"} <= names


def own_imports(node: ast.AST) -> Iterator[str]:
    """Modules of this package that an import statement names."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("parallelize"):
        yield node.module or ""
    elif isinstance(node, ast.Import):
        yield from (item.name for item in node.names if item.name.startswith("parallelize"))


def late_imports(module: Module) -> int:
    """Imports of own modules inside functions."""
    return sum(1 for function in functions(module) for node in ast.walk(function) for _ in own_imports(node))


def fan_out(module: Module) -> set[str]:
    """Own modules that a module imports anywhere."""
    return {name for node in ast.walk(module.tree) for name in own_imports(node)}


def broad_excepts(module: Module) -> int:
    """Handlers of everything that do not end in a bare `raise`."""
    count = 0
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        broad = node.type is None or (
            isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
        )
        last = node.body[-1]
        count += broad and not (isinstance(last, ast.Raise) and last.exc is None)
    return count


def short_docstrings(module: Module) -> int:
    """Docstrings of classes and functions that have four words or fewer."""
    count = 0
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            count += text is not None and len(text.split()) <= _SHORT_DOCSTRING_WORDS
    return count


def cached(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions that keep their results."""
    for function in functions(module):
        names = {
            node.id
            for item in function.decorator_list
            for node in ast.walk(item)
            if isinstance(node, ast.Name)
        }
        if names & {"lru_cache", "cache"}:
            yield function


def keeps_texts(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether what is kept was read of a text; the other caches hold tables, patterns and settings."""
    return bool({item.arg for item in function.args.args} & _TEXTS)


def starts_processes(module: Module) -> bool:
    """Whether a module imports a way of starting processes."""
    return any(
        name.split(".")[0] in {"subprocess", "multiprocessing"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
        )
    )


def counts(package: list[Module]) -> dict[str, int]:
    """Every figure by name; the fewer, the better."""
    return {
        "lines of the package": sum(module.lines for module in package),
        "lines of the longest module": max(module.lines for module in package),
        "class names used twice": sum(number > 1 for number in classes(package).values()),
        "functions with both languages": sum(
            takes_both_languages(function) for module in package for function in functions(module)
        ),
        "caches of what was read of a text": sum(
            keeps_texts(function) for module in package for function in cached(module)
        ),
        "caches of tables, patterns and settings": sum(
            not keeps_texts(function) for module in package for function in cached(module)
        ),
        "lines with dictionaries of anything": sum(
            "dict[str, Any]" in line or "Mapping[str, Any]" in line
            for module in package
            for line in module.text.splitlines()
        ),
        "late imports of own modules": sum(map(late_imports, package)),
        "widest fan-out": max(len(fan_out(module)) for module in package),
        "broad excepts": sum(map(broad_excepts, package)),
        "docstrings of four words or fewer": sum(map(short_docstrings, package)),
        "modules of text/ that start processes": sum(
            starts_processes(module) for module in package if module.name.startswith("parallelize.text")
        ),
    }


if __name__ == "__main__":
    for name, number in counts(modules()).items():
        print(f"{number:7,}  {name}")
