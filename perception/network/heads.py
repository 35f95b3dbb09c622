"""The heads, which predict the surface and the depth of each pixel."""

from __future__ import annotations

from torch import Tensor, nn

from drive2walk.perception.network.convolution import SeparableConv, conv_bn
from drive2walk.perception.network.neck import resize_as

# Logit of a class that is left out of a softmax. Unlike -inf, it causes no NaN in the gradient.
EXCLUDED = -1e4


class Head(nn.Module):
    """A dense head at stride 2, from the map of the neck and the features of the stem.

    Chair legs and kerbs are one or two pixels wide at stride 4; the stem still separates them.

    Args:
        neck_width: Channels of the neck.
        stem_width: Channels of the stem.
        width: Channels of the head.
        outputs: Channels of the prediction.
    """

    def __init__(self, neck_width: int, stem_width: int, width: int, outputs: int) -> None:
        super().__init__()
        self.coarse = SeparableConv(neck_width, width)
        self.edges = nn.Sequential(*conv_bn(stem_width, width))
        self.mix = SeparableConv(width, width)
        self.predict = nn.Conv2d(width, outputs, 1)

    def forward(self, neck: Tensor, stem: Tensor) -> Tensor:
        """Map (n, neck_width, h/4, w/4) and (n, stem_width, h/2, w/2) to (n, outputs, h/2, w/2)."""
        edges = self.edges(stem)
        return self.predict(self.mix(edges + resize_as(self.coarse(neck), edges)))
