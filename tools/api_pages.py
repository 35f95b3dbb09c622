"""A hook of MkDocs: makes one page of the API reference for each folder of code."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
FOLDERS = ("experiment", "robot", "envs", "perception", "locomotion", "teleop", "drive2walk")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages ``api/FOLDER.md``."""
    for folder in FOLDERS:
        files.append(File.generated(config, f"api/{folder}.md", content=page(folder)))
    return files


def page(folder: str) -> str:
    """Return the page of a folder: a section for each room, an entry for each module."""
    lines = [f"# {folder}", ""]
    room = None
    for path in modules(ROOT / folder):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[:-1] != room:
            room = parts[:-1]
            lines += [f"## {'/'.join(room)}", ""]
        name = ".".join(parts if folder == "drive2walk" else ("drive2walk", *parts))
        lines += [f"::: {name}", ""]
    return "\n".join(lines)


def modules(folder: Path) -> list[Path]:
    """Return the modules of a folder and its rooms, without links, private and empty ones."""
    here = [path for path in sorted(folder.glob("*.py")) if not path.name.startswith("_")]
    rooms = [
        path
        for path in sorted(folder.iterdir())
        if path.is_dir() and not path.is_symlink() and (path / "__init__.py").is_file()
    ]
    return here + [path for room in rooms for path in modules(room)]
