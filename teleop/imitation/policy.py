"""An arm policy: camera image, proprioception and words in, a chunk of commands out."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from drive2walk.experiment.config import build
from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.perception.network.folding import fold_batch_norms
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.tensor_file import load_state, read_tensors, write_tensors
from drive2walk.perception.network.weights import load_weights
from drive2walk.robot.geometry.arrays import Array, Image
from drive2walk.teleop.imitation.actions import (
    HANDS,
    Commands,
    ReferenceName,
    decode_actions,
    find_reference,
)
from drive2walk.teleop.imitation.inputs.image_features import (
    Eye,
    ImageFeatures,
    compute_fingerprint,
    see,
)
from drive2walk.teleop.imitation.inputs.memory import Memory
from drive2walk.teleop.imitation.inputs.words import encode_words
from drive2walk.teleop.imitation.network import ArmInputs, ArmNetwork, ArmNetworkConfig
from drive2walk.teleop.imitation.scaling import Scaling

# Name of the metadata of a policy's file.
DESCRIPTION = "arms"


@dataclasses.dataclass(frozen=True)
class ArmDescription:
    """What a policy file says of itself.

    Attributes:
        network: Shape of the network.
        body_size: Number of values that the robot feels.
        robot: Name of the robot's spec.
        tasks: Names of the tasks that it learned.
        trunk: Name or file of the perception weights whose trunk it sees through; None where the
            file holds a trunk of its own.
        eye: Fingerprint of that trunk's weights.
        eye_network: Shape of the trunk's network.
        stages: Whether the demonstrations said which stages were behind; otherwise the policy
            believes in none.
        reference: Frame of the hands' goals in an action.
        demonstrations: Number of demonstrations that it learned from.
    """

    network: ArmNetworkConfig
    body_size: int
    robot: str
    tasks: tuple[str, ...]
    trunk: str | None
    eye: str
    eye_network: NetworkConfig = dataclasses.field(default_factory=NetworkConfig)
    stages: bool = True
    reference: ReferenceName = "hand"
    demonstrations: int = 0


@dataclasses.dataclass(frozen=True)
class ArmChunk:
    """What a policy decides at one moment.

    Attributes:
        commands: Commands of the next moments, ``ACTION_DT_S`` apart, the first for now.
        stages: Probability that each stage is behind, (NUM_STAGES,).
        progress: Part of the task that is done, from 0 to 1.
        done: Probability that the task is done.
        uncertainty: Disagreement of the heads about the hands' goals, in metres.
    """

    commands: Commands
    stages: Array
    progress: float
    done: float
    uncertainty: float


class ArmPolicy:
    """A trained policy.

    Args:
        description: Description of the policy.
        network: Its network.
        scaling: Its scaling.
        eye: The eye that it sees through.

    Attributes:
        description: Description of the policy.
        network: Its network, in evaluation mode.
        scaling: Its scaling.
        eye: The eye, in evaluation mode.
    """

    def __init__(
        self, description: ArmDescription, network: ArmNetwork, scaling: Scaling, eye: Eye
    ) -> None:
        self.description = description
        self.eye = eye.eval()
        self.network, self.scaling = network.eval(), scaling
        self._words: dict[str, Tensor] = {}

    def look(self, image: Image) -> ImageFeatures:
        """Return the features of a head image (IMAGE_HEIGHT, IMAGE_WIDTH, 3), uint8."""
        return see(self.eye, torch.from_numpy(np.ascontiguousarray(image))[None])

    def decide(
        self,
        features: tuple[ImageFeatures, ImageFeatures | None],
        body: Array,
        measured: Array,
        text: str,
        memory: Memory,
    ) -> ArmChunk:
        """Return what to do from now on.

        Args:
            features: Features of the image, and of that in which a hand last closed, if any.
            body: Readings of the body now and 0.5 s ago, (2, body_size).
            measured: Measured poses of both hands in the levelled base frame, (2, 7).
            text: Task in words.
            memory: Memory of the policy.
        """
        image, closing = features
        none = ImageFeatures(*(torch.zeros_like(part) for part in image))
        felt = self.scaling.scale_body(torch.from_numpy(body).float())
        inputs = ArmInputs(
            image,
            closing or none,
            torch.tensor([float(closing is not None)]),
            felt[None],
            torch.ones(1),
            self._find_words(text),
            torch.from_numpy(memory.vector()).float()[None],
        )
        with torch.no_grad():
            output = self.network(inputs)
            actions = self.scaling.restore_actions(output.actions[:, 0])
        reference = find_reference(self.description.reference, measured)
        near = actions[:, : actions.shape[1] // 2]
        places = torch.cat([near[..., hand.start : hand.start + 3] for hand in HANDS], dim=-1)
        return ArmChunk(
            decode_actions(actions.mean(dim=0).double().numpy(), reference),
            torch.sigmoid(output.stages[0]).double().numpy() * self.description.stages,
            float(output.progress[0]),
            float(torch.sigmoid(output.done[0])),
            float(places.std(dim=0).mean()),
        )

    def save(self, path: Path) -> None:
        """Write the policy; a trunk of its own is part of the file, a shared one is not."""
        save_policy(path, self.description, self.network, self.scaling, self.eye)

    @classmethod
    def load(cls, path: Path, trunk: Path | None) -> ArmPolicy:
        """Return the policy of a file.

        Args:
            path: File that ``save`` wrote.
            trunk: File of the perception weights that the description names; unused where the
                policy has a trunk of its own.

        Raises:
            WeightsError: A file is missing, broken or no arm policy, or the policy learned on
                another trunk.
        """
        tensors, _ = read_tensors(path)
        description = read_description(path)
        eye = _load_eye(path, description, trunk, tensors)
        network = ArmNetwork(description.network, eye.width, description.body_size)
        scaling = Scaling(description.body_size)
        copy_policy(path, network, scaling)
        return cls(description, network, scaling, eye)

    def _find_words(self, text: str) -> Tensor:
        if text not in self._words:
            self._words[text] = torch.from_numpy(encode_words(text))[None]
        return self._words[text]


def save_policy(
    path: Path, description: ArmDescription, network: nn.Module, scaling: Scaling, eye: Eye
) -> None:
    """Write a policy to a file, completely or not at all."""
    modules: dict[str, nn.Module] = {"network": network, "scaling": scaling}
    if description.trunk is None:
        modules["eye"] = eye
    tensors = {
        f"{m}.{k}": v for m, module in modules.items() for k, v in module.state_dict().items()
    }
    write_tensors(path, tensors, {DESCRIPTION: json.dumps(dataclasses.asdict(description))})


def copy_policy(path: Path, network: ArmNetwork, scaling: Scaling) -> None:
    """Copy the network and the scaling of a policy file into modules of the same shape.

    Raises:
        WeightsError: The file can't be read, or has another shape.
    """
    tensors, _ = read_tensors(path)
    load_state(network, _select("network", tensors), path)
    load_state(scaling, _select("scaling", tensors), path)


def read_description(path: Path) -> ArmDescription:
    """Return what a policy file says of itself.

    Raises:
        WeightsError: The file is missing, broken or no arm policy.
    """
    metadata: dict[str, Any] = read_tensors(path)[1]
    try:
        return build(ArmDescription, json.loads(metadata[DESCRIPTION]), str(path))
    except (KeyError, ValueError, ConfigError) as error:
        raise WeightsError(
            f"'{path}' is no arm policy ({error}). "
            "Give the folder of a run of 'drive2walk imitation train'."
        ) from error


def load_eye(path: Path) -> Eye:
    """Return the frozen eye of perception weights.

    Raises:
        WeightsError: The weights can't be read.
    """
    return Eye(fold_batch_norms(load_weights(path)[0])).eval().requires_grad_(False)


def _load_eye(
    path: Path, description: ArmDescription, trunk: Path | None, tensors: dict[str, Tensor]
) -> Eye:
    if description.trunk is None:
        eye = Eye(Network(description.eye_network))
        load_state(eye, _select("eye", tensors), path)
        return eye
    if trunk is None:
        raise WeightsError(f"'{path}' sees through the trunk '{description.trunk}'. Give it.")
    eye = load_eye(trunk)
    if compute_fingerprint(eye) != description.eye:
        raise WeightsError(
            f"'{path}' learned on other weights of the trunk '{description.trunk}' than those in "
            f"'{trunk}'. Train the policy again, or give the weights that it learned on."
        )
    return eye


def _select(module: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    prefix = f"{module}."
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
