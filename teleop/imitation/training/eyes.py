"""The eye of a training run: frozen, with a last stage that learns, or learning as a whole."""

from __future__ import annotations

from pathlib import Path

from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import load_weights
from drive2walk.teleop.imitation.inputs.image_features import Eye
from drive2walk.teleop.imitation.policy import load_eye


def build_eye(tune: str, trunk: Path | None) -> Eye:
    """Return the eye of a training run; what shall learn in it requires gradients.

    Args:
        tune: Part of the trunk that learns: "none", its "last" stage with the neck, or "all".
        trunk: File of perception weights; None for random weights.

    Raises:
        WeightsError: The weights can't be read.
    """
    if tune == "none" and trunk is not None:
        return load_eye(trunk)
    network = Network(NetworkConfig()) if trunk is None else load_weights(trunk)[0]
    eye = Eye(network).eval()
    if tune == "last":
        eye.requires_grad_(False)
        eye.neck.requires_grad_(True)
        eye.trunk.stages()[-1].requires_grad_(True)
    return eye
