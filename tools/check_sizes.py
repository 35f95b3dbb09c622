"""Checks the sizes of the repository: ``python tools/check_sizes.py``.

- A folder of code has at most 14 entries; caches and links don't count.
- A function has at most 8 parameters and 40 lines of body without its docstring.
- Half of the code files have at most 120 lines; none has more than 300.
- README.md has at most 600 words, the README of a folder at most 15 lines.

Prints ``path:line: what is wrong`` for each finding and exits with 1 if there is one.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = ("drive2walk", "teleop", "locomotion", "perception", "envs", "robot", "experiment")
ALL = (*CODE, "tests", "tools", "examples", "docs")
MAX_ENTRIES = 14
MAX_PARAMETERS = 8
MAX_BODY_LINES = 40
MAX_MEDIAN_LINES = 120
MAX_FILE_LINES = 300
MAX_README_WORDS = 600
MAX_FOLDER_README_LINES = 15
# Folders of pictures and masks, one file an image.
NO_ROOMS = {"tests/data"}
IGNORED = {"__pycache__", "node_modules"}


def folders(root: Path) -> Iterator[Path]:
    """Yield a folder and all folders below it, without links, caches and data."""
    if root.is_symlink() or root.name in IGNORED or root.name.startswith("."):
        return
    if str(root.relative_to(ROOT)) in NO_ROOMS:
        return
    yield root
    for path in sorted(root.iterdir()):
        if path.is_dir():
            yield from folders(path)


def entries(folder: Path) -> list[str]:
    """Return the names in a folder that count."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in IGNORED and not path.name.startswith(".") and not path.is_symlink()
    )


def check_folder(folder: Path) -> Iterator[str]:
    """Yield what is wrong with a folder."""
    count = len(entries(folder))
    if count > MAX_ENTRIES:
        where = folder.relative_to(ROOT)
        yield f"{where}:1: {count} entries, {MAX_ENTRIES} are allowed: make rooms"


def check_functions(path: str, text: str) -> Iterator[str]:
    """Yield the functions of a file that have too many parameters or lines."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        parameters = count_parameters(node)
        if parameters > MAX_PARAMETERS:
            allowed = f"{MAX_PARAMETERS} are allowed: group them"
            yield f"{path}:{node.lineno}: {node.name} has {parameters} parameters, {allowed}"
        lines = count_body_lines(node)
        if lines > MAX_BODY_LINES:
            allowed = f"{MAX_BODY_LINES} are allowed: split it"
            yield f"{path}:{node.lineno}: {node.name} has {lines} lines, {allowed}"


def count_parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of parameters without self and cls."""
    a = node.args
    every = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
    return sum(argument.arg not in ("self", "cls") for argument in every)


def count_body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines from the first to the last statement, without the docstring."""
    statements = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not statements:
        return 0
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1


def check_code() -> Iterator[str]:
    """Yield what is wrong with functions and files of code."""
    lengths = []
    for name in (*CODE, "tests", "tools", "examples"):
        for folder in folders(ROOT / name):
            for path in sorted(folder.glob("*.py")):
                text, where = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
                yield from check_functions(where, text)
                count = text.count("\n")
                if name in CODE and path.name != "__init__.py":
                    lengths.append(count)
                if count > MAX_FILE_LINES:
                    yield f"{where}:1: {count} lines, {MAX_FILE_LINES} are allowed: split it"
    median = statistics.median(lengths)
    if median > MAX_MEDIAN_LINES:
        yield f"code: the median file has {median:g} lines, {MAX_MEDIAN_LINES} are allowed"


def check_readmes() -> Iterator[str]:
    """Yield the READMEs that are too long."""
    words = len((ROOT / "README.md").read_text(encoding="utf-8").split())
    if words > MAX_README_WORDS:
        yield f"README.md:1: {words} words, {MAX_README_WORDS} are allowed: move some to docs/"
    for name in CODE:
        path = ROOT / name / "README.md"
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > MAX_FOLDER_README_LINES:
            allowed = f"{MAX_FOLDER_README_LINES} are allowed: move some to docs/"
            yield f"{name}/README.md:1: {lines} lines, {allowed}"


def main() -> int:
    """Print the findings and return the exit status."""
    found = [
        line for name in ALL for folder in folders(ROOT / name) for line in check_folder(folder)
    ]
    found += [*check_code(), *check_readmes()]
    for line in found:
        print(line)
    if found:
        print(f"sizes: {len(found)} findings", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
