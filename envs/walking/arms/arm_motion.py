"""Arms with motors that swing smoothly between random postures."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array, Ids
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.kinematics.upper_body_mass import UpperBodyMass
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

# Postures differ from home by up to this fraction of each joint's range.
POSTURE_FRACTION = 0.25
# Range of the time from one posture to the next: up to about 5 rad/s at the shoulder.
SWING_S = (0.8, 2.0)


class ArmMotion:
    """The arms of N robots, each with its own motion; an implementation of ``Arms``.

    Args:
        simulation: Robots whose arms have motors.
        spec: The robot.
        rng: Source of the postures.
    """

    def __init__(self, simulation: Simulation, spec: RobotSpec, rng: np.random.Generator) -> None:
        model, num_envs = simulation.model, simulation.num_envs
        count = len(SIDES) * len(spec.arms.joints)
        names = spec.joint_names[-count:]
        self._simulation, self._mass = simulation, UpperBodyMass(spec)
        self._upper = [model.joint(name).qposadr[0] for name in spec.upper_joint_names]
        self._actuators = np.array([model.actuator(name).id for name in names])
        self._range = np.array([model.joint(name).range for name in names])
        self._home = spec.home_qpos[-count:]
        self._rng = rng
        self._start = np.tile(self._home, (num_envs, 1))
        self._end = self._start.copy()
        self._elapsed = np.zeros(num_envs)
        self._duration = np.zeros(num_envs)

    def reset(self, ids: Ids) -> None:
        """Put the arms of the robots ``ids`` at home."""
        self._start[ids] = self._end[ids] = self._home
        self._elapsed[ids] = self._duration[ids] = 0.0

    def mass_shift(self, projected_gravity: Array) -> Array:
        """Return the arms' shift of the centre of mass, (N, 2) m: see ``Arms``."""
        return self._mass.shift(self._simulation.qpos[:, self._upper], projected_gravity)

    def step(self) -> None:
        """Set the arms' targets for the next control step.

        A swing follows the minimum-jerk profile (Flash and Hogan, 1985).
        """
        arrived = np.flatnonzero(self._elapsed >= self._duration)
        self._start[arrived] = self._end[arrived]
        self._end[arrived] = self._draw_postures(len(arrived))
        self._duration[arrived] = self._rng.uniform(*SWING_S, len(arrived))
        self._elapsed[arrived] = 0.0
        self._elapsed += CONTROL_DT_S
        time = np.minimum(self._elapsed / self._duration, 1.0)[:, None]
        progress = time**3 * (10 - 15 * time + 6 * time**2)
        targets = self._start + progress * (self._end - self._start)
        self._simulation.ctrl[:, self._actuators] = targets

    def _draw_postures(self, count: int) -> Array:
        """Return random arm angles within the joints' ranges, (count, num_arm_joints) rad."""
        reach = POSTURE_FRACTION * np.ptp(self._range, axis=1)
        postures = self._home + self._rng.uniform(-reach, reach, (count, len(reach)))
        return np.clip(postures, self._range[:, 0], self._range[:, 1])
