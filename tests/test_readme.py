"""The READMEs and pages must say what is there: files, commands, links, imports.

``python tests/test_readme.py`` writes the tree of docs/house.md.
"""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from drive2walk import cli

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "docs" / "house.md"
FOLDERS = ("drive2walk", "teleop", "locomotion", "perception", "envs", "robot", "experiment")
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(path for name in (*FOLDERS, "examples") for path in (ROOT / name).glob("*.md")),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
PICTURE_HOST = "https://raw.githubusercontent.com/drive2walk/drive2walk/main/"
# Pages that MkDocs makes from the code.
GENERATED = re.compile(r"^api/\w+\.md$")
DATA_FOLDERS = {
    "checkpoints": "Released weights, each with a card",
    "configs": "YAML files that override the defaults in the code",
    "page": "The operator's page: plain JavaScript modules, no framework",
    "references": "How diverse good rendered sets are, one file a scene",
    "specs": "One YAML file a robot",
}
TREE = re.compile(r"(<!-- tree -->\n```\n)(.*?)(\n```)", re.DOTALL)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def first_sentence(path: Path) -> str:
    doc = ast.get_docstring(ast.parse(read(path))) or ""
    return " ".join(doc.split("\n\n")[0].split()).rstrip(".").replace("``", "")


def tree() -> str:
    lines = [line for name in FOLDERS for line in folder_lines(ROOT / name, 0)]
    lines.append(f"{'tests/':<28}Mirrors the folders; tests/benchmarks measures, off by default")
    return "\n".join(lines)


def folder_lines(folder: Path, depth: int) -> list[str]:
    pad = "  " * depth
    init = folder / "__init__.py"
    about = first_sentence(init) if init.is_file() else DATA_FOLDERS.get(folder.name, "")
    lines = [f"{pad + folder.name + '/':<28}{about}".rstrip()]
    for path in sorted(folder.glob("*.py")):
        if path != init:
            lines.append(f"{pad + '  ' + path.name:<28}{first_sentence(path)}")
    for sub in sorted(
        p for p in folder.iterdir() if p.is_dir() and not p.is_symlink() and p.name != "__pycache__"
    ):
        lines += folder_lines(sub, depth + 1)
    return lines


def code_blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a page in a language."""
    return re.findall(rf"```(?:{language})\n(.*?)```", text, re.DOTALL)


def commands(text: str) -> list[list[str]]:
    """Return every ``drive2walk ...`` of a page, in code blocks or in a sentence, as words."""
    blocks = "\n".join(code_blocks(text, "bash|sh|")).replace("\\\n", " ")
    lines = [line.split("#")[0] for line in blocks.splitlines()]
    outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines += [" ".join(line.split()) for line in re.findall(r"`(drive2walk [^`]*)`", outside)]
    words = [shlex.split(line)[1:] for line in lines if line.startswith("drive2walk ")]
    return [each for each in words if each and not each[0].startswith("-")]


def known_flags(words: list[str], capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Return the flags in the help of the command that the words name."""
    command = words[:2] if words[0] in cli.GROUPS else words[:1]
    with pytest.raises(SystemExit) as stop:
        cli.run([*command, "--help"])
    assert stop.value.code == 0, words
    shown = re.findall(r"--[a-z][a-z0-9.-]*", capsys.readouterr().out)
    return {flag.rstrip(".") for flag in shown}


def links(text: str) -> list[str]:
    """Return the targets of a page's links and pictures."""
    return re.findall(r"\]\(([^)\s]+)\)", text)


def public_address() -> str:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    return str(project["urls"]["Repository"])


def test_the_tree_names_every_file_with_what_it_says_of_itself() -> None:
    shown = TREE.search(read(HOUSE))
    assert shown is not None
    assert shown[2] == tree(), "run: python tests/test_readme.py"


def test_the_pages_show_commands_of_every_group() -> None:
    shown = [words for path in PAGES for words in commands(read(path))]
    assert len(shown) > 60
    assert set(cli.GROUPS) <= {words[0] for words in shown}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_a_page_shows_exists_with_its_flags(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in commands(read(path)):
        if len(words) == 1 and words[0] in cli.GROUPS:
            continue
        flags = {word.split("=")[0] for word in words if word.startswith("--")}
        assert flags <= known_flags(words, capsys), words


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_a_page_links_to_exists(path: Path) -> None:
    ours = (PICTURE_HOST, f"{public_address()}/blob/main/", f"{public_address()}/tree/main/")
    for link in links(read(path)):
        target = path.parent / link.split("#")[0]
        for prefix in ours:
            if link.startswith(prefix):
                target = ROOT / link.removeprefix(prefix).split("#")[0]
        if link.startswith(("http", "#")) and not link.startswith(ours):
            continue
        assert target.exists() or GENERATED.match(link), link


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_import_that_a_page_shows_works(path: Path) -> None:
    for block in code_blocks(read(path), "python"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("drive2walk"):
                module = importlib.import_module(str(node.module))
                assert all(hasattr(module, alias.name) for alias in node.names), node.module


def test_the_readme_links_by_whole_addresses_so_that_pypi_shows_them() -> None:
    assert all(link.startswith("https://") for link in links(read(ROOT / "README.md")))


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = code_blocks(read(ROOT / "README.md"), "python")
    photo = next((ROOT / "tests" / "data" / "rooms" / "images").iterdir())
    shutil.copy(photo, tmp_path / "photo.jpg")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
    assert "of the picture is walkable" in capsys.readouterr().out


if __name__ == "__main__":
    text = read(HOUSE)
    HOUSE.write_text(TREE.sub(lambda m: m[1] + tree() + m[3], text), encoding="utf-8")
