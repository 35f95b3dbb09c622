"""Episodes: many robots walk under commands that are held, and what they did."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.locomotion.evaluation.effort import Effort, EffortMeter
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.timing import CONTROL_DT_S

WINDOW_S = 1.0


@dataclasses.dataclass(frozen=True)
class Episodes:
    """What the robots did.

    Attributes:
        command: vx, vy in m/s, wz in rad/s and, where it was given, height in m, (N, 3 or 4).
        survived: to the end, (N,).
        walked_share: of the episode until the robot fell, (N,).
        velocity: true vx, vy, wz in 1 s means, NaN once fallen, (N, windows, 3). The first
            second, in which the robot starts from rest, is left out.
        effort: what it cost, where it was measured.
        height: of the base above the ground, as ``velocity``, (N, windows) m.
    """

    command: Array
    survived: NDArray[np.bool_]
    walked_share: Array
    velocity: Array
    effort: Effort | None = None
    height: Array | None = None

    @classmethod
    def joined(cls, parts: Sequence[Episodes]) -> Episodes:
        """Return the episodes of several runs, all of one length, as one."""
        efforts = [part.effort for part in parts if part.effort is not None]
        heights = [part.height for part in parts if part.height is not None]
        return cls(
            command=np.concatenate([part.command for part in parts]),
            survived=np.concatenate([part.survived for part in parts]),
            walked_share=np.concatenate([part.walked_share for part in parts]),
            velocity=np.concatenate([part.velocity for part in parts]),
            effort=Effort.joined(efforts) if efforts else None,
            height=np.concatenate(heights) if heights else None,
        )


def run_episodes(
    controller: WalkingController,
    env: WalkingEnv,
    meter: EffortMeter | None = None,
) -> Episodes:
    """Walk every robot of ``env`` for one episode, a whole number of seconds long.

    Args:
        controller: what walks.
        env: where; its commands are held.
        meter: measures what walking costs.
    """
    count = env.num_envs
    body = controller.measure(proprioception_of(env.state))
    state = controller.start(body, np.arange(count) % 2)
    upright = np.ones(count, dtype=bool)
    motions = []
    for _ in range(round(env.config.episode_s / CONTROL_DT_S)):
        felt = proprioception_of(env.state)
        state, targets = controller.step(state, felt, env.command, env.scan(), env.arms_shift())
        terminated, truncated = env.step(targets)
        upright &= ~terminated
        truth = env.state
        ground = env.physics.terrain.height(truth.base_position[:, :2])
        height = truth.base_position[:, 2] - ground
        motion = np.column_stack([truth.base_velocity[:, :2], truth.base_yaw_rate, height])
        motions.append(np.where(upright[:, None], motion, np.nan))
        if meter is not None:
            meter.add(upright, truth.base_yaw_rad)
        # Who has fallen is out; who has come to the ground's rim walks on from elsewhere.
        anew = np.flatnonzero(terminated | truncated)
        if len(anew):
            env.stand_up(anew)
            body = controller.measure(proprioception_of(env.state, anew))
            state = controller.restart(state, body, anew, anew % 2)
    motion = np.array(motions)
    walked = np.isfinite(motion[..., 0]).mean(axis=0)
    window = round(WINDOW_S / CONTROL_DT_S)
    seconds = motion.reshape(-1, window, count, 4).mean(axis=1)[1:].transpose(1, 0, 2)
    return Episodes(
        env.command[:, :3].copy(),
        upright,
        walked,
        seconds[..., :3],
        meter.effort() if meter is not None else None,
        seconds[..., 3],
    )
