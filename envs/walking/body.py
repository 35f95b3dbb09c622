"""The state of walking robots, read from the arrays of a simulation."""

from __future__ import annotations

import dataclasses
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec


@dataclasses.dataclass(frozen=True)
class WalkingState:
    """The robots after a step, without sensor errors; the arrays are new at every step.

    Attributes:
        leg_qpos: Leg joint angles, (N, num_leg_joints) rad.
        leg_qvel: Leg joint velocities, (N, num_leg_joints) rad/s.
        projected_gravity: Unit vector of gravity in the base frame, (N, 3).
        gyro: Angular velocity in the base frame, (N, 3) rad/s.
        base_position: Position in the world, (N, 3) m; privileged.
        base_yaw_rad: Yaw in the world, (N,); privileged.
        base_velocity: Velocity in the upright frame that turns with the base, (N, 3) m/s;
            privileged.
        base_yaw_rate: Angular velocity about the world's z axis, (N,) rad/s; privileged.
        failed: Whether the physics could not advance the world, (N,).
    """

    leg_qpos: Array
    leg_qvel: Array
    projected_gravity: Array
    gyro: Array
    base_position: Array
    base_yaw_rad: Array
    base_velocity: Array
    base_yaw_rate: Array
    failed: NDArray[np.bool_]


class WalkingBody:
    """The places of the leg joints in a model's arrays.

    Args:
        model: The compiled world of one robot.
        spec: The robot.

    Attributes:
        names: Names of the leg joints, left leg first.
        qpos: Indices of the leg joints in ``qpos``.
        qvel: Indices of the leg joints in ``qvel``.
        ctrl: Indices of the leg motors in ``ctrl``.
        home_ctrl: Targets of all motors at home, (nu,) rad.
    """

    def __init__(self, model: mujoco.MjModel, spec: RobotSpec) -> None:
        self.names = spec.leg_joint_names
        count = len(self.names)
        first = model.joint(self.names[0])
        self.qpos = slice(int(first.qposadr[0]), int(first.qposadr[0]) + count)
        self.qvel = slice(int(first.dofadr[0]), int(first.dofadr[0]) + count)
        start = int(model.actuator(self.names[0]).id)
        self.ctrl = slice(start, start + count)
        home = dict(zip(spec.joint_names, spec.home_qpos, strict=True))
        self.home_ctrl = np.array([home[model.actuator(i).name] for i in range(model.nu)])

    def read_state(self, simulation: Simulation, failed: NDArray[np.bool_]) -> WalkingState:
        """Return the robots' state; ``failed`` (N,) becomes part of it."""
        # One transposed copy makes each component contiguous: the controller reads them many times.
        qpos, qvel = simulation.qpos, simulation.qvel
        base = np.ascontiguousarray(qpos[:, :7].T)
        motion = np.ascontiguousarray(qvel[:, :6].T)
        w, x, y, z = base[3:]
        gravity = np.stack([2 * (w * y - x * z), -2 * (y * z + w * x), 2 * (x * x + y * y) - 1])
        yaw = np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
        sin, cos = np.sin(yaw), np.cos(yaw)
        velocity = np.stack(
            [cos * motion[0] + sin * motion[1], cos * motion[1] - sin * motion[0], motion[2]]
        )
        gyro = motion[3:]
        return WalkingState(
            leg_qpos=qpos[:, self.qpos].copy(),
            leg_qvel=qvel[:, self.qvel].copy(),
            projected_gravity=gravity.T,
            gyro=gyro.T,
            base_position=base[:3].T,
            base_yaw_rad=yaw,
            base_velocity=velocity.T,
            base_yaw_rate=-(gravity * gyro).sum(axis=0),
            failed=failed,
        )


def standing_qpos(model: mujoco.MjModel, spec: RobotSpec) -> Array:
    """Return the positions (nq,) at home with the lowest point of the feet at height 0."""
    data = mujoco.MjData(model)
    for name, angle in zip(spec.joint_names, spec.home_qpos, strict=True):
        if mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_JOINT, name) >= 0:
            data.joint(name).qpos = angle
    mujoco.mj_kinematics(model, data)
    feet = [model.body(name).id for name in spec.feet.bodies]
    soles = np.isin(model.geom_bodyid, feet) & (model.geom_contype > 0)
    lowest = (data.geom_xpos[soles, 2] - model.geom_size[soles, 0]).min()
    data.qpos[2] -= lowest
    return data.qpos.copy()


def proprioception_of(state: WalkingState, ids: Any = slice(None)) -> Proprioception:
    """Return the measurements of the robots ``ids`` with sensors without errors."""
    return Proprioception(
        state.leg_qpos[ids], state.leg_qvel[ids], state.projected_gravity[ids], state.gyro[ids]
    )
