"""The card of a weight file: its origin and its measured scores."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

from drive2walk.experiment.provenance import current_commit, hardware
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.config import NetworkTrainingConfig

CITATIONS = {
    "bdd100k": "BDD100K (Yu et al., 2020; its own licence), real streets from real cars",
    "camvid": "CamVid (Brostow et al., 2009; academic licence), real streets from a real car",
    "cityscapes": "Cityscapes (Cordts et al., 2016; its own licence), real streets from a real car",
    "folder": "a folder of labelled images",
}


@dataclasses.dataclass(frozen=True)
class Card:
    """Description of a training run.

    Attributes:
        name: Name of the weights.
        config: Settings of the run.
        command: Command line that repeats the run, with words in place of folders.
        parameters: Number of parameters of the network.
        minutes: Wall-clock time of the training.
        images: Number of training images of each source.
        scores: Scores on the validation split of each source.
    """

    name: str
    config: NetworkTrainingConfig
    command: str
    parameters: int
    minutes: float
    images: dict[str, int]
    scores: dict[str, dict[str, Any]]

    def text(self) -> str:
        """Return the card as Markdown."""
        config = self.config
        used = [(n, s) for n, s in config.sources.items() if s.root is not None]
        lines = [f"# {self.name}", "", f"Walkable: {', '.join(config.walkable)}.", ""]
        lines += ["| | |", "|---|---|"]
        lines += [f"| data: {n} | {self._describe_source(n, s)} |" for n, s in used]
        start = "scratch" if config.init is None else f"`{Path(config.init).name}`"
        lines += [
            f"| start | {start} |",
            f"| command | `{self.command}` |",
            f"| steps | {config.steps} of {sum(s.per_batch for _, s in used)} images, "
            f"{config.size[1]}x{config.size[0]}, seed {config.seed}, {config.precision}; of these "
            f"{config.coarse_fraction:.0%} with twice the images at half the size |",
            f"| parameters | {self.parameters} |",
            f"| hardware | {hardware(config.threads, config.device)} |",
            f"| minutes | {self.minutes:.1f} |",
            f"| date | {datetime.datetime.now(datetime.UTC).date().isoformat()} |",
            f"| code | commit {current_commit()} |",
            "",
            "Scores on the validation splits, as fractions:",
            "",
        ]
        lines += [
            f"**No split.yaml: {name} is scored on the images that it learned from.**\n"
            for name, source in used
            if source.scored_on_training
        ]
        lines += _score_table(self.scores)
        return "\n".join(lines) + "\n"

    def _describe_source(self, name: str, source: SourceConfig) -> str:
        return f"{CITATIONS[source.dataset]}; {self.images[name]} training images"


def _score_table(scores: dict[str, dict[str, Any]]) -> list[str]:
    lines = ["| score | " + " | ".join(scores) + " |", "|---|" + "---|" * len(scores)]
    flat = {name: _flatten(values) for name, values in scores.items()}
    rows = dict.fromkeys(key for values in flat.values() for key in values)
    for key in rows:
        cells = [f"{v[key]:.3f}" if key in v else "" for v in flat.values()]
        lines.append(f"| {key} | " + " | ".join(cells) + " |")
    return lines


def _flatten(scores: dict[str, Any]) -> dict[str, float]:
    """Return scores with a row of its own for each surface."""
    rows = {key: value for key, value in scores.items() if not isinstance(value, dict)}
    for key, name in (("iou", "IoU"), ("walkable_fraction", "called floor:")):
        rows |= {f"{name} {surface}": value for surface, value in scores.get(key, {}).items()}
    return rows
