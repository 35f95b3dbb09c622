"""The torque that a motor can still give at a speed.

Up to the rated speed a motor gives its whole torque; from there the torque falls linearly to zero
at the no-load speed, where the supply's voltage only balances what the motor induces. As in the
actuator model of Unitree's unitree_rl_lab, this holds for torques that drive and that brake.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import mujoco
import numpy as np

from drive2walk.robot.geometry.arrays import Array, Ids


@dataclasses.dataclass(frozen=True, eq=False)
class TorqueSpeedCurves:
    """The torque-speed curves of k motors.

    Attributes:
        actuators: Indices of the motors among the model's actuators, (k,).
        dofs: Indices of their joints in ``qvel``, (k,).
        rated_rad_s: Speeds up to which the whole torque is available, (k,); infinite where the
            robot's spec has none.
        no_load_rad_s: Speeds at which no torque is left, (k,).
    """

    actuators: Ids
    dofs: Ids
    rated_rad_s: Array
    no_load_rad_s: Array

    @classmethod
    def from_model(
        cls, model: mujoco.MjModel, speeds: Mapping[str, tuple[float, float]], prefix: str = ""
    ) -> TorqueSpeedCurves:
        """Return the curves of those motors that the model has.

        Args:
            model: A world with one robot.
            speeds: Rated and no-load speed of each motor, in rad/s, by the name of its joint.
            prefix: Prefix of the robot's names in the model.
        """
        kind = mujoco.mjtObj.mjOBJ_ACTUATOR
        found = {name: mujoco.mj_name2id(model, kind, prefix + name) for name in speeds}
        names = [name for name in speeds if found[name] >= 0]
        actuators = np.array([found[name] for name in names], dtype=np.intp)
        dofs = model.jnt_dofadr[model.actuator_trnid[actuators, 0]]
        rated, no_load = np.array([speeds[name] for name in names]).reshape(-1, 2).T
        return cls(actuators, np.asarray(dofs, dtype=np.intp), rated, no_load)

    def available_fraction(self, speed_rad_s: Array) -> Array:
        """Return the fraction of the largest torque that is available, (..., k) from 0 to 1.

        Args:
            speed_rad_s: Speeds of the joints without sign, (..., k).
        """
        known = np.isfinite(self.rated_rad_s)
        width = np.where(known, self.no_load_rad_s, 1.0) - np.where(known, self.rated_rad_s, 0.0)
        return np.clip(1 - (speed_rad_s - self.rated_rad_s) / width, 0.0, 1.0)

    def limit_torques(self, qvel: Array, full_range: Array, force_range: Array) -> None:
        """Write the torques that the motors can give at their present speeds.

        Args:
            qvel: Velocities of the model, (..., nv).
            full_range: Least and largest torque of each motor at rest, (..., k, 2) N m.
            force_range: The model's ``actuator_forcerange`` to write to, (..., nu, 2) N m.
        """
        fraction = self.available_fraction(np.abs(qvel[..., self.dofs]))
        force_range[..., self.actuators, :] = full_range * fraction[..., None]
