"""The bars that the project sets itself, measured in full: minutes, not seconds."""

import json
from pathlib import Path

from drive2walk.cli import run
from drive2walk.demo.config import DemoConfig
from drive2walk.demo.demo import run_demo
from drive2walk.demo.report import summarize


def test_the_environment_and_ppo_keep_most_of_the_bare_physics_speed(tmp_path: Path) -> None:
    run(["bench", "simulation", "--out", str(tmp_path)])
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["ratio"] >= 0.90
    assert metrics["ppo_ratio"] >= 9_000 / 20_000


def test_legs_survive_pushes_of_half_a_metre_a_second(tmp_path: Path) -> None:
    run(["locomotion", "evaluate", "--push", "0.5", "--out", str(tmp_path)])
    assert json.loads((tmp_path / "metrics.json").read_text())["survival"] >= 0.95


def test_camera_alone_reaches_the_goal_in_16_of_20_offices(tmp_path: Path) -> None:
    episodes = run_demo(DemoConfig(seeds=20, films=0), tmp_path)
    assert summarize(episodes)["success"] >= 16


def test_perfect_eyes_reach_the_goal_in_19_of_20_offices(tmp_path: Path) -> None:
    episodes = run_demo(DemoConfig(seeds=20, films=0, oracle="vision"), tmp_path)
    assert summarize(episodes)["success"] >= 19
