"""What the policy sees, all of it from joints and IMU.

| name | size | unit x scale | meaning |
|---|---|---|---|
| projected_gravity | 3 | 1 x 3 | unit vector of gravity in the base frame |
| gyro | 3 | rad/s x 0.3 | angular velocity of the base |
| velocity | 3 | m/s x 1.5 | of the base, estimated by the odometry |
| command | 3 | m/s, rad/s x 1.5 | vx, vy, wz |
| velocity_error | 3 | m/s, rad/s x 3 | 0.4 s mean of the estimate less the command |
| phase | 2 | 1 x 1 | cosine and sine of π times the phase |
| height | 1 | m x 10 | of the base above the stance sole, less the planned one |
| leg_qpos | joints | rad x 2 | less the home pose |
| leg_qvel | joints | rad/s x 0.1 | |
| action | joints + 3 | 1 x 0.5 | the last action |
| soles | 6 | m x 4 | in the upright frame, less their mean height |
| capture_point | 2 | m x 5 | from the stance sole |
| landing | 2 | m x 5 | the next footprint, from the stance sole |
| reference_error | joints | rad x 4 | the gait's joint angles less the measured ones |
| height_command | 1 | m x 5 | of the base, less the gait's own |
| rise | 2 | m x 10 | of the next footprint and of the last one above the stance sole |

Joints are those of both legs. The phase of a robot that stands on both feet is shown as (0, 0). A
policy may see a part of the table, which its file names.

Everything is seen from the stance foot (see mirror.py): legs and feet are (stance, swing), and
a robot on its right foot is shown its mirror image.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.gait.gait import GaitPlan
from drive2walk.locomotion.gait.stepping import GaitState
from drive2walk.locomotion.policy.residual import NUM_GAIT_ACTIONS
from drive2walk.locomotion.policy.symmetry import PLANAR_SIGNS, TURN_SIGNS, VECTOR_SIGNS, Mirror
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception

# name: (size, how much each leg joint adds to it, scale), in the order of the observation.
OBSERVATIONS = {
    "projected_gravity": (3, 0, 3.0),
    "gyro": (3, 0, 0.3),
    "velocity": (3, 0, 1.5),
    "command": (3, 0, 1.5),
    "velocity_error": (3, 0, 3.0),
    "phase": (2, 0, 1.0),
    "height": (1, 0, 10.0),
    "leg_qpos": (0, 1, 2.0),
    "leg_qvel": (0, 1, 0.1),
    "action": (NUM_GAIT_ACTIONS, 1, 0.5),
    "soles": (6, 0, 4.0),
    "capture_point": (2, 0, 5.0),
    "landing": (2, 0, 5.0),
    "reference_error": (0, 1, 4.0),
    "height_command": (1, 0, 5.0),
    "rise": (2, 0, 10.0),
}
OBSERVATION_LIMIT = 10.0


def sizes_of(num_leg_joints: int) -> dict[str, int]:
    """Return the size of each observation of a robot with so many joints in both legs."""
    return {
        name: size + per_joint * num_leg_joints
        for name, (size, per_joint, _) in OBSERVATIONS.items()
    }


@functools.cache
def scales_of(num_leg_joints: int) -> Array:
    """Return the scale of every number of an observation."""
    sizes = sizes_of(num_leg_joints)
    return np.concatenate([np.full(sizes[name], row[-1]) for name, row in OBSERVATIONS.items()])


def columns_of(names: Sequence[str], num_leg_joints: int) -> NDArray[np.intp]:
    """Return where the named observations are in the whole one, in its order.

    Raises:
        KeyError: there is no observation of a name.
    """
    sizes = sizes_of(num_leg_joints)
    starts = dict(zip(sizes, np.cumsum([0, *sizes.values()]), strict=False))
    return np.concatenate([np.arange(starts[name], starts[name] + sizes[name]) for name in names])


def observe(
    proprioception: Proprioception,
    command: Array,
    gait: GaitState,
    plan: GaitPlan,
    odometry: Odometry,
    action: Array,
    home: Array,
    height_m: float,
    leg_signs: Array,
) -> NDArray[np.float32]:
    """Return the observation of N robots, (N, numbers).

    Args:
        proprioception: joints and IMU, (N, ...) arrays, leg joints first.
        command: vx, vy, wz and height, (N, 4).
        gait: where in the step they are.
        plan: what the gait wants.
        odometry: their motion.
        action: the last action, in the robot's own left and right, (N, action_dim).
        home: leg joint angles of the home pose, (num_leg_joints,) rad.
        height_m: of the base above the stance sole that is the gait's own.
        leg_signs: of a leg's joints under a mirror, (joints,).
    """
    mirror = Mirror(gait.stance, leg_signs)
    count = len(home)
    leg_qpos = proprioception.joint_qpos[:, :count]
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
        (odometry.height - plan.height)[:, None],
        mirror.legs(leg_qpos - home),
        mirror.legs(proprioception.joint_qvel[:, :count]),
        mirror.action(action),
        mirror.feet(soles),
        mirror.signed(plan.capture_point, VECTOR_SIGNS[:2]),
        mirror.signed(plan.foothold.place, VECTOR_SIGNS[:2]),
        mirror.legs(plan.reference - leg_qpos),
        (command[:, 3] - height_m)[:, None],
        steps[:, None] * np.stack([plan.foothold.rise, gait.swing_rise]).T,
    ]
    observation = np.concatenate(parts, axis=1) * scales_of(count)
    return np.clip(observation, -OBSERVATION_LIMIT, OBSERVATION_LIMIT).astype(np.float32)
