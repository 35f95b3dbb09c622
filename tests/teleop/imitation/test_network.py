"""The network finds places in the image, obeys words, and hides what training hides."""

import pytest
import torch
from torch.nn import functional as F

from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.imitation.actions import ACTION_SIZE
from drive2walk.teleop.imitation.inputs.image_features import COLOUR_CHANNELS, GRID, ImageFeatures
from drive2walk.teleop.imitation.inputs.memory import BELIEF_SIZE, NUM_STAGES
from drive2walk.teleop.imitation.inputs.words import MAX_WORDS
from drive2walk.teleop.imitation.network import (
    ArmInputs,
    ArmNetwork,
    ArmNetworkConfig,
    ImageTokens,
)

SMALL = ArmNetworkConfig(width=32, layers=2, image_tokens=4, memory_tokens=2, dropout=0.0)
CHANNELS, BODY = 8, 11


def make_features(count: int) -> ImageFeatures:
    return ImageFeatures(
        torch.randn(count, CHANNELS, *GRID), torch.rand(count, COLOUR_CHANNELS, *GRID)
    )


def make_inputs(count: int) -> ArmInputs:
    return ArmInputs(
        make_features(count),
        make_features(count),
        torch.ones(count),
        torch.randn(count, 2, BODY),
        torch.ones(count),
        torch.randint(1, 200, (count, MAX_WORDS)),
        torch.rand(count, BELIEF_SIZE),
    )


@pytest.fixture
def network() -> ArmNetwork:
    torch.manual_seed(0)
    return ArmNetwork(SMALL, CHANNELS, BODY).eval()


def test_shapes_of_the_output(network: ArmNetwork) -> None:
    output = network(make_inputs(5))
    assert output.actions.shape == (SMALL.ensemble, 5, SMALL.chunk_size, ACTION_SIZE)
    assert output.stages.shape == (5, NUM_STAGES)
    assert output.progress.shape == output.done.shape == (5,)
    assert ((output.progress > 0) & (output.progress < 1)).all()


def test_the_default_network_has_one_to_two_million_parameters() -> None:
    network = ArmNetwork(ArmNetworkConfig(), 64, 55)
    assert 1e6 < sum(p.numel() for p in network.parameters()) < 2e6


def test_what_is_hidden_has_no_effect(network: ArmNetwork) -> None:
    inputs = make_inputs(3)
    hidden = inputs._replace(has_body=torch.zeros(3), has_closing=torch.zeros(3))
    other = hidden._replace(body=torch.randn(3, 2, BODY), closing=make_features(3))
    torch.testing.assert_close(network(hidden).actions, network(other).actions)
    shown = other._replace(has_body=torch.ones(3))
    assert (network(shown).actions - network(hidden).actions).abs().max() > 1e-4


@pytest.mark.parametrize("field", ["words", "belief", "image", "closing"])
def test_every_input_counts(network: ArmNetwork, field: str) -> None:
    inputs = make_inputs(3)
    other = inputs._replace(**{field: getattr(make_inputs(3), field)})
    difference = network(other).actions - network(inputs).actions
    assert (difference.abs().amax(dim=(0, 2, 3)) > 1e-4).all()


def test_the_heads_are_not_the_same(network: ArmNetwork) -> None:
    actions = network(make_inputs(2)).actions
    assert actions.std(dim=0).max() > 1e-3


def test_image_tokens_learn_where_a_colour_is() -> None:
    """Tokens can name the place of a coloured patch to a twentieth of the image."""
    torch.manual_seed(0)
    tokens, read = ImageTokens(CHANNELS, 32, 4), torch.nn.Linear(4 * 32, 2)
    words = torch.zeros(64, 32)
    optimizer = torch.optim.Adam([*tokens.parameters(), *read.parameters()], lr=3e-3)
    for _ in range(300):
        rows = torch.randint(0, GRID[0], (64,))
        columns = torch.randint(0, GRID[1], (64,))
        features = ImageFeatures(
            torch.randn(64, CHANNELS, *GRID), 0.3 * torch.rand(64, COLOUR_CHANNELS, *GRID)
        )
        features.colours[torch.arange(64), :3, rows, columns] = 1.0
        places = torch.stack([rows / (GRID[0] - 1), columns / (GRID[1] - 1)], dim=1)
        error = F.l1_loss(read(tokens(features, words).flatten(1)), places)
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
    assert float(error.detach()) < 0.05


def test_shapes_that_cannot_be_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"network\.layers: got 0"):
        ArmNetworkConfig(layers=0)
    with pytest.raises(ConfigError, match="multiple of attention_heads"):
        ArmNetworkConfig(width=130)
