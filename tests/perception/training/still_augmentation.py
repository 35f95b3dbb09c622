"""An augmentation that changes nothing; tests enable one change at a time."""

from drive2walk.perception.training.augmentation.config import AugmentConfig

STILL = AugmentConfig(
    roll_deg=0,
    stretch=0,
    exposure=0,
    temperature=0,
    gamma=0,
    saturation=(1.0, 1.0),
    gradient=0,
    noise=0,
    degrade_probability=0,
    grey_probability=0,
)
