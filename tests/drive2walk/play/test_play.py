import time
from collections.abc import Callable
from pathlib import Path

import av
import mujoco.viewer  # noqa: F401  its launch is replaced
import numpy as np
import pytest

from drive2walk.checkpoints.released import policy_path
from drive2walk.cli import run
from drive2walk.envs.terrain.plane import FLAT
from drive2walk.experiment.errors import ConfigError, RenderError
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.walking.from_policy import controller_from_policy
from drive2walk.play.play import Play
from drive2walk.play.viewer import play_in_viewer
from drive2walk.play.walk_keys import PUSH, STEPS, STOP, WalkKeys, press_keys

BOUNDS = np.array([[-0.5, 1.0], [-0.3, 0.3], [-0.7, 0.7], [0.5, 0.74]])


@pytest.fixture
def keys() -> WalkKeys:
    return WalkKeys(0.74, BOUNDS)


def test_keys_add_up_within_bounds_and_stop(keys: WalkKeys) -> None:
    for name in ("up", "up", "left", "period", "page_down"):
        keys.press(name)
    assert keys.command == pytest.approx([0.2, -0.1, 0.1, 0.72])
    for _ in range(30):
        keys.press("down")
        keys.press("page_up")
    assert keys.command[[0, 3]] == pytest.approx([-0.5, 0.74])
    keys.press(STOP)
    assert keys.command == pytest.approx([0, 0, 0, 0.74])


def test_the_viewers_codes_press_keys_and_other_codes_do_nothing(keys: WalkKeys) -> None:
    for code, component, change in STEPS.values():
        before = keys.command.copy()
        before[3] = keys.command[3] = 0.6
        keys.press_code(code)
        assert keys.command[component] - before[component] == pytest.approx(change)
    before = keys.command
    keys.press_code(ord("Q"))
    assert keys.command is before
    assert not keys.take_push()
    keys.press_code(32)
    assert keys.take_push()
    assert not keys.take_push()


def test_a_line_of_keys_takes_its_time(keys: WalkKeys) -> None:
    ticks = [keys.command[0] for _ in press_keys("up 0.5 up", keys)]
    assert ticks == pytest.approx([0.1] * (15 + 25) + [0.2] * 15)
    with pytest.raises(ConfigError, match="page_up"):
        list(press_keys("upp", keys))


def test_a_robot_follows_the_keys_and_stands_up_after_a_fall() -> None:
    play = Play(controller_from_policy(Policy.load(policy_path("unitree_g1"))), FLAT, seed=0)
    for _ in range(5):
        play.keys.press("up")
    for _ in range(150):
        play.step()
    assert play.falls == 0
    assert 0.7 < play.data.qpos[0] < 1.7
    play._env.simulation.qvel[0, 1] = 6.0
    for _ in range(100):
        play.step()
    assert play.falls == 1
    assert play.data.qpos[2] > 0.6
    play.keys.press(PUSH)
    speed = np.linalg.norm(play._env.simulation.qvel[0, :2])
    play.step()
    assert np.linalg.norm(play._env.simulation.qvel[0, :2]) > speed + 0.1


@pytest.mark.e2e
@pytest.mark.render
def test_a_walk_over_steps_is_filmed(tmp_path: Path) -> None:
    film = tmp_path / "films" / "walk.mp4"
    run(["locomotion", "play", "--terrain", "steps", "--keys", "up 0.1", "--film", str(film)])
    with av.open(str(film)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 10
    assert frames[0].shape == (480, 640, 3)
    assert np.std(frames[0]) > 10
    assert (frames[0] != frames[-1]).any()


def test_without_a_screen_a_film_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    play = Play(controller_from_policy(Policy.load(policy_path("unitree_g1"))), FLAT, seed=0)
    with pytest.raises(RenderError, match="--film"):
        play_in_viewer(play)


class Window:
    """A viewer that is closed after five pictures, with a key pressed at the second."""

    def __init__(self, press: Callable[[int], None]) -> None:
        self.press, self.pictures = press, 0

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, *_: object) -> None: ...

    def is_running(self) -> bool:
        return self.pictures < 5

    def sync(self) -> None:
        self.pictures += 1
        if self.pictures == 2:
            self.press(265)


def test_the_viewer_shows_each_step_and_reads_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def launch(*_: object, key_callback: Callable[[int], None], **__: object) -> Window:
        opened.append(Window(key_callback))
        return opened[-1]

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("mujoco.viewer.launch_passive", launch)
    play = Play(controller_from_policy(Policy.load(policy_path("unitree_g1"))), FLAT, seed=0)
    began = time.monotonic()
    play_in_viewer(play)
    assert time.monotonic() - began >= 4 * 0.02
    assert opened[0].pictures == 5
    assert play.keys.command[0] == pytest.approx(0.1)
