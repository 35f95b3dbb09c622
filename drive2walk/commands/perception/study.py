"""Commands that compare many trainings: the transfer study, and distillation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from drive2walk.commands.perception.learn import command_line, replaced
from drive2walk.released import weights_path

if TYPE_CHECKING:
    from drive2walk.perception.studies.distill_config import DistillConfig
    from drive2walk.perception.studies.transfer_target import TargetConfig

RunT = TypeVar("RunT", bound=tuple)


def transfer(
    *,
    out: Path,
    data: Path | None = None,
    camvid: Path | None = None,
    target: Literal["offices", "pavements", "both"] = "both",
    trunks: tuple[str, ...] = ("driving",),
    imported: tuple[Path, ...] = (),
    fractions: tuple[float, ...] = (0.05, 0.1, 0.25, 0.5, 1.0),
    seeds: int = 3,
    steps: int | None = None,
) -> None:
    """Measure whether a network that drove learns to walk from fewer labels; goes on after a kill.

    Writes study.csv (a row a run), study.png, metrics.json and verdict.md. Each trunk that drove
    is compared with a twin of its shape from scratch: same images, steps and seeds.

    Args:
        out: folder of the study; runs that its study.csv holds are not repeated.
        data: a folder of labelled images of the place where the robot walks (offices).
        camvid: CamVid, whose pavements are the other target.
        target: what is learned.
        trunks: networks that drove: a released name or .safetensors files that pretrain wrote.
        imported: published networks that drove: .safetensors files that import wrote.
        fractions: shares of the target's labels.
        seeds: repetitions, each with other images, batches and random starts.
        steps: of each run in place of the configs'.
    """
    from rich.console import Console
    from rich.markdown import Markdown

    from drive2walk.perception.evaluation.evaluate import write_scores
    from drive2walk.perception.studies.candidate import Candidate
    from drive2walk.perception.studies.transfer_plot import write_plot
    from drive2walk.perception.studies.transfer_report import summary, verdict
    from drive2walk.perception.studies.transfer_study import TransferStudy

    roots = _roots(target, {"offices": data, "pavements": camvid})
    targets = {name: _target(name, root, steps) for name, root in roots.items()}
    files = [weights_path(name) for name in (*trunks, *map(str, imported))]
    candidates = [Candidate.from_file(path) for path in files]
    study = TransferStudy(targets, candidates, list(fractions), seeds, out)
    _do_all(study.runs(), study.execute)
    results = summary(study)
    write_scores(out / "metrics.json", results)
    write_plot(out / "study.png", results)
    text = verdict(study, results)
    (out / "verdict.md").write_text(text, encoding="utf-8")
    Console().print(Markdown(text))


def distill(
    *,
    data: Path,
    out: Path,
    weights: str | None = None,
    sizes: tuple[str, ...] | None = None,
    fraction: float | None = None,
    seeds: int | None = None,
    steps: int | None = None,
    device: Literal["cpu", "cuda"] | None = None,
    config: str = "distill",
) -> None:
    """Teach camera networks with a teacher that sees depth; goes on after a kill.

    Writes distill.csv (a row a network), metrics.json, report.md with the share of the teacher's
    lead that the student recovers, and the students' weights.

    Args:
        data: a folder of labelled images with depth.
        out: folder of the distillation; networks that its distill.csv holds are not repeated.
        weights: a released name or a .safetensors file that all networks start from.
        sizes: trunks by name in place of the config's.
        fraction: share of the labels that are used; the student sees all images.
        seeds: repetitions in place of the config's.
        steps: of each network in place of the config's.
        device: cpu or cuda, in place of the config's.
        config: a config's name or a YAML file.
    """
    from rich.console import Console
    from rich.markdown import Markdown

    from drive2walk.perception.evaluation.evaluate import write_scores
    from drive2walk.perception.studies.distill import Distillation
    from drive2walk.perception.studies.distill_report import summary, table

    resolved = _distillation(config, data, fraction, init=weights, steps=steps, device=device)
    resolved = replaced(resolved, sizes=sizes, seeds=seeds)
    chosen = {
        "weights": (weights, None),
        "sizes": (None if sizes is None else " ".join(sizes), None),
        "fraction": (fraction, None),
        "seeds": (seeds, None),
        "steps": (steps, None),
        "device": (device, None),
        "config": (config, "distill"),
    }
    init = None if weights is None else weights_path(weights)
    command = command_line("distill", resolved.learn, chosen)
    distillation = Distillation(resolved, init, out, command)
    _do_all(distillation.runs(), distillation.execute)
    results = summary(distillation)
    write_scores(out / "metrics.json", results)
    (out / "report.md").write_text(table(results), encoding="utf-8")
    Console().print(Markdown(table(results)))


def _distillation(
    name: str, data: Path, fraction: float | None, **chosen: int | str | None
) -> DistillConfig:
    from drive2walk.experiment.config import load_config
    from drive2walk.perception.studies.distill_config import DistillConfig
    from drive2walk.perception.training.config import CONFIGS

    config = load_config(DistillConfig, name, CONFIGS)
    ((key, source),) = config.learn.sources.items()
    fraction_range = None if fraction is None else (0.0, fraction)
    sources = {key: replaced(source, root=data, fraction_range=fraction_range)}
    learn = dataclasses.replace(replaced(config.learn, **chosen), sources=sources)
    return dataclasses.replace(config, learn=learn)


def _roots(target: str, given: dict[str, Path | None]) -> dict[str, Path]:
    from drive2walk.experiment.errors import ConfigError

    flags = {"offices": "--data", "pavements": "--camvid"}
    wanted = [name for name in given if target in (name, "both")]
    roots = {}
    for name in wanted:
        root = given[name]
        if root is None:
            raise ConfigError(
                f"target '{name}' needs {flags[name]} FOLDER. Give it, or another --target."
            )
        roots[name] = root
    return roots


def _target(name: str, root: Path, steps: int | None) -> TargetConfig:
    from drive2walk.experiment.config import load_config
    from drive2walk.perception.studies.transfer_target import TargetConfig
    from drive2walk.perception.training.config import CONFIGS

    config = load_config(TargetConfig, f"transfer_{name}", CONFIGS)
    return dataclasses.replace(config, learn=replaced(config.learn, steps=steps), root=root)


def _do_all(runs: Sequence[RunT], do: Callable[[RunT], None]) -> None:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}")]
    with Progress(*columns, TimeRemainingColumn()) as bar:
        task = bar.add_task("", total=len(runs))
        for number, run in enumerate(runs):
            bar.update(task, completed=number, description=" ".join(map(str, run)))
            do(run)
        bar.update(task, completed=len(runs), description="done")
