"""Episodes: many robots walk under constant commands, and their motion is recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.sensor_errors import IDEAL, SensorConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.locomotion.evaluation.effort import Effort, EffortMeter
from drive2walk.locomotion.evaluation.walking_sensors import WalkingSensors
from drive2walk.locomotion.walking.batched_state import take_rows
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.timing import CONTROL_DT_S

WINDOW_S = 1.0


@dataclasses.dataclass(frozen=True)
class Episodes:
    """What N robots did in an episode.

    Attributes:
        command: vx, vy in m/s, wz in rad/s and, where it was given, height in m, (N, 3 or 4).
        survived: Whether each robot stayed upright to the end, (N,).
        walked_fraction: Fraction of the episode until the robot fell, (N,).
        velocity: Means over 1 s of the true vx, vy in m/s and wz in rad/s, NaN after a fall,
            (N, windows, 3). The first second, in which the robot starts from rest, is left out.
        effort: Effort of walking, where it was measured.
        height: Height of the base above the ground, in windows like ``velocity``, (N, windows) m.
    """

    command: Array
    survived: NDArray[np.bool_]
    walked_fraction: Array
    velocity: Array
    effort: Effort | None = None
    height: Array | None = None

    @classmethod
    def from_parts(cls, parts: Sequence[Episodes]) -> Episodes:
        """Return all episodes of ``parts``, which have equally many windows."""
        efforts = [part.effort for part in parts if part.effort is not None]
        heights = [part.height for part in parts if part.height is not None]
        return cls(
            command=np.concatenate([part.command for part in parts]),
            survived=np.concatenate([part.survived for part in parts]),
            walked_fraction=np.concatenate([part.walked_fraction for part in parts]),
            velocity=np.concatenate([part.velocity for part in parts]),
            effort=Effort.from_parts(efforts) if efforts else None,
            height=np.concatenate(heights) if heights else None,
        )


def run_episodes(
    controller: WalkingController,
    env: WalkingEnv,
    meter: EffortMeter | None = None,
    sensors: SensorConfig = IDEAL,
    seed: int = 0,
) -> Episodes:
    """Walk every robot of ``env`` for one episode, which lasts a whole number of seconds.

    Args:
        controller: Controller of the robots.
        env: Robots, which keep their commands.
        meter: Measures their effort.
        sensors: Sizes of their sensors' errors.
        seed: Seed of these errors.
    """
    count = env.num_envs
    senses = WalkingSensors(sensors, env.state, seed)
    body = controller.measure(senses.reading)
    state = controller.start(body, np.arange(count) % 2)
    upright = np.ones(count, dtype=bool)
    motions = []
    for _ in range(round(env.config.episode_s / CONTROL_DT_S)):
        state, targets = controller.step(
            state, senses.reading, env.command, env.scan(), env.arms_shift()
        )
        terminated, truncated = env.step(targets)
        senses.update(env.state)
        upright &= ~terminated
        motions.append(np.where(upright[:, None], _measure_motion(env), np.nan))
        if meter is not None:
            meter.add(upright, env.state.base_yaw_rad)
        # A robot that has fallen no longer counts; one at the ground's rim goes on from elsewhere.
        ended = np.flatnonzero(terminated | truncated)
        if len(ended):
            env.stand_up(ended)
            senses.restart(ended, env.state)
            body = controller.measure(take_rows(senses.reading, ended))
            state = controller.restart(state, body, ended, ended % 2)
    motion = np.array(motions)
    walked = np.isfinite(motion[..., 0]).mean(axis=0)
    window = round(WINDOW_S / CONTROL_DT_S)
    seconds = motion.reshape(-1, window, count, 4).mean(axis=1)[1:].transpose(1, 0, 2)
    return Episodes(
        env.command[:, :3].copy(),
        upright,
        walked,
        seconds[..., :3],
        meter.total() if meter is not None else None,
        seconds[..., 3],
    )


def _measure_motion(env: WalkingEnv) -> Array:
    """Return the true vx, vy, wz and height above the ground of each robot, (N, 4)."""
    truth = env.state
    ground = env.physics.terrain.height(truth.base_position[:, :2])
    height = truth.base_position[:, 2] - ground
    return np.column_stack([truth.base_velocity[:, :2], truth.base_yaw_rate, height])
