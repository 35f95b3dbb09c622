"""Settings of the augmentation."""

from __future__ import annotations

import dataclasses

from drive2walk.experiment.config import was


@dataclasses.dataclass(frozen=True)
class AugmentConfig:
    """Ranges of the random changes of a training image.

    Attributes:
        roll_deg: Greatest rotation about the optical axis, in degrees.
        stretch: Greatest change of the ratio of width to height, as a fraction.
        exposure: Greatest natural logarithm of the gain of the light.
        temperature: Greatest natural logarithm of the gain of red, whose inverse is the gain of
            blue.
        gamma: Greatest natural logarithm of the exponent of the tone curve.
        saturation: Range of the saturation; 0 is grey, 1 leaves the colours unchanged.
        gradient: Greatest natural logarithm of the ratio of brightness between opposite sides.
        noise: Greatest standard deviation of the sensor noise, on a scale of 0 to 255.
        degrade_probability: Probability that an image is blurred, and that it is JPEG-compressed.
        grey_probability: Probability that an image loses its colours.
        texture_probability: Probability that an image gets other colours and textures (see
            ``retexture``).
    """

    roll_deg: float = 5.0
    stretch: float = 0.1
    exposure: float = 0.5
    temperature: float = 0.2
    gamma: float = 0.35
    saturation: tuple[float, float] = (0.3, 1.6)
    gradient: float = 0.6
    noise: float = 10.0
    degrade_probability: float = dataclasses.field(default=0.25, metadata=was("degrade_share"))
    grey_probability: float = dataclasses.field(default=0.05, metadata=was("grey_share"))
    texture_probability: float = dataclasses.field(default=0.0, metadata=was("texture_share"))
