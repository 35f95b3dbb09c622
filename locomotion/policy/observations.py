"""What the policy sees, all of it from joints and IMU.

| name | size | unit x scale | meaning |
|---|---|---|---|
| projected_gravity | 3 | 1 x 3 | unit vector of gravity in the base frame |
| gyro | 3 | rad/s x 0.3 | angular velocity of the base |
| velocity | 3 | m/s x 1.5 | velocity of the base, estimated by the odometry |
| command | 3 | m/s, rad/s x 1.5 | vx, vy, wz |
| velocity_error | 3 | m/s, rad/s x 3 | 0.4 s mean of the estimate less the command |
| phase | 2 | 1 x 1 | cosine and sine of π times the phase |
| height | 1 | m x 10 | height of the base above the stance sole, less the planned one |
| leg_qpos | joints | rad x 2 | less the home pose |
| leg_qvel | joints | rad/s x 0.1 | |
| action | joints + 3 | 1 x 0.5 | the last action |
| soles | 6 | m x 4 | in the upright frame, less their mean height |
| capture_point | 2 | m x 5 | from the stance sole |
| landing | 2 | m x 5 | the next footprint, from the stance sole |
| reference_error | joints | rad x 4 | the gait's joint angles less the measured ones |
| height_command | 1 | m x 5 | commanded height of the base, less the gait's own |
| rise | 2 | m x 10 | height of the next footprint and of the last one above the stance sole |

Joints are those of both legs. The phase of a robot that stands on both feet is (0, 0). A policy may
see a part of the table, which its file names.

Everything is seen from the stance foot (see symmetry.py): legs and feet are (stance, swing), and
a robot on its right foot is shown its mirror image.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.gait import GaitPlan
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.policy.residual import NUM_GAIT_ACTIONS
from drive2walk.locomotion.policy.symmetry import (
    GAIT_ACTION_SIGNS,
    PLANAR_SIGNS,
    POINT_SIGNS,
    TURN_SIGNS,
    VECTOR_SIGNS,
    swap_sides,
)
from drive2walk.robot.geometry.arrays import Array, Ids
from drive2walk.robot.geometry.bounds import bound
from drive2walk.robot.proprioception import Proprioception

# name: (size, addition for each leg joint, scale), in the order of the observation.
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
    """Return the size of each observation of a robot with ``num_leg_joints`` in both legs."""
    return {
        name: size + per_joint * num_leg_joints
        for name, (size, per_joint, _) in OBSERVATIONS.items()
    }


def columns_of(names: Sequence[str], num_leg_joints: int) -> Ids:
    """Return the columns of the named observations in the whole one.

    Raises:
        KeyError: There is no observation of this name.
    """
    sizes = sizes_of(num_leg_joints)
    starts = dict(zip(sizes, np.cumsum([0, *sizes.values()]), strict=False))
    return np.concatenate([np.arange(starts[name], starts[name] + sizes[name]) for name in names])


class Observer:
    """Composes the observations of one robot type.

    Args:
        home: Leg joint angles of the home pose, (num_leg_joints,) rad.
        height_m: The gait's own height of the base above the stance sole, in metres.
        leg_signs: Signs of a leg's joints under a mirror, (joints,).
    """

    def __init__(self, home: Array, height_m: float, leg_signs: Array) -> None:
        self._home, self._height_m = home, height_m
        sizes = sizes_of(len(home))
        scales = np.concatenate(
            [np.full(sizes[name], row[2]) for name, row in OBSERVATIONS.items()]
        )
        # Scales of robots on their left foot, and of the mirror image of those on their right.
        self._scales = np.stack([scales, scales * _mirror_signs(leg_signs)])

    def observe(
        self,
        proprioception: Proprioception,
        tick: Tick,
        gait: GaitState,
        plan: GaitPlan,
        action: Array,
    ) -> NDArray[np.float32]:
        """Return the observation of N robots, (N, numbers).

        Args:
            proprioception: Joints and IMU, (N, ...) arrays, leg joints first.
            tick: The robots' estimate.
            gait: Their steps.
            plan: The gait's plan.
            action: The last action, in the robot's own left and right, (N, action_dim).
        """
        stance, odometry, planar = gait.stance, tick.odometry, tick.command[:, :3]
        joints = len(self._home)
        leg_qpos = proprioception.joint_qpos[:, :joints]
        angle = np.pi * gait.phase
        steps = np.where(gait.standing, 0.0, 1.0)
        soles = odometry.soles.copy()
        soles[..., 2] -= soles[..., 2].mean(axis=1, keepdims=True)
        parts = [
            proprioception.projected_gravity,
            proprioception.gyro,
            odometry.velocity,
            planar,
            odometry.mean_velocity - planar,
            np.array([steps * np.cos(angle), steps * np.sin(angle)]).T,
            (odometry.height - plan.height)[:, None],
            swap_sides(leg_qpos - self._home, stance),
            swap_sides(proprioception.joint_qvel[:, :joints], stance),
            swap_sides(action[:, :joints], stance),
            action[:, joints:],
            swap_sides(soles, stance),
            plan.capture_point,
            plan.foothold.place,
            swap_sides(plan.reference - leg_qpos, stance),
            (tick.command[:, 3] - self._height_m)[:, None],
            steps[:, None] * np.array([plan.foothold.rise, gait.swing_rise]).T,
        ]
        observation = np.concatenate(parts, axis=1) * self._scales[stance]
        held = bound(observation, -OBSERVATION_LIMIT, OBSERVATION_LIMIT)
        return held.astype(np.float32)


def _mirror_signs(leg_signs: Array) -> Array:
    """Return the signs of every number of an observation under a mirror."""
    legs = (*leg_signs, *leg_signs)
    signs: dict[str, tuple[float, ...]] = {
        "projected_gravity": VECTOR_SIGNS,
        "gyro": TURN_SIGNS,
        "velocity": VECTOR_SIGNS,
        "command": PLANAR_SIGNS,
        "velocity_error": PLANAR_SIGNS,
        "phase": (1.0, 1.0),
        "height": (1.0,),
        "leg_qpos": legs,
        "leg_qvel": legs,
        "action": (*legs, *GAIT_ACTION_SIGNS),
        "soles": VECTOR_SIGNS * 2,
        "capture_point": POINT_SIGNS,
        "landing": POINT_SIGNS,
        "reference_error": legs,
        "height_command": (1.0,),
        "rise": (1.0, 1.0),
    }
    return np.concatenate([signs[name] for name in OBSERVATIONS])
