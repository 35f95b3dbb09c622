"""Checks the words of the repository: ``python tools/check_prose.py [FILE ...]``.

The rules are those of CONTRIBUTING.md that a program can hold:

- a documented argument or attribute is a noun phrase: its text does not begin with a preposition
  or with a question word;
- a documented argument exists in the signature;
- words that make a sentence hard to read are not used, in names, comments, messages and pages;
- no name ends in ``_share``: it is a fraction, a probability, a range or a scale;
- code holds no history.

Prints ``path:line: what is wrong`` for each finding and exits with 1 if there is one.
"""

from __future__ import annotations

import ast
import dataclasses
import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
# This file, its test and the pages that quote the rules name the words that they forbid.
QUOTES_THE_WORDS = {"tools/check_prose.py", "tests/tools/test_check_prose.py"}
# Written by a program from the docstrings, where the same words are found.
GENERATED = {"docs/house.md"}
PROSE = {".md", ".yaml", ".yml", ".js", ".mjs", ".html", ".css", ".toml", ".cff"}

BAD_BEGINNINGS = {
    *("of", "by", "from", "for", "to", "in", "on", "at", "with"),
    *("how", "what", "that", "which", "who", "whose", "where", "when", "why"),
}
AVOIDED = {
    re.compile(r"\banew\b", re.IGNORECASE): "'anew': say 'again', or what happens",
    re.compile(r"\bfor good\b", re.IGNORECASE): "'for good': say 'permanently', or when it ends",
    re.compile(r"\btold\b", re.IGNORECASE): "'told': say 'given', 'set' or 'commanded'",
    re.compile(r"\bshod\b", re.IGNORECASE): "'shod': say what the feet have",
    re.compile(r"\bnobody\b", re.IGNORECASE): "'nobody': say what is missing",
    re.compile(r"\bwhoever\b", re.IGNORECASE): "'whoever': name the person or the program",
    re.compile(r"\brobots? who\b", re.IGNORECASE): "'robots who': say 'robots that'",
    re.compile(r"\bWho (is|are|has|stands?|falls?|walks?)\b(?![^.]*\?)"): "'Who ...': name it",
}
AVOIDED_IN_NAMES = {"anew", "told", "shod", "nobody", "whoever"}
# A name that ends so doesn't say what it is; alone, 'share' is the name of an option of blend.
VAGUE_ENDING = re.compile(r".+_shares?$", re.IGNORECASE)
# History belongs in docs/log.md.
HISTORY = re.compile(r"\b(?:until|at|since|before) commit [0-9a-f]{7}\b", re.IGNORECASE)
SECTION = re.compile(r"^(\s*)(Args|Attributes):\s*$")
ENTRY = re.compile(r"^\s*(\*{0,2}\w+(?:,\s*\*{0,2}\w+)*)(?:\s*\([^)]*\))?:\s*(.*)$")


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    """One thing that breaks a rule.

    Attributes:
        path: Path of the file, relative to the repository.
        line: Line number, from 1.
        rule: Name of the rule.
        text: Description of the fault, for a person.
    """

    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


def check_file(path: str, text: str) -> list[Finding]:
    """Return the findings in one file, in the order of its lines."""
    if path in GENERATED:
        return []
    if not path.endswith(".py"):
        return sorted(check_words(path, text, 1))
    tree = ast.parse(text)
    found = [*check_docstrings(path, tree), *check_names(path, tree)]
    if path not in QUOTES_THE_WORDS:
        found += check_comments_and_strings(path, text)
    return sorted(set(found))


def check_words(path: str, text: str, first_line: int) -> Iterator[Finding]:
    """Yield the avoided words of a text that begins at ``first_line`` of its file."""
    for pattern, advice in AVOIDED.items():
        for match in pattern.finditer(text):
            line = first_line + text.count("\n", 0, match.start())
            yield Finding(path, line, "word", advice)


def check_comments_and_strings(path: str, text: str) -> Iterator[Finding]:
    """Yield the avoided words in the comments, docstrings and messages of Python code."""
    literals = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in literals:
            yield from check_words(path, token.string, token.start[0])
            if HISTORY.search(token.string):
                yield Finding(path, token.start[0], "history", "history belongs in docs/log.md")


def check_docstrings(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield what is wrong with documented arguments and attributes."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            continue
        docstring = ast.get_docstring(node, clean=False)
        if docstring is None:
            continue
        parameters = known_parameters(node)
        for section, offset, names, text in documented(docstring):
            line = node.body[0].lineno + offset
            word = re.match(r"[A-Za-z]*", text)
            assert word is not None
            if word[0].lower() in BAD_BEGINNINGS:
                advice = f"'{', '.join(names)}: {word[0]} ...' is no noun phrase"
                yield Finding(path, line, "noun-phrase", advice)
            missing = [name for name in names if section == "Args" and name not in parameters]
            if missing and parameters is not ANY:
                yield Finding(path, line, "signature", f"no parameter {', '.join(missing)}")


# What a class without an __init__ of its own takes is not known here.
ANY: frozenset[str] = frozenset({"*"})


def known_parameters(node: ast.AST) -> frozenset[str]:
    """Return the parameters that a function, or the ``__init__`` of a class, has."""
    if isinstance(node, ast.ClassDef):
        inits = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
        return known_parameters(inits[0]) if inits else ANY
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ANY
    a = node.args
    every = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
    return frozenset(argument.arg for argument in every)


def documented(docstring: str) -> Iterator[tuple[str, int, list[str], str]]:
    """Yield section, line within the docstring, names and text of each argument or attribute."""
    section, indent, entry_indent = "", 0, -1
    for offset, line in enumerate(docstring.splitlines()):
        here = len(line) - len(line.lstrip())
        if match := SECTION.match(line):
            section, indent, entry_indent = match[2], len(match[1]), -1
        elif section and line.strip() and here <= indent:
            section = ""
        elif section and line.strip():
            entry_indent = here if entry_indent < 0 else entry_indent
            entry = ENTRY.match(line)
            if entry and here == entry_indent:
                names = [name.strip().lstrip("*") for name in entry[1].split(",")]
                yield section, offset, names, entry[2]


def check_names(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield definitions whose names hold a word to avoid."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            name = node.attr
        else:
            continue
        for word in sorted(AVOIDED_IN_NAMES & set(name.lower().split("_"))):
            yield Finding(path, node.lineno, "name", f"'{name}': use another word for '{word}'")
        if VAGUE_ENDING.match(name) and not name.startswith("test_"):
            advice = "say fraction, probability, range or scale"
            yield Finding(path, node.lineno, "name", f"'{name}': {advice}")


def tracked_files() -> list[str]:
    """Return the files of the repository that hold code or prose."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    paths = [ROOT / name for name in listed]
    kept = [path for path in paths if path.is_file() and path.suffix in PROSE | {".py"}]
    return sorted(str(path.relative_to(ROOT)) for path in kept)


def main(arguments: list[str]) -> int:
    """Check the files named, or all; print the findings and return the exit status."""
    count: Counter[str] = Counter()
    for path in arguments or tracked_files():
        for finding in check_file(path, (ROOT / path).read_text(encoding="utf-8")):
            print(finding)
            count[finding.rule] += 1
    if count:
        total = ", ".join(f"{number} {rule}" for rule, number in sorted(count.items()))
        print(f"prose: {total}", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
