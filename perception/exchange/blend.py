"""Blends of the weights before and after a fine-tuning.

Fine-tuning on rendered rooms makes a network worse on real ones. Weights in between are often good
at both. Wortsman et al., "Robust fine-tuning of zero-shot models" (2022).
"""

from __future__ import annotations

import datetime
from pathlib import Path

from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.experiment.provenance import current_commit
from drive2walk.perception.network.weights import ENDING, load_weights, save_weights

NAME = "blend"


def blend(start: Path, end: Path, fraction: float, out: Path) -> Path:
    """Write the interpolation of two networks and its card.

    Args:
        start: Weights before a fine-tuning.
        end: Weights after the fine-tuning; the blend gets their description.
        fraction: Place between the two, from 0 for the start to 1 for the end.
        out: Folder for blend.safetensors and blend.md.

    Returns:
        The safetensors file.

    Raises:
        ConfigError: ``fraction`` is outside 0 to 1.
        WeightsError: A file can't be used, or the networks have different shapes.
    """
    if not 0 <= fraction <= 1:
        raise ConfigError(
            f"--share is {fraction:g}; give a number from 0 (the start) to 1 (the end)."
        )
    (network, _), (target, knowledge) = load_weights(start), load_weights(end)
    if network.config != target.config:
        raise WeightsError(
            f"'{start}' and '{end}' hold networks of different shapes. "
            "Give the weights that a fine-tuning started from and what it made of them."
        )
    ends = target.state_dict()
    network.load_state_dict(
        {
            name: value.lerp(ends[name], fraction) if value.is_floating_point() else ends[name]
            for name, value in network.state_dict().items()
        }
    )
    path = out / f"{NAME}{ENDING}"
    save_weights(path, network, knowledge)
    path.with_suffix(".md").write_text(_card_text(start, end, fraction), encoding="utf-8")
    return path


def _card_text(start: Path, end: Path, fraction: float) -> str:
    given = f"--start {start.name} --end {end.name} --share {fraction:g}"
    rows = {
        "weights": f"{fraction:.0%} of the way from {start.name} to {end.name}, each number",
        "command": f"`drive2walk perception blend {given} --out OUT`",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "code": f"commit {current_commit()}",
    }
    table = "\n".join(f"| {key} | {value} |" for key, value in rows.items())
    return f"# {NAME}\n\n| | |\n|---|---|\n{table}\n"
