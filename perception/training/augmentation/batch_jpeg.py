"""The loss of JPEG compression for a batch of images, computed on its device.

ITU-T T.81: luma, and chroma at half the size, are divided into blocks of 8x8 pixels whose cosine
transforms are rounded to multiples of the steps in a table. Entropy coding is lossless and left
out.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

BLOCK = 8
# Quantisation steps of annex K.1, at quality 50.
LUMA = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
CHROMA = (
    (17, 18, 24, 47, 99, 99, 99, 99),
    (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99),
    (47, 66, 99, 99, 99, 99, 99, 99),
    *(4 * ((99,) * 8,)),
)
# Conversion between RGB and luma with blue and red difference, as in JFIF.
TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))
TO_RGB = ((1.0, 0.0, 1.402), (1.0, -0.344136, -0.714136), (1.0, 1.772, 0.0))


def compress_jpeg(rgb: Tensor, quality: Tensor) -> Tensor:
    """Return images after JPEG compression, (n, 3, h, w).

    Args:
        rgb: Images (n, 3, h, w) in [0, 1].
        quality: Quality (n, 1, 1, 1) from 1 to 100, as in libjpeg.
    """
    height, width = rgb.shape[-2:]
    # Pad to complete blocks of chroma, which has half the size.
    missing = [-side % (2 * BLOCK) for side in (width, height)]
    padded = F.pad(rgb, [0, missing[0], 0, missing[1]], mode="replicate")
    ycc = _mix_channels(padded * 255, TO_YCC)
    factor = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
    luma = _quantise(ycc[:, :1] - 128, LUMA, factor) + 128
    chroma = _quantise(F.avg_pool2d(ycc[:, 1:], 2), CHROMA, factor)
    chroma = F.interpolate(chroma, scale_factor=2.0, mode="bilinear", align_corners=False)
    back = _mix_channels(torch.cat([luma, chroma], dim=1), TO_RGB) / 255
    return back[..., :height, :width].clamp(0, 1)


def _mix_channels(channels: Tensor, matrix: tuple[tuple[float, ...], ...]) -> Tensor:
    return torch.einsum("oc,nchw->nohw", torch.tensor(matrix, device=channels.device), channels)


def _quantise(plane: Tensor, table: tuple[tuple[int, ...], ...], factor: Tensor) -> Tensor:
    """Return (n, c, h, w) with the cosine transform of each block rounded to steps."""
    steps = torch.tensor(table, device=plane.device) * factor[..., None, None]
    steps = steps.round().clamp(1, 255)
    transform = _cosine_transform(plane.device)
    blocks = plane.unfold(2, BLOCK, BLOCK).unfold(3, BLOCK, BLOCK)
    frequencies = transform @ blocks @ transform.T
    blocks = transform.T @ ((frequencies / steps).round() * steps) @ transform
    return blocks.transpose(3, 4).reshape(plane.shape)


def _cosine_transform(device: torch.device) -> Tensor:
    """Return the matrix of the orthonormal type-II cosine transform, (BLOCK, BLOCK)."""
    index = torch.arange(BLOCK, device=device, dtype=torch.float32)
    rows = torch.cos(math.pi / BLOCK * (index + 0.5) * index[:, None])
    rows[0] *= math.sqrt(0.5)
    return rows * math.sqrt(2 / BLOCK)
