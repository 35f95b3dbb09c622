"""Random light, lens and sensor for every image of a batch, computed on its device."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from drive2walk.perception.training.augmentation.batch_jpeg import compress_jpeg
from drive2walk.perception.training.augmentation.batch_random import BatchRandom
from drive2walk.perception.training.augmentation.config import AugmentConfig

GREY = (0.299, 0.587, 0.114)
# Radius of the blur kernels in pixels.
BLUR_RADIUS = 3
# Shape of one number per image that is multiplied with images (n, 3, h, w).
PER_IMAGE = (1, 1, 1)


def relight(rgb: Tensor, config: AugmentConfig, rng: BatchRandom) -> Tensor:
    """Return images under random light, through random lenses and sensors, as ``light.relight``.

    Args:
        rgb: Images (n, 3, h, w) in [0, 1].
        config: Ranges of the random changes.
        rng: Source of random numbers, one draw for each image.
    """
    rgb = _change_some(rgb, config.texture_probability, retexture, rng)
    rgb = _change_some(rgb, config.degrade_probability, _blur, rng)
    rgb = _change_tone(rgb, config, rng)
    amount = torch.where(
        _draw_choice(config.grey_probability, rng), 0.0, rng.uniform(*config.saturation, *PER_IMAGE)
    )
    grey = (rgb * torch.tensor(GREY, device=rgb.device).view(1, 3, 1, 1)).sum(1, keepdim=True)
    rgb = (grey + amount * (rgb - grey)) * _draw_light_ramp(rgb, config, rng)
    sigma = config.noise / 255 * rng.uniform(0, 1, *PER_IMAGE) ** 2
    rgb = (rgb + sigma * rng.normal(*rgb.shape[1:])).clamp(0, 1)
    return _change_some(rgb, config.degrade_probability, _compress, rng)


def retexture(rgb: Tensor, rng: BatchRandom) -> Tensor:
    """Return images (n, 3, h, w) in other colours and textures with the same shapes.

    Xu et al., "Robust and Generalizable Visual Representation Learning via Random Convolutions"
    (2021): each image is mixed with its convolution by a random filter over all channels.
    """
    side = 3
    filters = rng.normal(3, 3, side, side) / math.sqrt(3 * side * side)
    # Half of the filters have one pixel and change only colours.
    point = F.pad(rng.normal(3, 3, 1, 1) / math.sqrt(3), [side // 2] * 4)
    filters = torch.where(_draw_choice(0.5, rng, *PER_IMAGE, 1), point, filters)
    number, _, height, width = rgb.shape
    padded = F.pad(rgb, [side // 2] * 4, mode="reflect")
    # As groups of channels, all images are convolved at once, each with its own filter.
    filtered = F.conv2d(padded.flatten(0, 1)[None], filters.flatten(0, 1), groups=number)
    filtered = filtered.view(number, 3, height, width)
    (mean, spread), (other_mean, other_spread) = (
        (image.mean(dim=(2, 3), keepdim=True), image.std(dim=(2, 3), keepdim=True))
        for image in (rgb, filtered)
    )
    filtered = (filtered - other_mean) * (spread / other_spread.clamp(min=1e-3)) + mean
    return torch.lerp(rgb, filtered, rng.uniform(0, 1, *PER_IMAGE)).clamp(0, 1)


def _change_some(
    rgb: Tensor,
    probability: float,
    change: Callable[[Tensor, BatchRandom], Tensor],
    rng: BatchRandom,
) -> Tensor:
    """Apply a change to each image with a probability; on a GPU, changing all is fastest."""
    if probability == 0:
        return rgb
    return torch.where(_draw_choice(probability, rng), change(rgb, rng), rgb)


def _draw_choice(probability: float, rng: BatchRandom, *shape: int) -> Tensor:
    return rng.uniform(0, 1, *(shape or PER_IMAGE)) < probability


def _change_tone(rgb: Tensor, config: AugmentConfig, rng: BatchRandom) -> Tensor:
    gain = rng.uniform(-1, 1) * config.exposure
    warmth = rng.uniform(-1, 1) * config.temperature
    tint = rng.uniform(-1, 1) * config.temperature / 3
    gains = torch.exp(gain[:, None] + torch.stack([warmth, tint, -warmth], dim=1))
    gamma = torch.exp(rng.uniform(-1, 1, *PER_IMAGE) * config.gamma)
    return (rgb.clamp(min=1e-4) ** gamma * gains[:, :, None, None]).clamp(0, 1)


def _draw_light_ramp(rgb: Tensor, config: AugmentConfig, rng: BatchRandom) -> Tensor:
    angle = rng.uniform(0, 2 * math.pi, *PER_IMAGE)
    height, width = rgb.shape[-2:]
    y = torch.linspace(-0.5, 0.5, height, device=rgb.device)[:, None] * angle.sin()
    x = torch.linspace(-0.5, 0.5, width, device=rgb.device) * angle.cos()
    return torch.exp(rng.uniform(0, config.gradient, *PER_IMAGE) * (x + y))


def _compress(rgb: Tensor, rng: BatchRandom) -> Tensor:
    return compress_jpeg(rgb, rng.uniform(20, 80, *PER_IMAGE))


def _blur(rgb: Tensor, rng: BatchRandom) -> Tensor:
    """Blur each image, half of them by defocus and half by motion."""
    steps = torch.arange(-BLUR_RADIUS, BLUR_RADIUS + 1, device=rgb.device, dtype=torch.float32)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    focus = torch.exp(-(x**2 + y**2) / (2 * rng.uniform(0.5, 1.5, 1, 1) ** 2))
    angle, half = rng.uniform(0, math.pi, 1, 1), rng.uniform(1, BLUR_RADIUS + 0.5, 1, 1)
    along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
    # A line of that length with edges one pixel wide.
    motion = (1 - across.abs()).clamp(0, 1) * (half + 0.5 - along.abs()).clamp(0, 1)
    kernels = torch.where(_draw_choice(0.5, rng, 1, 1), focus, motion)
    kernels = kernels / kernels.sum(dim=(1, 2), keepdim=True)
    channels = rgb.flatten(0, 1)[None]
    padded = F.pad(channels, [BLUR_RADIUS] * 4, mode="reflect")
    filters = kernels.repeat_interleave(3, dim=0)[:, None]
    return F.conv2d(padded, filters, groups=len(filters)).view(rgb.shape)
