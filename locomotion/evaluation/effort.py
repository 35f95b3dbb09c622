"""Effort of walking: work, torque, slipping feet, and unevenness of the ground."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.height_scan import scan_around_soles
from drive2walk.envs.walking.motors import SpeedLimitedMotors
from drive2walk.envs.walking.physics import Physics, touch_sensor
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

# Fraction of the weight that a standing foot bears at least.
STANDING_FRACTION = 0.1
# Fraction of its limit from which on a torque counts as at the limit.
AT_LIMIT_FRACTION = 0.99
# Control steps between two positions of which the distance counts: the hips' sway averages out.
STRETCH_STEPS = round(1 / CONTROL_DT_S)


@dataclasses.dataclass(frozen=True)
class Effort:
    """Effort of N robots while they were upright.

    Attributes:
        distance_m: Distance in straight lines of one second, (N,) m.
        work_per_weight_m: Positive mechanical work of all joints over the weight, (N,) m.
        slip_m: Distance that standing feet slid, (N,) m.
        standing_s: Time that feet stood, the sum over both feet, (N,) s.
        one_foot_fraction: Fraction of the time on one foot, (N,).
        at_limit_fraction: Fraction of the leg joints' time at their torque limit, (N,).
        unevenness_m: Mean difference between the highest and the lowest ground around a foot,
            (N,) m.
        largest_speed_rad_s: Largest speed of a leg joint, over all physics steps, (N,) rad/s.
        above_rated_fraction: Fraction of the leg joints' time above their motors' rated speed,
            over all physics steps, (N,).
        above_no_load_fraction: Fraction of that time above the no-load speed, (N,).
    """

    distance_m: Array
    work_per_weight_m: Array
    slip_m: Array
    standing_s: Array
    one_foot_fraction: Array
    at_limit_fraction: Array
    unevenness_m: Array
    largest_speed_rad_s: Array
    above_rated_fraction: Array
    above_no_load_fraction: Array

    @classmethod
    def from_parts(cls, parts: Sequence[Effort]) -> Effort:
        """Return the efforts of all robots of ``parts``."""
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class EffortMeter:
    """Adds up the effort of robots in a ``trial_physics``, control step by control step.

    Torque and power are those at the end of each step; joint speeds are those of every physics
    step.

    Args:
        physics: Physics of the robots.
        simulation: Robots.
        spec: Robot.
        motors: Motors of the robots; by default their torques don't fall with speed.
    """

    def __init__(
        self,
        physics: Physics,
        simulation: Simulation,
        spec: RobotSpec,
        motors: SpeedLimitedMotors | None = None,
    ) -> None:
        self._motors = motors or SpeedLimitedMotors(simulation, spec, limited=False)
        model = physics.model
        self._terrain = physics.terrain
        batch = simulation.batch
        masses = batch.expanded("body_mass")
        masses = model.body_mass[None] if masses is None else masses
        self._weight_n: Array = masses.sum(axis=1) * -model.opt.gravity[2]
        self._torque: Array = batch.bind("actuator_force")
        self._qvel = simulation.qvel
        self._dof = model.jnt_dofadr[model.actuator_trnid[:, 0]]
        self._leg_actuators = np.array([model.actuator(name).id for name in spec.leg_joint_names])
        self._range: Array = batch.expand("actuator_forcerange")
        names = [touch_sensor(side) for side in SIDES]
        self._touch: Array = batch.bind("sensordata")
        self._touch_at = [int(model.sensor(name).adr[0]) for name in names]
        self._site: Array = batch.bind("site_xpos")
        self._sole_sites = [model.site(name).id for name in names]
        count = simulation.num_envs
        self._stood = np.zeros((count, 2), dtype=bool)
        self._last_soles = np.zeros((count, 2, 3))
        self._last_place = simulation.qpos[:, :2].copy()
        self._qpos = simulation.qpos
        self._control_steps = 0
        self._upright_steps = np.zeros(count)
        self._sums = Effort(*(np.zeros(count) for _ in dataclasses.fields(Effort)))

    def add(self, upright: NDArray[np.bool_], yaw_rad: Array) -> None:
        """Add the last control step.

        Args:
            upright: Robots whose step counts, (N,).
            yaw_rad: Yaw of the bases in the world, (N,).
        """
        power = np.maximum(self._torque * self._qvel[:, self._dof], 0).sum(axis=1)
        soles = self._site[:, self._sole_sites]
        standing = self._touch[:, self._touch_at] > STANDING_FRACTION * self._weight_n[:, None]
        still_standing = standing & self._stood & upright[:, None]
        moved = np.linalg.norm((soles - self._last_soles)[..., :2], axis=2)
        limit = self._range[:, self._leg_actuators, 1] * AT_LIMIT_FRACTION
        at_limit = (np.abs(self._torque[:, self._leg_actuators]) >= limit).mean(axis=1)
        scan = scan_around_soles(self._terrain, soles, yaw_rad)
        sums = self._sums
        self._control_steps += 1
        if self._control_steps % STRETCH_STEPS == 0:
            place = self._qpos[:, :2].copy()
            sums.distance_m[:] += upright * np.linalg.norm(place - self._last_place, axis=1)
            self._last_place = place
        sums.work_per_weight_m[:] += upright * power * CONTROL_DT_S / self._weight_n
        sums.slip_m[:] += (still_standing * moved).sum(axis=1)
        sums.standing_s[:] += still_standing.sum(axis=1) * CONTROL_DT_S
        sums.one_foot_fraction[:] += upright & (standing.sum(axis=1) == 1)
        sums.at_limit_fraction[:] += upright * at_limit
        sums.unevenness_m[:] += upright * np.ptp(scan, axis=2).mean(axis=1)
        speeds = self._motors.take_speeds()
        largest = upright * speeds.largest_rad_s
        np.maximum(sums.largest_speed_rad_s, largest, out=sums.largest_speed_rad_s)
        sums.above_rated_fraction[:] += upright * speeds.above_rated_fraction
        sums.above_no_load_fraction[:] += upright * speeds.above_no_load_fraction
        self._upright_steps += upright
        self._stood, self._last_soles = standing, soles

    def total(self) -> Effort:
        """Return the effort so far."""
        steps = np.maximum(self._upright_steps, 1)
        return dataclasses.replace(
            self._sums,
            one_foot_fraction=self._sums.one_foot_fraction / steps,
            at_limit_fraction=self._sums.at_limit_fraction / steps,
            unevenness_m=self._sums.unevenness_m / steps,
            above_rated_fraction=self._sums.above_rated_fraction / steps,
            above_no_load_fraction=self._sums.above_no_load_fraction / steps,
        )
