"""A check that rendered data are diverse enough to train on, against a reference.

A reference is a YAML file in ``references/``, one for each kind of scene. ``drive2walk perception
reference`` writes it from a rendered set.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from drive2walk.experiment.config import load_config, read_yaml, save_config
from drive2walk.experiment.diversity import Diversity, parameter_diversity, vendi
from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.inference.predictor import Predictor

ON_COLLAPSE = ("refuse", "train")
REFERENCES = Path(__file__).parent / "references"
# Lowest accepted Vendi score or entropy, as a fraction of the reference's.
MIN_FRACTION = 0.7
# With few scenes, an entropy may be lower by chance. The accepted fraction is reduced by this
# number over the root of the number of scenes, and with fewer scenes than the minimum entropies
# are not checked. The Vendi score of few scenes is not lower by chance.
ENTROPY_MARGIN = 2.0
MIN_SCENES = 16
# Power of the cosine similarities in the kernel of ``feature_vendi``.
KERNEL_POWER = 16


@dataclasses.dataclass(frozen=True)
class Reference:
    """The expected diversity of one kind of scene.

    Attributes:
        scene: Name of the kind of scene.
        diversity: Diversity of its parameters.
    """

    scene: str
    diversity: Diversity


def rendered_parameters(root: Path) -> tuple[str, list[dict[str, Any]]] | None:
    """Return the kind of scene of a rendered set and each scene's parameters; None if not rendered.

    Raises:
        DataError: Its scene.yaml is invalid.
    """
    path = root / "scene.yaml"
    if not path.is_file():
        return None
    content = read_yaml(path)
    parameters = content.get("parameters")
    if not isinstance(parameters, dict) or not parameters or "scene" not in content:
        raise DataError(f"'{path}' must hold 'scene', and 'parameters' for each scene's seed.")
    return str(content["scene"]), list(parameters.values())


def write_reference(root: Path, out: Path) -> Reference:
    """Measure the diversity of the rendered set in ``root`` and write it to ``out/SCENE.yaml``.

    Raises:
        DataError: The set isn't rendered.
    """
    rendered = rendered_parameters(root)
    if rendered is None:
        raise DataError(f"no '{root / 'scene.yaml'}'. Give a folder that envs render wrote.")
    reference = Reference(rendered[0], parameter_diversity(rendered[1]))
    save_config(reference, out / f"{reference.scene}.yaml")
    return reference


def find_reference(scene: str, folder: Path = REFERENCES) -> Reference | None:
    """Return the reference of a kind of scene; None without one."""
    path = folder / f"{scene}.yaml"
    return load_config(Reference, path, folder) if path.is_file() else None


def find_low_diversity(parameters: list[dict[str, Any]], reference: Diversity) -> list[str]:
    """Return a description of each measure of diversity that is too low.

    Args:
        parameters: Parameters of each scene.
        reference: Expected diversity.
    """
    if len(parameters) < 2:
        return []
    measured = parameter_diversity(parameters, reference)
    # Value, lowest accepted value and reference of each measure.
    measures = {"Vendi score": (measured.score, MIN_FRACTION * reference.score, reference.score)}
    if measured.members >= MIN_SCENES:
        fraction = MIN_FRACTION - ENTROPY_MARGIN / math.sqrt(measured.members)
        for name, expected in reference.entropies.items():
            value = measured.entropies.get(name, 0.0)
            measures[f"entropy of {name}"] = (value, fraction * expected, expected)
    return [
        f"{name} {value:.2f} (reference {expected:.2f})"
        for name, (value, lowest, expected) in measures.items()
        if value < lowest
    ]


def require_diversity(root: Path, folder: Path = REFERENCES) -> None:
    """Refuse a rendered set with low diversity; real images and unknown kinds of scene pass.

    Args:
        root: Folder of the dataset.
        folder: Folder of the references.

    Raises:
        ConfigError: The diversity is too low; the message names the measures and the setting that
            allows training.
        DataError: Its scene.yaml can't be read.
    """
    rendered = rendered_parameters(root)
    reference = None if rendered is None else find_reference(rendered[0], folder)
    if rendered is None or reference is None:
        return
    low = find_low_diversity(rendered[1], reference.diversity)
    if low:
        raise ConfigError(
            f"the scenes of '{root}' hardly differ: {'; '.join(low)}. Render more varied scenes. "
            "To train on these, give --on-collapse train, or set 'on_collapse: train' for the "
            "source in the config."
        )


def feature_vendi(features: NDArray[np.floating]) -> float:
    """Return the Vendi score of feature vectors (n, d) with a power of their cosines as kernel.

    By the Schur product theorem, the power of a kernel is a kernel. The power is needed because
    cosines between non-negative features are all close to 1.
    """
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit = features / np.maximum(lengths, 1e-12)
    return vendi((unit @ unit.T) ** KERNEL_POWER)


def trunk_features(
    predictor: Predictor, dataset: Dataset, indices: Iterable[int]
) -> NDArray[np.float64]:
    """Return the coarsest features of the trunk, averaged over each image, (n, channels)."""
    coarsest: list[Tensor] = []

    def keep(_: nn.Module, __: Any, features: list[Tensor]) -> None:
        coarsest.append(features[-1])

    hook = predictor.network.trunk.register_forward_hook(keep)
    try:
        for index in indices:
            predictor(dataset[index].rgb)
    finally:
        hook.remove()
    return np.stack([features[0].mean(dim=(1, 2)).double().numpy() for features in coarsest])
