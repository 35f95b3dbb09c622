"""Convolution layers with batch norm, as used by trunks, neck and heads."""

from __future__ import annotations

from torch import nn


def conv_bn(c_in: int, c_out: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> list:
    """Return a convolution without bias, padded to keep the size, and its batch norm."""
    pad = kernel // 2
    return [
        nn.Conv2d(c_in, c_out, kernel, stride, pad, groups=groups, bias=False),
        nn.BatchNorm2d(c_out),
    ]


class SeparableConv(nn.Sequential):
    """A depthwise 3x3 and a pointwise convolution, with batch norm and ReLU."""

    def __init__(self, c_in: int, c_out: int) -> None:
        depthwise = nn.Conv2d(c_in, c_in, 3, padding=1, groups=c_in, bias=False)
        super().__init__(depthwise, *conv_bn(c_in, c_out), nn.ReLU(inplace=True))
