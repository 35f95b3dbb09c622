"""What the policy sees, all of it from joints and IMU.

| name | size | unit x scale | meaning |
|---|---|---|---|
| projected_gravity | 3 | 1 x 3 | unit vector of gravity in the base frame |
| gyro | 3 | rad/s x 0.3 | angular velocity of the base |
| velocity | 3 | m/s x 1.5 | of the base, estimated by the odometry |
| command | 3 | m/s, rad/s x 1.5 | vx, vy, wz |
| velocity_error | 3 | m/s, rad/s x 3 | 0.4 s mean of the estimate less the command |
| phase | 2 | 1 x 1 | cosine and sine of π times the phase |
| height | 1 | m x 10 | of the base above the stance sole, less the commanded one |
| leg_qpos | 12 | rad x 2 | less the home pose |
| leg_qvel | 12 | rad/s x 0.1 | |
| action | 15 | 1 x 0.5 | the last action |
| soles | 6 | m x 4 | in the upright frame, less their mean height |
| capture_point | 2 | m x 5 | from the stance sole |
| landing | 2 | m x 5 | the next footprint, from the stance sole |
| reference_error | 12 | rad x 4 | the gait's joint angles less the measured ones |
| height_command | 1 | m x 5 | of the base, less the gait's own |

The phase of a robot that stands on both feet is shown as (0, 0). A policy may see a part of the
table, which its file names.

Everything is seen from the stance foot (see mirror.py): legs and feet are (stance, swing), and
a robot on its right foot is shown its mirror image.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from locomotion.gait import GaitPlan
from locomotion.mirror import PLANAR_SIGNS, TURN_SIGNS, VECTOR_SIGNS, Mirror
from locomotion.odometry import Odometry
from locomotion.residual import ACTION_DIM, NUM_LEG_JOINTS
from locomotion.stepping import GaitState
from robot.proprioception import Proprioception

Array = NDArray[np.float64]

# name: (size, scale), in the order of the observation.
OBSERVATIONS = {
    "projected_gravity": (3, 3.0),
    "gyro": (3, 0.3),
    "velocity": (3, 1.5),
    "command": (3, 1.5),
    "velocity_error": (3, 3.0),
    "phase": (2, 1.0),
    "height": (1, 10.0),
    "leg_qpos": (NUM_LEG_JOINTS, 2.0),
    "leg_qvel": (NUM_LEG_JOINTS, 0.1),
    "action": (ACTION_DIM, 0.5),
    "soles": (6, 4.0),
    "capture_point": (2, 5.0),
    "landing": (2, 5.0),
    "reference_error": (NUM_LEG_JOINTS, 4.0),
    "height_command": (1, 5.0),
}
OBSERVATION_DIM = sum(size for size, _ in OBSERVATIONS.values())
SCALES = np.concatenate([np.full(size, scale) for size, scale in OBSERVATIONS.values()])
OBSERVATION_LIMIT = 10.0


def columns_of(names: Sequence[str]) -> NDArray[np.intp]:
    """Return where the named observations are in the whole one, in its order.

    Raises:
        KeyError: there is no observation of a name.
    """
    sizes = [size for size, _ in OBSERVATIONS.values()]
    starts = dict(zip(OBSERVATIONS, np.cumsum([0, *sizes]), strict=False))
    parts = [np.arange(starts[name], starts[name] + OBSERVATIONS[name][0]) for name in names]
    return np.concatenate(parts)


def observe(
    proprioception: Proprioception,
    command: Array,
    gait: GaitState,
    plan: GaitPlan,
    odometry: Odometry,
    action: Array,
    home: Array,
    height_m: float,
) -> NDArray[np.float32]:
    """Return the observation of N robots, (N, 80).

    Args:
        proprioception: joints and IMU, (N, ...) arrays, leg joints first.
        command: vx, vy, wz and height, (N, 4).
        gait: where in the step they are.
        plan: what the gait wants.
        odometry: their motion.
        action: the last action, in the robot's own left and right, (N, 15).
        home: leg joint angles of the home pose, (12,) rad.
        height_m: of the base above the stance sole that is the gait's own.
    """
    mirror = Mirror(gait.stance)
    leg_qpos = proprioception.joint_qpos[:, :NUM_LEG_JOINTS]
    angle = np.pi * gait.phase
    steps = np.where(gait.standing, 0.0, 1.0)
    planar = command[:, :3]
    soles = odometry.soles.copy()
    soles[..., 2] -= soles[..., 2].mean(axis=1, keepdims=True)
    parts = [
        mirror.signed(proprioception.projected_gravity, VECTOR_SIGNS),
        mirror.signed(proprioception.gyro, TURN_SIGNS),
        mirror.signed(odometry.velocity, VECTOR_SIGNS),
        mirror.signed(planar, PLANAR_SIGNS),
        mirror.signed(odometry.mean_velocity - planar, PLANAR_SIGNS),
        np.stack([steps * np.cos(angle), steps * np.sin(angle)]).T,
        (odometry.height - command[:, 3])[:, None],
        mirror.legs(leg_qpos - home),
        mirror.legs(proprioception.joint_qvel[:, :NUM_LEG_JOINTS]),
        mirror.action(action),
        mirror.feet(soles),
        mirror.signed(plan.capture_point, VECTOR_SIGNS[:2]),
        mirror.signed(plan.landing, VECTOR_SIGNS[:2]),
        mirror.legs(plan.reference - leg_qpos),
        (command[:, 3] - height_m)[:, None],
    ]
    observation = np.concatenate(parts, axis=1) * SCALES
    return np.clip(observation, -OBSERVATION_LIMIT, OBSERVATION_LIMIT).astype(np.float32)
