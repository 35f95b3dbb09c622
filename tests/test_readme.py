"""The READMEs must say what is there: the tree of files and the commands that they name.

``python tests/test_readme.py`` writes the tree.
"""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

from drive2walk import cli

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "docs" / "house.md"
FOLDERS = ("drive2walk", "teleop", "locomotion", "perception", "envs", "robot", "experiment")
READMES = [
    path for path in (ROOT / name / "README.md" for name in ("", *FOLDERS)) if path.is_file()
]
DATA_FOLDERS = {
    "checkpoints": "Released weights, each with a card",
    "configs": "YAML files that override the defaults in the code",
    "page": "The operator's page: plain JavaScript modules, no framework",
    "rounds": "Cards of the rounds of training that came before the released weights",
    "references": "How diverse good rendered sets are, one file a scene",
    "specs": "One YAML file a robot",
}
TREE = re.compile(r"(<!-- tree -->\n```\n)(.*?)(\n```)", re.DOTALL)


def first_sentence(path: Path) -> str:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(doc.split("\n\n")[0].split()).rstrip(".").replace("``", "")


def tree() -> str:
    lines = [line for name in FOLDERS for line in folder_lines(ROOT / name, 0)]
    lines.append(f"{'tests/':<28}Mirrors the folders; tests/benchmarks measures, off by default")
    return "\n".join(lines)


def folder_lines(folder: Path, depth: int) -> list[str]:
    pad = "  " * depth
    init = folder / "__init__.py"
    about = first_sentence(init) if init.is_file() else DATA_FOLDERS[folder.name]
    lines = [f"{pad + folder.name + '/':<28}{about}"]
    for path in sorted(folder.glob("*.py")):
        if path != init:
            lines.append(f"{pad + '  ' + path.name:<28}{first_sentence(path)}")
    for sub in sorted(
        p for p in folder.iterdir() if p.is_dir() and not p.is_symlink() and p.name != "__pycache__"
    ):
        lines += folder_lines(sub, depth + 1)
    return lines


def commands() -> list[list[str]]:
    """Every ``drive2walk ...`` line of the READMEs' code blocks, as words."""
    texts = "\n".join(path.read_text(encoding="utf-8") for path in READMES)
    blocks = re.findall(r"```(?:bash|sh)?\n(.*?)```", texts, re.DOTALL)
    joined = "\n".join(blocks).replace("\\\n", " ")
    lines = [line.split("#")[0] for line in joined.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("drive2walk ")]


def known_flags(words: list[str], capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The flags that the help of the command that the words name speaks of."""
    command = words[:2] if words[0] in cli.GROUPS else words[:1]
    with pytest.raises(SystemExit):
        cli.run([*command, "--help"])
    return set(re.findall(r"--[a-z][a-z0-9-]*", capsys.readouterr().out))


def test_the_tree_names_every_file_with_what_it_says_of_itself() -> None:
    shown = TREE.search(HOUSE.read_text(encoding="utf-8"))
    assert shown is not None
    assert shown[2] == tree(), "run: python tests/test_readme.py"


def test_every_command_that_the_readmes_show_exists_with_its_flags(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = commands()
    assert len(shown) > 8
    for words in shown:
        flags = {word.split("=")[0] for word in words if word.startswith("--")}
        assert flags <= known_flags(words, capsys), words


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.parent.name)
def test_every_file_that_a_readme_links_to_exists(path: Path) -> None:
    links = re.findall(r"\]\((?!http|#)([^)]+)\)", path.read_text(encoding="utf-8"))
    for link in links:
        assert (path.parent / link.split("#")[0]).exists(), link


if __name__ == "__main__":
    text = HOUSE.read_text(encoding="utf-8")
    HOUSE.write_text(TREE.sub(lambda m: m[1] + tree() + m[3], text), encoding="utf-8")
