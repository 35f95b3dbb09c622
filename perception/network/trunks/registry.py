"""Every trunk by name, and what of them others have published weights of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial

from torch import Tensor

from drive2walk.perception.network.trunks import espnet, regnety, twinlitenet
from drive2walk.perception.network.trunks.trunk import Decoder, Trunk
from drive2walk.robot.surfaces import DRIVABLE


@dataclasses.dataclass(frozen=True)
class Published:
    """A network whose weights others have published.

    Attributes:
        trunk: builds its trunk.
        decoder: builds its own decoder; None where only the trunk is of use here.
        keys: puts the published state dict under our names, ``trunk.NAME`` and ``decoder.NAME``.
        to_rgb: turns its weights into those of a network that takes RGB; None where it does.
        surfaces: what its decoder tells apart.
        rest: whether it also tells what is none of these.
        input_size: width and height of the images it was trained on.
        source: what it is and what it was trained on.
    """

    trunk: Callable[[], Trunk]
    decoder: Callable[[], Decoder] | None
    keys: Callable[[dict[str, Tensor]], dict[str, Tensor]]
    to_rgb: Callable[[dict[str, Tensor]], dict[str, Tensor]] | None
    surfaces: tuple[str, ...]
    rest: bool
    input_size: tuple[int, int]
    source: str


PUBLISHED: dict[str, Published] = {
    "twinlitenet": Published(
        twinlitenet.TwinLiteNetTrunk,
        twinlitenet.TwinLiteNetDecoder,
        twinlitenet.twinlitenet_keys,
        None,
        DRIVABLE,
        True,
        (640, 360),
        "TwinLiteNet (Che et al., 2023), trained on BDD100K for drivable space and lane lines",
    ),
    "espnet": Published(
        espnet.EspNetTrunk,
        espnet.EspNetDecoder,
        espnet.espnet_keys,
        espnet.bgr_to_rgb,
        espnet.KNOWN_SURFACES,
        False,
        (1024, 512),
        "ESPNet with p = 2, q = 8 (Mehta et al., 2018), trained on Cityscapes",
    ),
    "regnety_400mf": Published(
        partial(regnety.RegNetY, regnety.REGNETY_400MF),
        None,
        regnety.torchvision_keys,
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
