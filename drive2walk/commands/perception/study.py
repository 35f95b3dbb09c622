"""``drive2walk perception transfer`` and ``distill``: studies of many training runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from drive2walk.checkpoints.released import weights_path
from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT, YamlDefaults
from drive2walk.commands.perception.learn import (
    FOLDERS,
    replace_given,
    with_fraction,
    with_roots,
)
from drive2walk.experiment.errors import ConfigError
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.perception.studies.distill_config import DistillConfig
from drive2walk.perception.studies.transfer_target import TargetConfig
from drive2walk.perception.training.config import CONFIGS

RunT = TypeVar("RunT", bound=tuple)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Transfer:
    """Measure whether a driving network learns to walk from fewer labels.

    Each driving trunk is compared with a twin of its shape from scratch: same images, steps and
    seeds. Writes study.csv (a row a run), study.png, metrics.json and verdict.md. A study that was
    stopped continues.

    Attributes:
        offices: Settings of the target offices.
        pavements: Settings of the target pavements.
        out: Folder of the study; runs in its study.csv are not repeated.
        data: Folder of labelled images of the place where the robot walks, for offices.
        camvid: CamVid, for pavements.
        target: Ground to learn.
        trunks: Driving networks: released names or .safetensors files that pretrain wrote.
        imported: Published driving networks: .safetensors files that import wrote.
        fractions: Fractions of the target's labels, each above 0 and at most 1.
        seeds: Number of repetitions, each with other images, batches and random starts.
        steps: Steps of each run, instead of the configs'.
    """

    offices: Annotated[TargetConfig, YamlDefaults(CONFIGS, "transfer_offices")]
    pavements: Annotated[TargetConfig, YamlDefaults(CONFIGS, "transfer_pavements")]
    out: Path
    data: Path | None = None
    camvid: Path | None = None
    target: Literal["offices", "pavements", "both"] = "both"
    trunks: tuple[str, ...] = ("driving",)
    imported: tuple[Path, ...] = ()
    fractions: tuple[float, ...] = (0.05, 0.1, 0.25, 0.5, 1.0)
    seeds: int = 3
    steps: int | None = None

    def run(self, line: CommandLine) -> None:
        """Train, score and write the results."""
        from rich.console import Console
        from rich.markdown import Markdown

        from drive2walk.perception.studies.candidate import Candidate
        from drive2walk.perception.studies.transfer_plot import write_plot
        from drive2walk.perception.studies.transfer_report import summary, verdict
        from drive2walk.perception.studies.transfer_study import TransferStudy

        targets = self._targets()
        files = [weights_path(name) for name in (*self.trunks, *map(str, self.imported))]
        candidates = [Candidate.from_file(path) for path in files]
        study = TransferStudy(targets, candidates, list(self.fractions), self.seeds, self.out)
        _run_all(study.runs(), study.execute)
        results = summary(study)
        write_metrics(self.out / METRICS, results)
        write_plot(self.out / "study.png", results)
        text = verdict(study, results)
        (self.out / "verdict.md").write_text(text, encoding="utf-8")
        Console().print(Markdown(text))

    def _targets(self) -> dict[str, TargetConfig]:
        choices = {
            "offices": (self.offices, self.data, "--data"),
            "pavements": (self.pavements, self.camvid, "--camvid"),
        }
        targets = {}
        for name, (config, root, option) in choices.items():
            if self.target not in (name, "both"):
                continue
            if root is None:
                raise ConfigError(
                    f"target '{name}' needs {option} FOLDER. Give it, or another --target."
                )
            learn = replace_given(config.learn, steps=self.steps)
            targets[name] = dataclasses.replace(config, learn=learn, root=root)
        return targets


@dataclasses.dataclass(frozen=True, kw_only=True)
class Distill:
    """Train camera networks with a teacher that sees depth.

    Writes distill.csv (a row a network), metrics.json, report.md with the fraction of the teacher's
    lead that the student recovers, and the students' weights. A study that was stopped continues.

    Attributes:
        settings: Settings of the distillation.
        data: Folder of labelled images with depth.
        out: Folder of the distillation; networks in its distill.csv are not repeated.
        config: Name of a config in perception/configs, or a YAML file.
        weights: Weights that all networks start from: a released name or a .safetensors file.
        fraction: Fraction of the labels, 0 to 1; the student sees all images.
        steps: Steps of each network, instead of the config's.
        device: Device, cpu or cuda, instead of the config's.
    """

    settings: Annotated[DistillConfig, FLAT, YamlDefaults(CONFIGS)]
    data: Path
    out: Path
    config: str = "distill"
    weights: str | None = None
    fraction: float | None = None
    steps: int | None = None
    device: Literal["cpu", "cuda"] | None = None

    def run(self, line: CommandLine) -> None:
        """Train, score and write the results."""
        from rich.console import Console
        from rich.markdown import Markdown

        from drive2walk.perception.studies.distill import Distillation
        from drive2walk.perception.studies.distill_report import summary, table

        init = None if self.weights is None else weights_path(self.weights)
        command = line.public(FOLDERS)
        distillation = Distillation(self._resolve(), init, self.out, command)
        _run_all(distillation.runs(), distillation.execute)
        results = summary(distillation)
        write_metrics(self.out / METRICS, results)
        (self.out / "report.md").write_text(table(results), encoding="utf-8")
        Console().print(Markdown(table(results)))

    def _resolve(self) -> DistillConfig:
        ((name, source),) = self.settings.learn.sources.items()
        sources = {name: with_fraction(source, self.fraction)}
        learn = dataclasses.replace(self.settings.learn, sources=sources)
        learn = with_roots(learn, {name: self.data}, self.config)
        learn = replace_given(learn, init=self.weights, steps=self.steps, device=self.device)
        return dataclasses.replace(self.settings, learn=learn)


def _run_all(runs: Sequence[RunT], do: Callable[[RunT], None]) -> None:
    """Do the runs of a study one after the other and show the progress."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}")]
    with Progress(*columns, TimeRemainingColumn()) as bar:
        task = bar.add_task("", total=len(runs))
        for number, run in enumerate(runs):
            bar.update(task, completed=number, description=" ".join(map(str, run)))
            do(run)
        bar.update(task, completed=len(runs), description="done")
