"""Every trunk by name, and the networks with published weights."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial

from torch import Tensor

from drive2walk.perception.network.trunks import espnet, espnet_keys, regnety, twinlitenet
from drive2walk.perception.network.trunks.trunk import Decoder, Trunk
from drive2walk.robot.surfaces import DRIVABLE


@dataclasses.dataclass(frozen=True)
class Published:
    """A network with published weights.

    Attributes:
        trunk: Constructor of the trunk.
        decoder: Constructor of the published decoder; None where only the trunk is useful here.
        rename_keys: Function from the published state dict to one with the names ``trunk.NAME``
            and ``decoder.NAME``.
        to_rgb: Function from weights for BGR images to weights for RGB images; None if the
            network takes RGB.
        surfaces: Surfaces that the decoder distinguishes.
        rest: Whether the decoder also has a class for everything else.
        input_size: Width and height of the training images.
        source: Name, reference and training data of the network.
    """

    trunk: Callable[[], Trunk]
    decoder: Callable[[], Decoder] | None
    rename_keys: Callable[[dict[str, Tensor]], dict[str, Tensor]]
    to_rgb: Callable[[dict[str, Tensor]], dict[str, Tensor]] | None
    surfaces: tuple[str, ...]
    rest: bool
    input_size: tuple[int, int]
    source: str


PUBLISHED: dict[str, Published] = {
    "twinlitenet": Published(
        twinlitenet.TwinLiteNetTrunk,
        twinlitenet.TwinLiteNetDecoder,
        twinlitenet.rename_keys,
        None,
        DRIVABLE,
        True,
        (640, 360),
        "TwinLiteNet (Che et al., 2023), trained on BDD100K for drivable space and lane lines",
    ),
    "espnet": Published(
        espnet.EspNetTrunk,
        espnet.EspNetDecoder,
        espnet_keys.rename_keys,
        espnet_keys.bgr_to_rgb,
        espnet.KNOWN_SURFACES,
        False,
        (1024, 512),
        "ESPNet with p = 2, q = 8 (Mehta et al., 2018), trained on Cityscapes",
    ),
    "regnety_400mf": Published(
        partial(regnety.RegNetY, regnety.REGNETY_400MF),
        None,
        regnety.rename_keys,
        None,
        (),
        False,
        (224, 224),
        "RegNetY-400MF (Radosavovic et al., 2020) in torchvision's form, trained on ImageNet",
    ),
}

TRUNKS: dict[str, Callable[[], Trunk]] = {
    "regnety_500k": partial(regnety.RegNetY, regnety.REGNETY_500K),
    "regnety_2m": partial(regnety.RegNetY, regnety.REGNETY_2M),
    **{name: published.trunk for name, published in PUBLISHED.items()},
}

DECODERS: dict[str, Callable[[], Decoder]] = {
    name: published.decoder for name, published in PUBLISHED.items() if published.decoder
}
