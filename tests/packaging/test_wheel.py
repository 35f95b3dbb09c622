"""The wheel holds every package and every data file, under the one name drive2walk."""

from __future__ import annotations

import email
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("teleop", "locomotion", "perception", "envs", "robot", "experiment")
# What Python and the tools leave in the folders.
LEFT_BY_TOOLS = ("__pycache__", ".mypy_cache", ".ruff_cache")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(out.glob("*.whl")))


def files(folder: Path) -> set[Path]:
    """Return every file below a folder, relative to it, without what tools leave there."""
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if not set(LEFT_BY_TOOLS) & set(path.parts)}


def test_nothing_is_at_the_top_but_drive2walk_and_its_metadata(wheel: zipfile.ZipFile) -> None:
    top = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"drive2walk"}
    assert len(top) == 2


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_a_folder_is_there_under_drive2walk(
    wheel: zipfile.ZipFile, folder: str
) -> None:
    expected = {f"drive2walk/{folder}/{path.as_posix()}" for path in files(ROOT / folder)}
    held = {name for name in wheel.namelist() if name.startswith(f"drive2walk/{folder}/")}
    assert len(expected) > 5
    assert held == expected


def test_every_file_of_the_command_line_and_the_weights_are_there(wheel: zipfile.ZipFile) -> None:
    own = {path.as_posix() for path in files(ROOT / "drive2walk")}
    own = {path for path in own if path.split("/")[0] not in FOLDERS}
    assert {f"drive2walk/{path}" for path in own} <= set(wheel.namelist())
    for name in ("walking", "driving", "unitree_g1", "unitree_h1", "booster_t1"):
        weights = f"drive2walk/checkpoints/{name}.safetensors"
        assert wheel.getinfo(weights).file_size == (ROOT / weights).stat().st_size


def test_the_metadata_says_who_made_it_where_it_is_and_what_each_extra_brings(
    wheel: zipfile.ZipFile,
) -> None:
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = email.message_from_bytes(wheel.read(name))
    assert metadata["Author"]
    assert {"Homepage", "Documentation", "Issues"} <= {
        url.split(",")[0] for url in metadata.get_all("Project-URL", [])
    }
    assert {"sim", "teleop", "train", "export", "all"} <= set(
        metadata.get_all("Provides-Extra", [])
    )
    required = metadata.get_all("Requires-Dist", [])
    plain = {requirement for requirement in required if "extra ==" not in requirement}
    assert not [one for one in plain if one.startswith(("mujoco", "onnx", "stable", "websockets"))]


def test_the_page_for_pypi_shows_its_pictures(wheel: zipfile.ZipFile) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = [line for line in readme.splitlines() if "![" in line]
    assert pictures
    assert all("](https://" in line for line in pictures)
