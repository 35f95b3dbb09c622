"""Convolutions with what belongs to them, as trunks, neck and heads use them."""

from __future__ import annotations

from torch import nn


def conv_bn(c_in: int, c_out: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> list:
    """Return a convolution without bias and its batch norm, padded to keep the size."""
    pad = kernel // 2
    return [
        nn.Conv2d(c_in, c_out, kernel, stride, pad, groups=groups, bias=False),
        nn.BatchNorm2d(c_out),
    ]


class SeparableConv(nn.Sequential):
    """A depthwise 3x3 and a pointwise convolution, batch norm and ReLU."""

    def __init__(self, c_in: int, c_out: int) -> None:
        depthwise = nn.Conv2d(c_in, c_in, 3, padding=1, groups=c_in, bias=False)
        super().__init__(depthwise, *conv_bn(c_in, c_out), nn.ReLU(inplace=True))
