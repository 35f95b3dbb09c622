"""Robots that differ from their model: friction, masses, motors, and what their sensors say.

Each world is another robot for the whole run; many worlds make the variety.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.envs.walking.body import WalkingState
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec


@dataclasses.dataclass(frozen=True)
class RandomizationConfig:
    """How far the robots differ from their model; the default is not at all.

    Attributes:
        friction: bounds of the soles' friction.
        torso_mass_kg: the torso is heavier or lighter by up to this.
        torso_com_m: its centre of mass is off by up to this along each axis.
        gain_share: joint stiffness and damping are off by up to this share.
        strength: bounds of the motors' strength, as a share of the model's.
        delay_steps: commands reach the motors up to this many physics steps late.
        encoder_offset_rad: joint angles are off by up to this for good,
        joint_noise_rad: and by up to this in each measurement.
        joint_rate_noise_rad_s: the same for joint velocities.
        mount_rad: the IMU is tilted by up to this.
        tilt_noise_rad: gravity is off by up to this in each measurement.
        gyro_noise_rad_s: the same for the angular velocity.
    """

    friction: tuple[float, float] | None = None
    torso_mass_kg: float = 0.0
    torso_com_m: float = 0.0
    gain_share: float = 0.0
    strength: tuple[float, float] = (1.0, 1.0)
    delay_steps: int = 0
    encoder_offset_rad: float = 0.0
    joint_noise_rad: float = 0.0
    joint_rate_noise_rad_s: float = 0.0
    mount_rad: float = 0.0
    tilt_noise_rad: float = 0.0
    gyro_noise_rad_s: float = 0.0


@dataclasses.dataclass(frozen=True)
class TorsoLoad:
    """What a torso carries beside its own mass: kg (N,) at points in its frame, (N, 3) m."""

    mass_kg: Array
    place_m: Array


def randomize_bodies(
    simulation: Simulation,
    spec: RobotSpec,
    config: RandomizationConfig,
    loads: list[TorsoLoad],
    rng: np.random.Generator,
) -> None:
    """Give every world friction, masses and motors of its own.

    Masses and loads are written together: what comes second would overwrite the first.

    Args:
        simulation: of the training model, whose arms are one with the torso.
        spec: the robot.
        config: how far the robots differ.
        loads: what the torso carries.
        rng: draws them.
    """
    model, batch, count = simulation.model, simulation.batch, simulation.num_envs
    if config.friction is not None:
        soles = [model.geom(i).id for i in range(model.ngeom) if model.geom(i).priority[0]]
        batch.expand("geom_friction")[:, soles, 0] = rng.uniform(*config.friction, (count, 1))
    if config.gain_share:
        share = 1 + rng.uniform(-config.gain_share, config.gain_share, (2, count, model.nu))
        batch.expand("actuator_gainprm")[:, :, 0] *= share[0]
        bias = batch.expand("actuator_biasprm")
        bias[:, :, 1] *= share[0]
        bias[:, :, 2] *= share[1]
    if config.strength != (1.0, 1.0):
        strength = rng.uniform(*config.strength, (count, model.nu, 1))
        batch.expand("actuator_forcerange")[...] *= strength
    torso = model.body(spec.torso).id
    mass = np.full(count, model.body_mass[torso])
    mass += rng.uniform(-config.torso_mass_kg, config.torso_mass_kg, count)
    spread = config.torso_com_m
    place = model.body_ipos[torso] + rng.uniform(-spread, spread, (count, 3))
    if loads or config.torso_mass_kg or spread:
        _write_torso(simulation, torso, [TorsoLoad(mass, place), *loads])


def _write_torso(simulation: Simulation, torso: int, loads: list[TorsoLoad]) -> None:
    """Write mass, centre and inertia of the torso; the first load has the model's inertia."""
    batch = simulation.batch
    mass = np.sum([load.mass_kg for load in loads], axis=0)
    moment = np.sum([load.mass_kg[:, None] * load.place_m for load in loads], axis=0)
    centre = moment / mass[:, None]
    own = simulation.model.body_mass[torso]
    inertia = simulation.model.body_inertia[torso] * (loads[0].mass_kg / own)[:, None]
    for load in loads:
        # Only the diagonal is kept: a load's products of inertia are small beside the torso's.
        square = np.square(load.place_m - centre)
        inertia = inertia + load.mass_kg[:, None] * (square.sum(axis=1)[:, None] - square)
    batch.expand("body_mass")[:, torso] = mass
    batch.expand("body_ipos")[:, torso] = centre
    batch.expand("body_inertia")[:, torso] = inertia
    batch.set_const()


class Sensing:
    """What the robots' sensors say of their state.

    Args:
        config: how wrong they are.
        num_envs: robots.
        num_joints: legs' joints.
        rng: draws the errors.
    """

    def __init__(
        self, config: RandomizationConfig, num_envs: int, num_joints: int, rng: np.random.Generator
    ) -> None:
        self._config, self._rng = config, rng
        spread = config.encoder_offset_rad
        self._offset = rng.uniform(-spread, spread, (num_envs, num_joints))
        self._mount = rng.uniform(-config.mount_rad, config.mount_rad, (num_envs, 3))

    def read(self, state: WalkingState) -> Proprioception:
        """Return what the robots measure."""
        config = self._config
        gravity = state.projected_gravity
        tilt = self._mount + self._noise(config.tilt_noise_rad, gravity.shape)
        gravity = gravity + np.cross(tilt, gravity)
        gravity = gravity / np.linalg.norm(gravity, axis=1, keepdims=True)
        shape = state.leg_qpos.shape
        return Proprioception(
            state.leg_qpos + self._offset + self._noise(config.joint_noise_rad, shape),
            state.leg_qvel + self._noise(config.joint_rate_noise_rad_s, shape),
            gravity,
            state.gyro + self._noise(config.gyro_noise_rad_s, gravity.shape),
        )

    def _noise(self, spread: float, shape: tuple[int, ...]) -> Array:
        return self._rng.uniform(-spread, spread, shape)
