"""Motors whose targets arrive late, and motors whose torques fall with speed."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array, Ids
from drive2walk.robot.joints.torque_speed import TorqueSpeedCurves
from drive2walk.robot.spec import RobotSpec


class DelayedMotors:
    """The leg motors of N robots.

    Args:
        ctrl: Indices of the leg motors among the actuators.
        delay_steps: Physics steps after which each robot's motors get new targets, (N,).
    """

    def __init__(self, ctrl: slice, delay_steps: NDArray[np.int64]) -> None:
        self._ctrl = ctrl
        self._groups = [
            (int(delay), np.flatnonzero(delay_steps == delay))
            for delay in np.unique([0, *delay_steps])
        ]

    def drive(self, simulation: Simulation, targets: Array, num_steps: int) -> Ids:
        """Advance the physics towards new targets and return the ids of failed worlds.

        Args:
            simulation: The robots.
            targets: Leg joint targets, (N, num_leg_joints) rad.
            num_steps: Physics steps to advance.
        """
        failed = np.empty(0, dtype=np.intp)
        ends = [delay for delay, _ in self._groups[1:]] + [num_steps]
        for (delay, ids), end in zip(self._groups, ends, strict=True):
            simulation.ctrl[ids, self._ctrl] = targets[ids]
            if end > delay:
                failed = np.union1d(failed, simulation.step(end - delay))
        return failed


@dataclasses.dataclass(frozen=True)
class JointSpeeds:
    """Speeds of N robots' leg joints over a number of physics steps.

    Attributes:
        largest_rad_s: Largest speed of any joint, (N,) rad/s.
        above_rated_fraction: Fraction of the joints' time above the rated speed, (N,).
        above_no_load_fraction: Fraction of the joints' time above the no-load speed, (N,).
    """

    largest_rad_s: Array
    above_rated_fraction: Array
    above_no_load_fraction: Array


class SpeedLimitedMotors:
    """Measures the joints' speeds before each physics step, and limits the torques accordingly.

    Args:
        simulation: The robots; from now on ``update`` runs before each of their physics steps.
        spec: The robot.
        limited: Whether the torques fall with speed; if not, speeds are only measured.
    """

    def __init__(self, simulation: Simulation, spec: RobotSpec, limited: bool = True) -> None:
        self._qvel = simulation.qvel
        self._curves = TorqueSpeedCurves.from_model(simulation.model, spec.motor_speeds)
        legs = {name: spec.motor_speeds[name] for name in spec.leg_joint_names}
        self._legs = TorqueSpeedCurves.from_model(simulation.model, legs)
        self._limited = limited
        if limited:
            self._range: Array = simulation.batch.expand("actuator_forcerange")
            self._full_range = self._range[:, self._curves.actuators].copy()
        self._clear()
        simulation.before_step = self.update

    def update(self) -> None:
        """Measure the speeds and, where they are limited, write the torques' ranges."""
        speed = np.abs(self._qvel[:, self._legs.dofs])
        np.maximum(self._largest, speed.max(axis=1), out=self._largest)
        self._above_rated += (speed > self._legs.rated_rad_s).mean(axis=1)
        self._above_no_load += (speed > self._legs.no_load_rad_s).mean(axis=1)
        self._steps += 1
        if self._limited:
            self._curves.limit_torques(self._qvel, self._full_range, self._range)

    def take_speeds(self) -> JointSpeeds:
        """Return the speeds since the last call of this function."""
        steps = max(self._steps, 1)
        speeds = JointSpeeds(self._largest, self._above_rated / steps, self._above_no_load / steps)
        self._clear()
        return speeds

    def _clear(self) -> None:
        count = len(self._qvel)
        self._largest, self._steps = np.zeros(count), 0
        self._above_rated, self._above_no_load = np.zeros(count), np.zeros(count)
