"""Random differences between robots and their model: friction, masses, motors and sensors.

Each world keeps its robot for the whole run; many worlds make the variety.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.envs.walking.simulation import Simulation
from drive2walk.experiment.config import was
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.spec import RobotSpec


@dataclasses.dataclass(frozen=True)
class RandomizationConfig:
    """The largest differences between a robot and its model; none by default.

    Attributes:
        friction: Range of the soles' friction coefficient; None is the model's.
        torso_mass_kg: Largest difference of the torso's mass.
        torso_com_m: Largest difference of the torso's centre of mass along each axis.
        link_mass_fraction: Largest relative difference of the mass of every other link.
        gain_fraction: Largest relative difference of joint stiffness and damping.
        strength: Range of the motors' largest torques, as a fraction of the model's.
        delay_steps: Largest delay of motor targets, in physics steps.
        encoder_offset_rad: Largest constant error of joint angles.
        joint_noise_rad: Largest random error of joint angles.
        joint_rate_noise_rad_s: Largest random error of joint velocities.
        mount_rad: Largest constant tilt of the IMU.
        tilt_noise_rad: Largest random error of the direction of gravity.
        gyro_noise_rad_s: Largest random error of the angular velocity.
    """

    friction: tuple[float, float] | None = None
    torso_mass_kg: float = 0.0
    torso_com_m: float = 0.0
    link_mass_fraction: float = 0.0
    gain_fraction: float = dataclasses.field(default=0.0, metadata=was("gain_share"))
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
    """A point mass on each of N torsos.

    Attributes:
        mass_kg: Masses, (N,).
        place_m: Positions in the torsos' frames, (N, 3).
    """

    mass_kg: Array
    place_m: Array


def randomize_bodies(
    simulation: Simulation,
    spec: RobotSpec,
    config: RandomizationConfig,
    loads: list[TorsoLoad],
    rng: np.random.Generator,
) -> None:
    """Give every world its own friction, masses and motors.

    Args:
        simulation: Worlds of any model of the robot.
        spec: The robot.
        config: Sizes of the differences.
        loads: Point masses on the torsos.
        rng: Source of the differences.
    """
    model, batch, count = simulation.model, simulation.batch, simulation.num_envs
    if config.friction is not None:
        soles = [model.geom(i).id for i in range(model.ngeom) if model.geom(i).priority[0]]
        batch.expand("geom_friction")[:, soles, 0] = rng.uniform(*config.friction, (count, 1))
    if config.gain_fraction:
        bound = config.gain_fraction
        stiffness, damping = 1 + rng.uniform(-bound, bound, (2, count, model.nu))
        batch.expand("actuator_gainprm")[:, :, 0] *= stiffness
        bias = batch.expand("actuator_biasprm")
        bias[:, :, 1] *= stiffness
        bias[:, :, 2] *= damping
    if config.strength != (1.0, 1.0):
        strength = rng.uniform(*config.strength, (count, model.nu, 1))
        batch.expand("actuator_forcerange")[...] *= strength
    torso = model.body(spec.torso).id
    if config.link_mass_fraction:
        _scale_links(simulation, torso, config.link_mass_fraction, rng)
    mass = np.full(count, model.body_mass[torso])
    mass += rng.uniform(-config.torso_mass_kg, config.torso_mass_kg, count)
    bound = config.torso_com_m
    place = model.body_ipos[torso] + rng.uniform(-bound, bound, (count, 3))
    # Mass and loads are written in one go, because the second write would replace the first.
    if loads or config.torso_mass_kg or config.torso_com_m:
        _write_torso(simulation, torso, [TorsoLoad(mass, place), *loads])


def _scale_links(
    simulation: Simulation, torso: int, bound: float, rng: np.random.Generator
) -> None:
    """Scale mass and inertia of all links but the torso by factors of up to 1 ± ``bound``."""
    batch = simulation.batch
    scale = 1 + rng.uniform(-bound, bound, (simulation.num_envs, simulation.model.nbody))
    scale[:, torso] = 1.0
    batch.expand("body_mass")[...] *= scale
    batch.expand("body_inertia")[...] *= scale[..., None]
    batch.set_const()


def _write_torso(simulation: Simulation, torso: int, loads: list[TorsoLoad]) -> None:
    """Write mass, centre and inertia of the torsos; the first load has the model's inertia."""
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
