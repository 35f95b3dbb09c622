"""A missing optional package is named with the extra that brings it."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from drive2walk.experiment import extras

ROOT = Path(__file__).parents[2]
REQUIREMENTS = [
    "torch>=2.6",
    'mujoco<5,>=4.0; extra == "sim"',
    'drive2walk[sim]; extra == "teleop"',
    'mujoco<5,>=4.0; extra == "teleop"',
    "pyarrow>=18; extra == 'teleop'",
    'stable-baselines3>=2.5; extra == "train"',
]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: REQUIREMENTS)


@pytest.mark.usefixtures("installed")
def test_each_package_has_the_smallest_extra_that_brings_it() -> None:
    assert extras.extras() == {"mujoco": "sim", "pyarrow": "teleop", "stable_baselines3": "train"}


@pytest.mark.usefixtures("installed")
def test_the_message_names_the_package_and_the_command() -> None:
    error = ModuleNotFoundError("No module named 'pyarrow.parquet'", name="pyarrow.parquet")
    message = extras.missing_package(error)
    assert message is not None
    assert "'pyarrow'" in message
    assert "pip install 'drive2walk[teleop]'" in message


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["drive2walk.robott", "torch", None])
def test_other_failed_imports_are_left_alone(name: str | None) -> None:
    assert extras.missing_package(ModuleNotFoundError("No module", name=name)) is None


def test_without_an_installed_distribution_nothing_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: str) -> list[str]:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "requires", fail)
    assert extras.extras() == {}


def test_every_extra_for_users_has_a_place_in_the_order() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(extras.ORDER) == set(project["optional-dependencies"]) - {"all", "docs", "dev"}


@pytest.mark.e2e
def test_the_command_line_says_what_to_install_in_one_line(tmp_path: Path) -> None:
    script = tmp_path / "without_stable_baselines3.py"
    script.write_text(
        "import importlib.metadata, sys\n"
        "sys.modules['stable_baselines3'] = None\n"
        f"importlib.metadata.requires = lambda _: {REQUIREMENTS!r}\n"
        "from drive2walk import cli\n"
        "sys.argv = ['drive2walk', 'locomotion', 'train', '--out', sys.argv[1]]\n"
        "cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "run")], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'drive2walk[train]'" in done.stderr
