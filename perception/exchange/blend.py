"""Blending: the network on the way between where a fine-tuning started and where it ended.

What is learned in rendered rooms costs some of what was known of real ones. Weights between the
two often keep both. Source: Wortsman et al., "Robust fine-tuning of zero-shot models", 2022.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.experiment.provenance import current_commit
from drive2walk.perception.network.weights import ENDING, load_weights, save_weights

NAME = "blend"


def blend(start: Path, end: Path, share: float, out: Path) -> Path:
    """Write the network that lies at ``share`` of the way from ``start`` to ``end``, and its card.

    Args:
        start: weights that a fine-tuning started from.
        end: the weights that it made of them; the blend is taken to know what these know.
        share: of the way, 0 is the start and 1 the end.
        out: folder for blend.safetensors and blend.md.

    Returns:
        The safetensors file.

    Raises:
        ConfigError: ``share`` isn't within 0 to 1.
        WeightsError: a file can't be used, or the two are networks of different shapes.
    """
    if not 0 <= share <= 1:
        raise ConfigError(f"share is {share:g}; give one from 0 (the start) to 1 (the end).")
    (network, _), (target, knowledge) = load_weights(start), load_weights(end)
    if network.config != target.config:
        raise WeightsError(
            f"'{start}' and '{end}' hold networks of different shapes. "
            "Give the weights that a fine-tuning started from and what it made of them."
        )
    ends = target.state_dict()
    network.load_state_dict(
        {
            name: value.lerp(ends[name], share) if value.is_floating_point() else ends[name]
            for name, value in network.state_dict().items()
        }
    )
    path = out / f"{NAME}{ENDING}"
    save_weights(path, network, knowledge)
    path.with_suffix(".md").write_text(_card(start, end, share), encoding="utf-8")
    return path


def _card(start: Path, end: Path, share: float) -> str:
    given = f"--start {start.name} --end {end.name} --share {share:g}"
    rows = {
        "weights": f"{share:.0%} of the way from {start.name} to {end.name}, each number",
        "command": f"`drive2walk perception blend {given} --out OUT`",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "code": f"commit {current_commit()}",
    }
    table = "\n".join(f"| {key} | {value} |" for key, value in rows.items())
    return f"# {NAME}\n\n| | |\n|---|---|\n{table}\n"
