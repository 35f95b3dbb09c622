"""The network of an arm policy: a transformer that predicts a chunk of actions.

Tokens: a few that pick things out of the image (Ryoo et al., "TokenLearner", 2021), with the place
at which they look (spatial softmax: Finn et al., 2016); a few of the image in which a hand last
closed; what the robot feels, now and a moment ago; the words of the task; the memory. One readout
token for each head of the ensemble gathers from all of them, and its head predicts a chunk of
actions (Zhao et al., "Learning Fine-Grained Bimanual Manipulation", 2023).
"""

from __future__ import annotations

import dataclasses
import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.imitation.actions import ACTION_SIZE
from drive2walk.teleop.imitation.inputs.image_features import COLOUR_CHANNELS, ImageFeatures
from drive2walk.teleop.imitation.inputs.memory import BELIEF_SIZE, NUM_STAGES
from drive2walk.teleop.imitation.inputs.words import NUM_ROWS

# How sharply image tokens tell things apart, and how far each sees around its centre, where the
# image reaches from -1 to 1; both are where learning begins.
SHARPNESS, RADIUS = 6.0, 0.5


@dataclasses.dataclass(frozen=True)
class ArmNetworkConfig:
    """Shape of the network of an arm policy.

    Attributes:
        width: Size of a token.
        layers: Number of transformer layers.
        attention_heads: Number of attention heads of a layer.
        image_tokens: Number of tokens of the image.
        memory_tokens: Number of tokens of the image in which a hand last closed.
        ensemble: Number of heads that predict the same actions.
        chunk_size: Number of actions in a chunk.
        dropout: Probability that a unit of the transformer is dropped in training.
    """

    width: int = 128
    layers: int = 2
    attention_heads: int = 4
    image_tokens: int = 16
    memory_tokens: int = 4
    ensemble: int = 3
    chunk_size: int = 16
    dropout: float = 0.0

    def __post_init__(self) -> None:
        """Check the shape.

        Raises:
            ConfigError: A number is too small, or the width isn't a multiple of the heads.
        """
        counts = dataclasses.asdict(self) | {"dropout": 1}
        for name, count in counts.items():
            if count < 1:
                raise ConfigError(f"network.{name}: got {count}, give 1 or more.")
        if self.width % self.attention_heads:
            raise ConfigError(
                f"network.width: got {self.width}, a multiple of attention_heads "
                f"({self.attention_heads}) is needed."
            )


class ArmInputs(NamedTuple):
    """Inputs of the network for n moments.

    Attributes:
        image: Features of the head image.
        closing: Features of the image in which a hand last closed; zeros without one.
        has_closing: Whether a hand has closed, (n,) float.
        body: Readings of the body now and a moment ago, (n, 2, body_size).
        has_body: Whether to believe it, (n,) float; 0 where training hides it.
        words: Rows of the task's words, (n, MAX_WORDS) int64.
        belief: The memory as numbers, (n, BELIEF_SIZE).
    """

    image: ImageFeatures
    closing: ImageFeatures
    has_closing: Tensor
    body: Tensor
    has_body: Tensor
    words: Tensor
    belief: Tensor


class ArmOutput(NamedTuple):
    """Output of the network for n moments.

    Attributes:
        actions: Normalised actions of every head, (ensemble, n, chunk_size, ACTION_SIZE); grasps
            are logits.
        stages: Logits that a stage is behind, (n, NUM_STAGES).
        progress: Part of the task that is done, (n,).
        done: Logits that the task is done, (n,).
    """

    actions: Tensor
    stages: Tensor
    progress: Tensor
    done: Tensor


class ImageTokens(nn.Module):
    """Maps features of an image to a few tokens; the words of the task say what to look for.

    Each token begins with a part of the image of its own: tokens that all begin with the whole
    image learn slowly where things are.

    Args:
        channels: Channels of the trunk's map.
        width: Size of a token.
        count: Number of tokens.
    """

    def __init__(self, channels: int, width: int, count: int) -> None:
        super().__init__()
        self.count = count
        self.norm = nn.GroupNorm(1, channels)
        self.mix = nn.Conv2d(channels + COLOUR_CHANNELS + 2, width, 1)
        self.queries = nn.Parameter(0.5 * torch.randn(count, width))
        self.sharpness = nn.Parameter(torch.tensor(SHARPNESS))
        self.centres = nn.Parameter(_spread_out(count))
        self.radii = nn.Parameter(torch.full((count, 1), RADIUS))
        self.from_words = nn.Linear(width, count * width)
        self.token = nn.Linear(width + 4, width)
        self.kind = nn.Parameter(0.02 * torch.randn(count, width))

    def forward(self, features: ImageFeatures, words: Tensor) -> Tensor:
        """Map features of n images and their words (n, width) to tokens (n, count, width)."""
        places = _make_places(features.shapes)
        shapes = self.norm(features.shapes)
        cells = torch.cat([shapes, 4 * features.colours - 2, places], dim=1)
        cells = F.gelu(self.mix(cells)).flatten(2)
        queries = self.queries + self.from_words(words).view(len(cells), self.count, -1)
        places = places.flatten(2)
        ways = (places[:1].transpose(1, 2) - self.centres[:, None]) / self.radii[:, None]
        likeness = self.sharpness * (queries @ cells) / cells.shape[1] ** 0.5
        attention = (likeness - (ways**2).sum(dim=-1) / 2).softmax(dim=-1)
        where = attention @ places.transpose(1, 2)
        spread = attention @ (places**2).transpose(1, 2) - where**2
        what = attention @ cells.transpose(1, 2)
        return self.token(torch.cat([what, 2 * where, spread], dim=-1)) + self.kind


class ArmNetwork(nn.Module):
    """Predicts the actions of the next moments, and what the task has come to.

    Args:
        config: Shape of the network.
        channels: Channels of the trunk's map.
        body_size: Number of values that the robot feels.
    """

    def __init__(self, config: ArmNetworkConfig, channels: int, body_size: int) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.words = nn.Embedding(NUM_ROWS, width, padding_idx=0)
        self.image = ImageTokens(channels, width, config.image_tokens)
        self.closing = ImageTokens(channels, width, config.memory_tokens)
        self.no_closing = nn.Parameter(torch.zeros(config.memory_tokens, width))
        self.body = nn.ModuleList(_mlp(body_size, width, width) for _ in range(2))
        self.no_body = nn.Parameter(torch.zeros(2, width))
        self.belief = _mlp(BELIEF_SIZE, width, width)
        self.readouts = nn.Parameter(0.5 * torch.randn(config.ensemble, width))
        layer = nn.TransformerEncoderLayer(
            width,
            config.attention_heads,
            4 * width,
            config.dropout,
            "gelu",
            batch_first=True,
            norm_first=True,
        )
        self.transformer = nn.TransformerEncoder(
            layer, config.layers, nn.LayerNorm(width), enable_nested_tensor=False
        )
        size = config.chunk_size * ACTION_SIZE
        self.heads = nn.ModuleList(_mlp(width, 2 * width, size) for _ in range(config.ensemble))
        self.outcome = nn.Linear(width, NUM_STAGES + 2)

    def forward(self, inputs: ArmInputs) -> ArmOutput:
        """Map inputs for n moments to an ``ArmOutput``."""
        words = self._embed_words(inputs.words)
        closing = self._see_closing(inputs, words)
        body = torch.stack([m(inputs.body[:, k]) for k, m in enumerate(self.body)], dim=1)
        body = torch.where(inputs.has_body[:, None, None] > 0, body, self.no_body)
        tokens = torch.cat(
            [
                self.readouts.expand(len(words), -1, -1),
                self.belief(inputs.belief)[:, None],
                words[:, None],
                body,
                self.image(inputs.image, words),
                closing,
            ],
            dim=1,
        )
        return self._read(self.transformer(tokens))

    def _see_closing(self, inputs: ArmInputs, words: Tensor) -> Tensor:
        """Return the tokens of the images in which a hand last closed, (n, memory_tokens, width).

        Tasks without fingers have none, and then nothing is computed.
        """
        nothing = self.no_closing.expand(len(words), -1, -1)
        if not inputs.has_closing.any():
            return nothing
        seen = self.closing(inputs.closing, words)
        return torch.where(inputs.has_closing[:, None, None] > 0, seen, nothing)

    def _read(self, tokens: Tensor) -> ArmOutput:
        """Return what heads and the outcome read from the transformer's tokens."""
        shape = (-1, self.config.chunk_size, ACTION_SIZE)
        count = self.config.ensemble
        actions = torch.stack([h(tokens[:, k]).view(shape) for k, h in enumerate(self.heads)])
        outcome = self.outcome(tokens[:, count])
        stages, progress, done = outcome.split([NUM_STAGES, 1, 1], dim=-1)
        return ArmOutput(actions, stages, torch.sigmoid(progress[:, 0]), done[:, 0])

    def _embed_words(self, rows: Tensor) -> Tensor:
        """Return the mean of the words' embeddings, (n, width)."""
        count = (rows > 0).sum(dim=1, keepdim=True).clamp(min=1)
        return self.words(rows).sum(dim=1) / count**0.5


def _mlp(size: int, hidden: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(size, hidden), nn.GELU(), nn.Linear(hidden, out))


def _spread_out(count: int) -> Tensor:
    """Return the centres of ``count`` parts of an image, x and y from -1 to 1, (count, 2)."""
    columns = math.ceil(count**0.5)
    rows = math.ceil(count / columns)
    row, column = torch.arange(count) // columns, torch.arange(count) % columns
    return torch.stack([(2 * column + 1) / columns - 1, (2 * row + 1) / rows - 1], dim=1)


def _make_places(maps: Tensor) -> Tensor:
    """Return the place of every cell of n maps, x and y from -1 to 1, (n, 2, rows, columns)."""
    count, _, rows, columns = maps.shape
    y = torch.linspace(-1, 1, rows, device=maps.device, dtype=maps.dtype)
    x = torch.linspace(-1, 1, columns, device=maps.device, dtype=maps.dtype)
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"))
    return grid.expand(count, -1, -1, -1)
