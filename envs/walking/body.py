"""Where a walking robot is in a model's arrays, how it stands, and what its state says."""

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
    """The robots after a step; the arrays are new at every step.

    Attributes:
        leg_qpos, leg_qvel: leg joints, (N, num_leg_joints) rad and rad/s.
        projected_gravity: unit vector of gravity in the base frame, (N, 3).
        gyro: angular velocity in the base frame, (N, 3) rad/s.
        base_position: privileged, world, (N, 3) m.
        base_yaw_rad: privileged, (N,).
        base_velocity: privileged, in the upright frame that turns with the base, (N, 3) m/s.
        base_yaw_rate: privileged, about the world's z axis, (N,) rad/s.
        failed: worlds that the physics gave up on, (N,) bool.
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
    """Where the leg joints are in a model's arrays; slices, since they lie side by side."""

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

    def read(self, simulation: Simulation, failed: NDArray[np.bool_]) -> WalkingState:
        """Return the robots' state; ``failed`` (N,) is passed on."""
        # One transposed copy makes each component contiguous, which the rest of the tick
        # reads many times over.
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
    """Return the home pose with the lowest point of the feet on the ground, (nq,)."""
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
    """Return what the robots ``ids`` would feel with sensors that don't err."""
    return Proprioception(
        state.leg_qpos[ids], state.leg_qvel[ids], state.projected_gravity[ids], state.gyro[ids]
    )
