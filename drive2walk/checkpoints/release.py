"""Releases: a finished run becomes released weights with a card."""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drive2walk.checkpoints.released import SUFFIX
from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import ReleaseError
from drive2walk.experiment.provenance import DIRTY, UNKNOWN, current_commit
from drive2walk.experiment.run_folder import CONFIG

NAME = re.compile(r"[a-z0-9_]+")
MAX_BYTES = 10_000_000
POLICY = "policy"
# Names that perception runs give their weights.
NETWORKS = ("walking", "driving")
# Lines of a run's card that name its commit and its data.
COMMIT_LINE = re.compile(r"trained at commit: ([^\s,]+)|\| code \| commit (\S+) \|")
DATA_LINE = re.compile(r"^(- Data: |\| data: )", re.MULTILINE)

Scores = dict[str, dict[str, float]]


@dataclasses.dataclass(frozen=True)
class FinishedRun:
    """A run whose weights may be released.

    Attributes:
        folder: Folder of the run.
        weights: Path of the weights; the card stands beside it.
        card: Text of the card that the training wrote.
        evaluate: Function that evaluates the weights and returns scores by what was evaluated.
    """

    folder: Path
    weights: Path
    card: str
    evaluate: Callable[[FinishedRun], Scores]


def release_run(folder: Path, name: str, target: Path) -> Path:
    """Evaluate a run, write its weights and card to ``target``, and return the weights' path.

    Args:
        folder: Folder of a finished run of locomotion or perception.
        name: Name of the release.
        target: Folder of the released weights.

    Raises:
        ReleaseError: The run or the state of the code doesn't allow a release; nothing is written.
        DataError: The validation data of a perception run can't be read.
    """
    if not NAME.fullmatch(name):
        raise ReleaseError(f"name '{name}': only a-z, 0-9 and _ are allowed. Give another --as.")
    commit = current_commit()
    if commit == UNKNOWN or commit.endswith(DIRTY):
        raise ReleaseError(f"the code is at commit '{commit}'. Commit every change, then release.")
    run = read_run(folder)
    scores = run.evaluate(run)
    released = target / f"{name}{SUFFIX}"
    target.mkdir(parents=True, exist_ok=True)
    _write_whole(released, run.weights.read_bytes())
    card = _card_text(run, name, commit, scores)
    _write_whole(released.with_suffix(".md"), card.encode())
    return released


def read_run(folder: Path) -> FinishedRun:
    """Return a finished run that is fit for a release.

    Raises:
        ReleaseError: The folder holds no finished run, its weights are too large, or its card
            names no commit or no data.
    """
    kinds = {POLICY: _evaluate_policy} | dict.fromkeys(NETWORKS, _evaluate_network)
    for stem, evaluate in kinds.items():
        weights = folder / f"{stem}{SUFFIX}"
        card = weights.with_suffix(".md")
        if weights.is_file() and card.is_file() and (folder / CONFIG).is_file():
            run = FinishedRun(folder, weights, card.read_text(encoding="utf-8"), evaluate)
            _check_run(run)
            return run
    names = ", ".join(f"{stem}{SUFFIX}" for stem in kinds)
    raise ReleaseError(
        f"'{folder}' holds no finished run: it needs {CONFIG} and one of {names} with its card."
    )


def _check_run(run: FinishedRun) -> None:
    size = run.weights.stat().st_size
    if size > MAX_BYTES:
        raise ReleaseError(
            f"'{run.weights}' has {size / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:.0f} MB are "
            "allowed. Train a smaller network."
        )
    found = COMMIT_LINE.search(run.card)
    commit = UNKNOWN if found is None else found[1] or found[2]
    if commit == UNKNOWN or commit.endswith(DIRTY):
        raise ReleaseError(
            f"the run in '{run.folder}' was made at commit '{commit}'. Train it again from a "
            "commit without changes."
        )
    if not DATA_LINE.search(run.card):
        raise ReleaseError(
            f"the card of the run in '{run.folder}' doesn't name its data. Add them to the card."
        )


def _evaluate_policy(run: FinishedRun) -> Scores:
    """Evaluate a walking policy in the trials of its card."""
    from drive2walk.locomotion.policy.policy import Policy
    from drive2walk.locomotion.training.card import evaluate_trials
    from drive2walk.locomotion.training.config import WalkingTraining

    config = load_config(WalkingTraining, run.folder / CONFIG, run.folder)
    scores = evaluate_trials(Policy.load(run.weights), config.card_repeats)
    return {trial: _flatten(values) for trial, values in scores.items()}


def _evaluate_network(run: FinishedRun) -> Scores:
    """Evaluate a perception network on the validation split of each of its datasets."""
    from drive2walk.perception.evaluation.evaluate import evaluate
    from drive2walk.perception.inference.predictor import Predictor
    from drive2walk.perception.training.batches.source import open_validation_sets
    from drive2walk.perception.training.config import NetworkTrainingConfig

    sources = load_config(NetworkTrainingConfig, run.folder / CONFIG, run.folder).sources
    predictor = Predictor.load(run.weights)
    return {
        name: _flatten(evaluate(predictor, data))
        for name, data in open_validation_sets(sources).items()
    }


def _flatten(scores: dict[str, Any]) -> dict[str, float]:
    """Return the numbers among scores, without the scores of single commands."""
    flat: dict[str, float] = {}
    for key, value in scores.items():
        if key == "iou":
            flat |= {f"IoU {name}": number for name, number in value.items()}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            flat[key] = value
    return flat


def _card_text(run: FinishedRun, name: str, commit: str, scores: Scores) -> str:
    """Return the card of a release: the run's card, and the scores at the release."""
    body = run.card.partition("\n")[2].strip()
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    rows = dict.fromkeys(key for values in scores.values() for key in values)
    lines = [
        f"# {name}",
        "",
        body,
        "",
        "## Release",
        "",
        f"Released as {name} on {date}, evaluated at commit {commit}:",
        "",
        "| score | " + " | ".join(scores) + " |",
        "|---|" + "---|" * len(scores),
    ]
    for key in rows:
        values = [columns.get(key, math.nan) for columns in scores.values()]
        cells = ["–" if math.isnan(value) else f"{value:.3f}" for value in values]
        lines.append(f"| {key} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _write_whole(path: Path, data: bytes) -> None:
    partial = path.with_suffix(f"{path.suffix}.part")
    partial.write_bytes(data)
    partial.replace(path)
