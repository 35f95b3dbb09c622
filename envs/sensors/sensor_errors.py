"""The errors of a robot's sensors: their sizes, and those drawn for one episode."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np

from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.robot.geometry.arrays import Array

SensorsName = Literal["ideal", "real"]


@dataclasses.dataclass(frozen=True)
class SensorConfig:
    """The sizes of sensor errors; none by default.

    Attributes:
        encoder_offset_rad: Largest constant error of joint angles.
        encoder_noise_rad: Largest random error of joint angles.
        encoder_rate_noise_rad_s: Largest random error of joint velocities.
        gyro_bias_rad_s: Largest constant error of the angular velocity about each axis.
        gyro_noise_rad_s: Standard deviation of a gyro sample, at 250 Hz.
        accelerometer_bias_m_s2: Largest constant error of the specific force along each axis.
        accelerometer_noise_m_s2: Standard deviation of an accelerometer sample, at 250 Hz.
        delay_s: Longest delay of the measurements.
        camera_pitch_rad: Largest error of the head camera's pitch.
        filters_attitude: Whether the attitude comes from gyro and accelerometer; otherwise it is
            exact.
    """

    encoder_offset_rad: float = 0.0
    encoder_noise_rad: float = 0.0
    encoder_rate_noise_rad_s: float = 0.0
    gyro_bias_rad_s: float = 0.0
    gyro_noise_rad_s: float = 0.0
    accelerometer_bias_m_s2: float = 0.0
    accelerometer_noise_m_s2: float = 0.0
    delay_s: float = 0.0
    camera_pitch_rad: float = 0.0
    filters_attitude: bool = False


IDEAL = SensorConfig()
# A count of a 14-bit encoder is 0.0004 rad, and 0.1 rad/s between samples 4 ms apart; its offset is
# as in training's randomization. Noise of gyro and accelerometer as in data sheets of small MEMS
# sensors (0.014 deg/s and 0.18 mg per root hertz); a bias of 10 mg is left by their calibration.
REAL = SensorConfig(
    encoder_offset_rad=0.01,
    encoder_noise_rad=0.0005,
    encoder_rate_noise_rad_s=0.1,
    gyro_bias_rad_s=float(np.radians(0.5)),
    gyro_noise_rad_s=0.003,
    accelerometer_bias_m_s2=0.1,
    accelerometer_noise_m_s2=0.02,
    delay_s=0.02,
    camera_pitch_rad=float(np.radians(1.0)),
    filters_attitude=True,
)
SENSORS: dict[SensorsName, SensorConfig] = {"ideal": IDEAL, "real": REAL}


# Keeps the errors apart from the other random numbers of a seed.
ERRORS_STREAM = 11


@dataclasses.dataclass(frozen=True)
class SensorErrors:
    """The constant errors of one robot, or of N robots with a leading axis N in every field.

    Attributes:
        encoder_offset: Errors of the joint angles, (num_joints,) rad.
        gyro_bias: Error of the angular velocity, (3,) rad/s.
        accelerometer_bias: Error of the specific force, (3,) m/s².
        delay_s: Delay of the measurements, () s.
        camera_pitch_rad: Angle by which the head camera looks further down than its spec says, ().
    """

    encoder_offset: Array
    gyro_bias: Array
    accelerometer_bias: Array
    delay_s: Array
    camera_pitch_rad: Array


def draw_errors(
    config: SensorConfig,
    num_joints: int,
    seed: int,
    shape: tuple[int, ...] = (),
) -> SensorErrors:
    """Return random errors.

    Args:
        config: Sizes of the errors.
        num_joints: Number of joints with an encoder.
        seed: Seed of the errors.
        shape: (N,) for N robots, () for one.
    """
    rng = np.random.default_rng([seed, ERRORS_STREAM])

    def draw(bound: float, *size: int) -> Array:
        return np.asarray(rng.uniform(-bound, bound, (*shape, *size)))

    return SensorErrors(
        encoder_offset=draw(config.encoder_offset_rad, num_joints),
        gyro_bias=draw(config.gyro_bias_rad_s, 3),
        accelerometer_bias=draw(config.accelerometer_bias_m_s2, 3),
        delay_s=np.asarray(rng.uniform(0.0, config.delay_s, shape)),
        camera_pitch_rad=draw(config.camera_pitch_rad),
    )


def check_sensors(name: str) -> SensorsName:
    """Return a name of sensors after a check that they exist.

    Raises:
        ConfigError: There are no such sensors.
    """
    if name not in SENSORS:
        raise ConfigError(unknown_name("sensors", name, list(SENSORS)))
    return name
