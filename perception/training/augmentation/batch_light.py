"""Another light, lens and sensor for every image of a batch, on the device that holds it."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from drive2walk.perception.training.augmentation.augment import AugmentConfig
from drive2walk.perception.training.augmentation.batch_jpeg import jpeg
from drive2walk.perception.training.augmentation.batch_random import Chance

GREY = (0.299, 0.587, 0.114)
# Blurs reach this far, in pixels.
BLUR_REACH = 3
# One number for each image, as it is multiplied with images (n, 3, h, w).
EACH = (1, 1, 1)


def relight(rgb: Tensor, config: AugmentConfig, chance: Chance) -> Tensor:
    """Return images (n, 3, h, w) in [0, 1] as ``augment.relight`` does, each by its own draw."""
    rgb = _changed(rgb, config.texture_share, retextured, chance)
    rgb = _changed(rgb, config.degrade_share, _blurred, chance)
    rgb = _toned(rgb, config, chance)
    amount = torch.where(
        _some(config.grey_share, chance), 0.0, chance.uniform(*config.saturation, *EACH)
    )
    grey = (rgb * torch.tensor(GREY, device=rgb.device).view(1, 3, 1, 1)).sum(1, keepdim=True)
    rgb = (grey + amount * (rgb - grey)) * _light_ramp(rgb, config, chance)
    sigma = config.noise / 255 * chance.uniform(0, 1, *EACH) ** 2
    rgb = (rgb + sigma * chance.normal(*rgb.shape[1:])).clamp(0, 1)
    return _changed(rgb, config.degrade_share, _compressed, chance)


def retextured(rgb: Tensor, chance: Chance) -> Tensor:
    """Return images (n, 3, h, w) in other colours and textures, their shapes as they were.

    Xu et al., "Robust and Generalizable Visual Representation Learning via Random Convolutions"
    (2021): a random filter from three channels to three, its result mixed with the image.
    """
    side = 3
    filters = chance.normal(3, 3, side, side) / math.sqrt(3 * side * side)
    # Half of them change colours alone.
    point = F.pad(chance.normal(3, 3, 1, 1) / math.sqrt(3), [side // 2] * 4)
    filters = torch.where(_some(0.5, chance, *EACH, 1), point, filters)
    number, _, height, width = rgb.shape
    padded = F.pad(rgb, [side // 2] * 4, mode="reflect")
    # Images side by side as channels, each with its own filter.
    filtered = F.conv2d(padded.flatten(0, 1)[None], filters.flatten(0, 1), groups=number)
    filtered = filtered.view(number, 3, height, width)
    (mean, spread), (other_mean, other_spread) = (
        (image.mean(dim=(2, 3), keepdim=True), image.std(dim=(2, 3), keepdim=True))
        for image in (rgb, filtered)
    )
    filtered = (filtered - other_mean) * (spread / other_spread.clamp(min=1e-3)) + mean
    return torch.lerp(rgb, filtered, chance.uniform(0, 1, *EACH)).clamp(0, 1)


def _changed(
    rgb: Tensor, share: float, change: Callable[[Tensor, Chance], Tensor], chance: Chance
) -> Tensor:
    """Return the images, a share of them changed; a device is quicker at all than at some."""
    if share == 0:
        return rgb
    return torch.where(_some(share, chance), change(rgb, chance), rgb)


def _some(share: float, chance: Chance, *more: int) -> Tensor:
    return chance.uniform(0, 1, *(more or EACH)) < share


def _toned(rgb: Tensor, config: AugmentConfig, chance: Chance) -> Tensor:
    gain = chance.uniform(-1, 1) * config.exposure
    warmth = chance.uniform(-1, 1) * config.temperature
    tint = chance.uniform(-1, 1) * config.temperature / 3
    gains = torch.exp(gain[:, None] + torch.stack([warmth, tint, -warmth], dim=1))
    gamma = torch.exp(chance.uniform(-1, 1, *EACH) * config.gamma)
    return (rgb.clamp(min=1e-4) ** gamma * gains[:, :, None, None]).clamp(0, 1)


def _light_ramp(rgb: Tensor, config: AugmentConfig, chance: Chance) -> Tensor:
    angle = chance.uniform(0, 2 * math.pi, *EACH)
    height, width = rgb.shape[-2:]
    y = torch.linspace(-0.5, 0.5, height, device=rgb.device)[:, None] * angle.sin()
    x = torch.linspace(-0.5, 0.5, width, device=rgb.device) * angle.cos()
    return torch.exp(chance.uniform(0, config.gradient, *EACH) * (x + y))


def _compressed(rgb: Tensor, chance: Chance) -> Tensor:
    return jpeg(rgb, chance.uniform(20, 80, *EACH))


def _blurred(rgb: Tensor, chance: Chance) -> Tensor:
    """Blur each image: half by a lens out of focus, half by a camera that moves."""
    steps = torch.arange(-BLUR_REACH, BLUR_REACH + 1, device=rgb.device, dtype=torch.float32)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    focus = torch.exp(-(x**2 + y**2) / (2 * chance.uniform(0.5, 1.5, 1, 1) ** 2))
    angle, half = chance.uniform(0, math.pi, 1, 1), chance.uniform(1, BLUR_REACH + 0.5, 1, 1)
    along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
    # A line of that length, its edges as soft as pixels are wide.
    motion = (1 - across.abs()).clamp(0, 1) * (half + 0.5 - along.abs()).clamp(0, 1)
    kernels = torch.where(_some(0.5, chance, 1, 1), focus, motion)
    kernels = kernels / kernels.sum(dim=(1, 2), keepdim=True)
    channels = rgb.flatten(0, 1)[None]
    padded = F.pad(channels, [BLUR_REACH] * 4, mode="reflect")
    filters = kernels.repeat_interleave(3, dim=0)[:, None]
    return F.conv2d(padded, filters, groups=len(filters)).view(rgb.shape)
