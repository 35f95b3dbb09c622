"""The demo from end to end, with the released networks."""

import json
from pathlib import Path

import av
import pytest

from drive2walk.demo.config import DemoConfig
from drive2walk.demo.demo import run_demo
from drive2walk.envs.sensors.camera import Camera


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("the robot looked at the simulator's truth")


@pytest.mark.e2e
@pytest.mark.render
def test_a_robot_crosses_an_unseen_office_with_its_camera_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for truth in ("depth", "surfaces", "depth_and_surfaces"):
        monkeypatch.setattr(Camera, truth, forbidden)
    (crossing,) = run_demo(DemoConfig(first_seed=1007), tmp_path)
    assert crossing.success
    assert crossing.path_length_m > 2
    report = json.loads((tmp_path / "report.json").read_text())
    ratio = crossing.path_ratio
    assert ratio is not None
    assert 0.9 < ratio < 2
    assert report["summary"] == {
        "episodes": 1,
        "success": 1,
        "falls": 0,
        "collisions": 0,
        "path_ratio": ratio,
    }
    assert report["episodes"][0]["seed"] == 1007
    with av.open(str(tmp_path / "demo.mp4")) as film:
        frames = sum(1 for _ in film.decode(video=0))
    # Ten camera images a second, each a frame of the film.
    assert frames == pytest.approx(10 * crossing.time_s, abs=2)
    assert (tmp_path / "report.html").stat().st_size > 1000


@pytest.mark.e2e
@pytest.mark.render
def test_perfect_eyes_reach_the_goal_too_and_the_same_seed_repeats(tmp_path: Path) -> None:
    config = DemoConfig(seeds=1, first_seed=1001, oracle="vision", films=0)
    first = run_demo(config, tmp_path / "a")
    assert first[0].success
    assert run_demo(config, tmp_path / "b") == first
