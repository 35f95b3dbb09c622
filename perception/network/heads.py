"""The heads: what each pixel is, and how far away it is."""

from __future__ import annotations

from torch import Tensor, nn

from drive2walk.perception.network.convolution import SeparableConv, conv_bn
from drive2walk.perception.network.neck import resize_as

# A logit this low has no part in a softmax, and unlike -inf no NaN in its gradient.
EXCLUDED = -1e4


class Head(nn.Module):
    """A dense head at stride 2: the neck's map joined with the stem's edges.

    Chair legs and kerbs are a pixel or two wide at stride 4; the stem still separates them.
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
