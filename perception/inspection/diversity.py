"""Synthetic data that collapsed is refused: its diversity held against a reference.

A reference is a YAML file in ``references/``, one for each kind of scene, written from a rendered
set by ``drive2walk perception reference``.
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
# A gauge has fallen that is below this share of the reference's.
KEPT_SHARE = 0.7
# An entropy may be lower yet by this over the root of the number of scenes: a few scenes differ
# from others by chance, very few by anything. The score of few scenes is never lower by chance.
CHANCE = 2.0
LEAST_SCENES = 16
SHARPNESS = 16


@dataclasses.dataclass(frozen=True)
class Reference:
    """The diversity of one kind of scene as it should be, with the scene's name."""

    scene: str
    diversity: Diversity


def rendered_parameters(root: Path) -> tuple[str, list[dict[str, Any]]] | None:
    """Return a rendered set's kind of scene and the factors of each; None for real images.

    Raises:
        DataError: its scene.yaml holds something else.
    """
    path = root / "scene.yaml"
    if not path.is_file():
        return None
    told = read_yaml(path)
    drawn = told.get("parameters")
    if not isinstance(drawn, dict) or not drawn or "scene" not in told:
        raise DataError(f"'{path}' must hold 'scene' and 'parameters' of each scene's seed.")
    return str(told["scene"]), list(drawn.values())


def write_reference(root: Path, out: Path) -> Reference:
    """Measure the rendered set in ``root`` and write it to ``out/SCENE.yaml``.

    Raises:
        DataError: the set isn't rendered.
    """
    rendered = rendered_parameters(root)
    if rendered is None:
        raise DataError(f"no '{root / 'scene.yaml'}'. Give a folder that envs render wrote.")
    reference = Reference(rendered[0], parameter_diversity(rendered[1]))
    save_config(reference, out / f"{reference.scene}.yaml")
    return reference


def find_reference(scene: str, folder: Path = REFERENCES) -> Reference | None:
    """Return the reference of a kind of scene; None if there is none."""
    path = folder / f"{scene}.yaml"
    return load_config(Reference, path, folder) if path.is_file() else None


def fallen_gauges(drawn: list[dict[str, Any]], reference: Diversity) -> list[str]:
    """Return a few words on each gauge of the drawn parameters that fell, nothing if none did."""
    if len(drawn) < 2:
        return []
    now = parameter_diversity(drawn, reference)
    pairs = {"Vendi score": (now.score, KEPT_SHARE * reference.score, reference.score)}
    if now.members >= LEAST_SCENES:
        for name, expected in reference.entropies.items():
            least = (KEPT_SHARE - CHANCE / math.sqrt(now.members)) * expected
            pairs[f"entropy of {name}"] = (now.entropies.get(name, 0.0), least, expected)
    return [
        f"{name} {value:.2f} (reference {expected:.2f})"
        for name, (value, least, expected) in pairs.items()
        if value < least
    ]


def require_diversity(root: Path, folder: Path = REFERENCES) -> None:
    """Refuse a rendered set whose diversity fell; real images and unknown scenes pass.

    Raises:
        ConfigError: a gauge fell; the message names it and the setting that trains all the same.
        DataError: its scene.yaml can't be read.
    """
    rendered = rendered_parameters(root)
    reference = None if rendered is None else find_reference(rendered[0], folder)
    if rendered is None or reference is None:
        return
    fallen = fallen_gauges(rendered[1], reference.diversity)
    if fallen:
        raise ConfigError(
            f"the scenes of '{root}' hardly differ: {'; '.join(fallen)}. Render more kinds of "
            "them, or train on it with --on-collapse train (of what finetune replays beside DATA: "
            "'on_collapse: train' of its source in the config)."
        )


def feature_vendi(features: NDArray[np.floating]) -> float:
    """Return the Vendi score of feature vectors (n, d) under a power of their cosines.

    A power of a kernel is a kernel (Schur); plain cosines of features that are never negative
    are all near 1.
    """
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit = features / np.maximum(lengths, 1e-12)
    return vendi((unit @ unit.T) ** SHARPNESS)


def trunk_features(
    predictor: Predictor, dataset: Dataset, indices: Iterable[int]
) -> NDArray[np.float64]:
    """Return the mean over the image of the trunk's coarsest features, (n, channels)."""
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
