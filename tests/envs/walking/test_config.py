import dataclasses

import numpy as np
import pytest

from drive2walk.envs.walking.commands import Commands, draw_commands
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.schedule import Schedule
from drive2walk.experiment.config import build

COUNT = 4000


def draw(**changes: object) -> np.ndarray:
    config = dataclasses.replace(WalkingConfig(), **changes)  # type: ignore[arg-type]
    return draw_commands(config, COUNT, np.random.default_rng(0))


def test_keys_of_older_runs_are_read_under_their_new_names() -> None:
    old = {
        "still_share": 0.3,
        "turn_share": 0.12,
        "straight_share": 0.25,
        "squat_share": 0.35,
        "sighted_share": 0.7,
        "randomization": {"gain_share": 0.1},
        "arms": {"still_share": 0.4, "carry_share": 0.6},
    }
    config = build(WalkingConfig, old, "an older run")
    assert config.still_probability == 0.3
    assert config.turn_probability == 0.12
    assert config.straight_probability == 0.25
    assert config.squat_probability == 0.35
    assert config.sighted_fraction == 0.7
    assert config.randomization.gain_fraction == 0.1
    assert config.arms is not None
    assert config.arms.still_probability == 0.4
    assert config.arms.carry_probability == 0.6


def test_commands_stand_turn_and_go_straight_with_their_probabilities() -> None:
    vx, vy, wz, _ = draw(still_probability=0.1, turn_probability=0.2, straight_probability=0.3).T
    assert ((vx == 0) & (wz == 0)).mean() == pytest.approx(0.1, abs=0.02)
    assert ((vx == 0) & (wz != 0)).mean() == pytest.approx(0.2, abs=0.02)
    assert ((vx != 0) & (vy == 0) & (wz == 0)).mean() == pytest.approx(0.3, abs=0.02)
    assert (vy[vx == 0] == 0).all()


def test_low_commands_come_with_their_probability_and_are_slower() -> None:
    quiet = {"still_probability": 0.0, "turn_probability": 0.0, "straight_probability": 0.0}
    low, high = 0.4, 0.7
    command = draw(
        squat_probability=0.25, squat_slowing=0.5, height_m=(low, high), vx_m_s=(1.0, 1.0), **quiet
    )
    squats = command[:, 3] < high
    assert squats.mean() == pytest.approx(0.25, abs=0.02)
    depth = (high - command[:, 3]) / (high - low)
    assert command[:, 0] == pytest.approx(1 - 0.5 * depth)


def test_held_commands_are_not_drawn_again() -> None:
    commands = Commands(WalkingConfig(), 3, np.random.default_rng(0))
    ids, elapsed = np.arange(3), np.zeros(3, dtype=np.int64)
    commands.draw(ids, elapsed)
    assert commands.values.any()
    commands.hold(np.zeros((3, 3)))
    commands.draw(ids, elapsed)
    assert not commands.values[:, :3].any()


def test_events_are_due_when_their_interval_is_over() -> None:
    schedule = Schedule((0.1, 0.2), 1000, np.random.default_rng(0))
    elapsed = np.full(1000, 7)
    ids = np.arange(0, 1000, 2)
    schedule.draw_next(ids, elapsed)
    waits = schedule.next_step[ids] - 7
    assert set(waits) == {5, 6, 7, 8, 9, 10}
    assert (schedule.next_step[1::2] == 0).all()
    assert (schedule.due(elapsed) == np.arange(1, 1000, 2)).all()
    assert len(schedule.due(elapsed + 10)) == 1000
