import math
from pathlib import Path

import pytest
import torch
from torch import nn

from drive2walk.perception.network.trunks.twinlitenet import (
    ChannelAttention,
    PositionAttention,
    TwinLiteNetDecoder,
    TwinLiteNetTrunk,
    rename_keys,
)
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES

WEIGHTS = Path(__file__).parents[5] / "shared" / "weights" / "twinlitenet_bdd100k.pth"


def test_new_attention_has_no_effect() -> None:
    x = torch.rand(2, 8, 3, 4)
    assert torch.equal(PositionAttention(8)(x), x)
    assert torch.equal(ChannelAttention()(x), x)


def test_position_attention_averages_similar_positions() -> None:
    attention = PositionAttention(8)
    with torch.no_grad():
        attention.gamma.fill_(1)
        for layer in (attention.query_conv, attention.key_conv, attention.value_conv):
            layer.weight.zero_()
            layer.bias.zero_()
        # The values are the channels; queries and keys are 0, so that all positions are similar.
        attention.value_conv.weight[range(8), range(8)] = 1
        x = torch.rand(1, 8, 2, 3)
        out = attention(x)
    assert torch.allclose(out, x + x.mean(dim=(2, 3), keepdim=True), atol=1e-6)


def test_channel_attention_prefers_dissimilar_channels() -> None:
    attention = ChannelAttention()
    x = torch.zeros(1, 2, 1, 2)
    x[0, 0], x[0, 1] = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 1.0])
    with torch.no_grad():
        attention.gamma.fill_(1)
        out = attention(x)
    # The first channel has a similarity of 4 to itself and of 0 to the other one.
    own = 1 / (1 + math.exp(4))
    assert out[0, 0, 0].tolist() == pytest.approx([2 + own * 2, (1 - own) * 1])


def test_the_other_surfaces_divide_the_rest_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = TwinLiteNetDecoder()
    logits = torch.tensor([0.0, math.log(3.0)]).view(1, 2, 1, 1)
    monkeypatch.setattr(decoder, "maps", lambda features: (logits, logits))
    probabilities = decoder([])[0, :, 0, 0]
    road = SURFACES.index("road")
    assert probabilities[road] == pytest.approx(0.75)
    assert probabilities[0] == pytest.approx(0.25 / (NUM_SURFACES - 1))
    assert probabilities.sum() == pytest.approx(1)


@pytest.mark.skipif(not WEIGHTS.is_file(), reason="the published TwinLiteNet weights are not here")
def test_the_published_weights_fit_name_by_name() -> None:
    published = torch.load(WEIGHTS, map_location="cpu", weights_only=True)
    modules = nn.ModuleDict({"trunk": TwinLiteNetTrunk(), "decoder": TwinLiteNetDecoder()})
    modules.load_state_dict(rename_keys(published))
    assert len(published) == len(modules.state_dict())
