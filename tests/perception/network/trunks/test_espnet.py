from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from drive2walk.perception.network.trunks.espnet import (
    IDS,
    MAP_SURFACES,
    EspNetDecoder,
    EspNetTrunk,
)
from drive2walk.perception.network.trunks.espnet_blocks import SpatialPyramid
from drive2walk.perception.network.trunks.espnet_keys import bgr_to_rgb, rename_keys

WEIGHTS = Path(__file__).parents[5] / "shared" / "weights" / "espnet_p2_q8_cityscapes.pth"
EPSILON = 1e-3


def network() -> nn.ModuleDict:
    return nn.ModuleDict({"trunk": EspNetTrunk(), "decoder": EspNetDecoder()}).eval()


def maps(modules: nn.ModuleDict, x: Tensor) -> Tensor:
    with torch.no_grad():
        return modules["decoder"].maps(modules["trunk"](x))[0]


@pytest.fixture
def random_network() -> nn.ModuleDict:
    torch.manual_seed(0)
    modules = network()
    for module in modules.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
            nn.init.uniform_(module.running_mean, -0.2, 0.2)
            nn.init.uniform_(module.running_var, 0.1, 0.5)
        if isinstance(module, nn.PReLU):
            nn.init.uniform_(module.weight, -0.5, 0.9)
    return modules


def reference(state: dict[str, Tensor], image: Tensor) -> Tensor:
    """Return the output of ESPNet with p = 2, q = 8, computed from the published names."""

    def norm_act(name: str, x: Tensor) -> Tensor:
        stats = (state[f"{name}.bn.running_mean"], state[f"{name}.bn.running_var"])
        affine = (state[f"{name}.bn.weight"], state[f"{name}.bn.bias"])
        normed = F.batch_norm(x, *stats, *affine, eps=EPSILON)
        return F.prelu(normed, state[f"{name}.act.weight"])

    def conv(name: str, x: Tensor, stride: int = 1, dilation: int = 1) -> Tensor:
        weight = state[f"{name}.conv.weight"]
        padding = dilation * (weight.shape[-1] // 2)
        return F.conv2d(x, weight, stride=stride, padding=padding, dilation=dilation)

    def pyramid(name: str, x: Tensor, stride: int = 1) -> Tensor:
        reduced = conv(f"{name}.c1", x, stride)
        d1, d2, d4, d8, d16 = (conv(f"{name}.d{d}", reduced, dilation=d) for d in (1, 2, 4, 8, 16))
        return torch.cat([d1, d2, d2 + d4, d2 + d4 + d8, d2 + d4 + d8 + d16], 1)

    def level(name: str, first: Tensor, count: int) -> Tensor:
        x = first
        for i in range(count):
            x = norm_act(f"{name}.{i}.bn", x + pyramid(f"{name}.{i}", x))
        return x

    e = "encoder."
    half = F.avg_pool2d(image, 3, 2, 1)
    quarter = F.avg_pool2d(half, 3, 2, 1)
    stem = norm_act(f"{e}level1", conv(f"{e}level1", image, 2))
    x = norm_act(f"{e}b1", torch.cat([stem, half], 1))
    first = norm_act(f"{e}level2_0", pyramid(f"{e}level2_0", x, 2))
    middle = norm_act(f"{e}b2", torch.cat([level(f"{e}level2", first, 2), first, quarter], 1))
    first = norm_act(f"{e}level3_0", pyramid(f"{e}level3_0", middle, 2))
    coarse = norm_act(f"{e}b3", torch.cat([first, level(f"{e}level3", first, 8)], 1))
    classes = conv(f"{e}classifier", coarse)
    stats = (state["br.running_mean"], state["br.running_var"])
    classes = F.batch_norm(classes, *stats, state["br.weight"], state["br.bias"], eps=EPSILON)
    classes = F.conv_transpose2d(classes, state["up_l3.0.weight"], stride=2)
    x = norm_act("combine_l2_l3.0", torch.cat([conv("level3_C", middle), classes], 1))
    x = norm_act("combine_l2_l3.1.bn", pyramid("combine_l2_l3.1", x))
    x = norm_act("up_l2.1", F.conv_transpose2d(x, state["up_l2.0.weight"], stride=2))
    x = norm_act("conv", conv("conv", torch.cat([x, stem], 1)))
    return F.conv_transpose2d(x, state["classifier.weight"], stride=2)


def test_large_dilations_are_added_to_small_ones() -> None:
    module = SpatialPyramid(5, 5)
    module.bn = nn.Identity()
    with torch.no_grad():
        module.c1.conv.weight.fill_(0.2)
        for value, dilation in enumerate((1, 2, 4, 8, 16), 1):
            conv = module.get_submodule(f"d{dilation}").conv
            conv.weight.zero_()
            conv.weight[..., 1, 1] = value
        merged = module(torch.ones(1, 5, 3, 3))
    # For an input of ones: 1, 2, 2 + 3, 2 + 3 + 4, 2 + 3 + 4 + 5.
    assert torch.allclose(merged[0, :, 0, 0], torch.tensor([1.0, 2.0, 5.0, 9.0, 14.0]))


def test_converted_weights_compute_the_same_from_rgb(random_network: nn.ModuleDict) -> None:
    bgr = torch.rand(1, 3, 64, 64)
    expected = maps(random_network, bgr)
    turned = network()
    turned.load_state_dict(bgr_to_rgb(random_network.state_dict()))
    assert torch.allclose(maps(turned, bgr.flip(1)), expected, rtol=1e-3, atol=1e-3)
    assert not torch.allclose(maps(turned, bgr), expected, atol=1e-2)


@pytest.mark.skipif(not WEIGHTS.is_file(), reason="the published ESPNet weights are not here")
def test_the_published_weights_compute_what_the_published_network_computes() -> None:
    published = torch.load(WEIGHTS, map_location="cpu", weights_only=True)
    ours = network()
    ours.load_state_dict(bgr_to_rgb(rename_keys(published)))
    bgr = torch.rand(1, 3, 64, 96) / 50
    with torch.no_grad():
        expected = reference(published, bgr)
    assert torch.allclose(maps(ours, bgr.flip(1)), expected, rtol=1e-3, atol=1e-3)


def test_probabilities_of_one_surface_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = EspNetDecoder()
    logits = torch.full((1, len(MAP_SURFACES), 1, 1), -1e4)
    # Car, truck and "none of them" have equal probabilities.
    car, truck, none = MAP_SURFACES.index("car"), IDS.index(27), len(MAP_SURFACES) - 1
    logits[0, [car, truck, none]] = 0
    monkeypatch.setattr(decoder, "maps", lambda features: (logits,))
    probabilities = decoder([])[0, :, 0, 0]
    assert probabilities[8] == pytest.approx(2 / 3)
    assert probabilities.sum() == pytest.approx(2 / 3)
