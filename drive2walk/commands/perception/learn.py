"""``drive2walk perception pretrain`` and ``finetune``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from drive2walk.checkpoints.released import weights_path
from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT, YamlDefaults
from drive2walk.commands.perception.output import print_metrics
from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.config import CONFIGS, NetworkTrainingConfig

T = TypeVar("T")
# Words on a card that stand for the folders of this machine.
FOLDERS = {"--data": "WALKING", "--camvid": "CAMVID", "--streets": "STREETS", "--out": "OUT"}
OnBroken = Literal["refuse", "skip"] | None
OnCollapse = Literal["refuse", "train"] | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pretrain:
    """Train a network for driving.

    Writes driving.safetensors with its card.

    Attributes:
        settings: Settings of the run.
        out: Folder of the run: config, checkpoint, weights, scores and curve.
        config: Name of a config in perception/configs, or a YAML file.
        camvid: CamVid in the layout of the SegNet tutorial.
        streets: Folder of labelled streets, rendered or real.
        trunk: Name of the network's trunk, instead of the trunk of the config or the weights.
        weights: Weights to start from: a released name or a .safetensors file. The network takes
            their shape; imported networks give the trunk alone.
        on_broken: Whether to refuse missing and cut-off images, or to skip and name them.
        on_collapse: Whether to refuse rendered streets that hardly differ, or to train on them.
        resume: Continue the run in ``out`` from its last checkpoint.
    """

    settings: Annotated[NetworkTrainingConfig, FLAT, YamlDefaults(CONFIGS)]
    out: Path
    config: str = "pretrain"
    camvid: Path | None = None
    streets: Path | None = None
    trunk: str | None = None
    weights: str | None = None
    on_broken: OnBroken = None
    on_collapse: OnCollapse = None
    resume: bool = False

    def run(self, line: CommandLine) -> None:
        """Train and write the weights."""
        policies = {"on_broken": self.on_broken, "on_collapse": self.on_collapse}
        sources = {
            name: replace_given(source, **policies)
            for name, source in self.settings.sources.items()
        }
        settings = dataclasses.replace(self.settings, sources=sources)
        settings = with_roots(
            settings, {"camvid": self.camvid, "streets": self.streets}, self.config
        )
        settings = _start_from(settings, self.weights)
        network = replace_given(settings.network, trunk=self.trunk)
        settings = dataclasses.replace(settings, network=network)
        _train(settings, "driving", line, self.out, self.resume)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finetune:
    """Train a driving network for walking.

    Writes walking.safetensors with its card.

    Attributes:
        settings: Settings of the run.
        data: Folder of labelled images of the place where the robot walks.
        out: Folder of the run: config, checkpoint, weights, scores and curve.
        config: Name of a config in perception/configs, or a YAML file.
        camvid: CamVid, shown again so that the network doesn't forget driving.
        streets: Rendered streets, shown again for the same reason.
        weights: Weights to start from, instead of the config's: a released name or a .safetensors
            file. The network takes their shape; imported networks give the trunk alone.
        labels: Labels of ``data``: masks, or the robot's lidar, which tells walkable from not
            walkable.
        fraction: Fraction of the training images of ``data``, 0 to 1. With one seed, a smaller
            fraction is a part of a larger one.
        on_broken: Whether to refuse missing and cut-off images of ``data``, or to skip and name
            them.
        on_collapse: Whether to refuse rendered scenes that hardly differ, or to train on them.
        resume: Continue the run in ``out`` from its last checkpoint.
    """

    settings: Annotated[NetworkTrainingConfig, FLAT, YamlDefaults(CONFIGS)]
    data: Path
    out: Path
    config: str = "finetune"
    camvid: Path | None = None
    streets: Path | None = None
    weights: str | None = None
    labels: Literal["masks", "lidar"] | None = None
    fraction: float | None = None
    on_broken: OnBroken = None
    on_collapse: OnCollapse = None
    resume: bool = False

    def run(self, line: CommandLine) -> None:
        """Train and write the weights."""
        roots = {"walking": self.data, "camvid": self.camvid, "streets": self.streets}
        settings = _start_from(with_roots(self.settings, roots, self.config), self.weights)
        walking = replace_given(
            settings.sources["walking"],
            labels=self.labels,
            on_broken=self.on_broken,
            on_collapse=self.on_collapse,
        )
        sources = settings.sources | {"walking": with_fraction(walking, self.fraction)}
        settings = dataclasses.replace(settings, sources=sources)
        _train(settings, "walking", line, self.out, self.resume)


def replace_given(config: T, **values: Any) -> T:
    """Return a config (a dataclass) with the values that aren't None in place of its own."""
    given = {key: value for key, value in values.items() if value is not None}
    changed: T = dataclasses.replace(config, **given)  # type: ignore[type-var]
    return changed


def with_fraction(source: SourceConfig, fraction: float | None) -> SourceConfig:
    """Return a source that shows the first ``fraction`` of its images; None changes nothing."""
    return replace_given(source, fraction_range=None if fraction is None else (0.0, fraction))


def with_roots(
    settings: NetworkTrainingConfig, roots: Mapping[str, Path | None], config: str
) -> NetworkTrainingConfig:
    """Return settings with the folders of their sources.

    Args:
        settings: Settings of a run.
        roots: Folder of each source by name; None keeps the folder of the settings.
        config: Name of the config, for the error message.

    Raises:
        ConfigError: The config has no source of that name.
    """
    sources = dict(settings.sources)
    for name, root in roots.items():
        if root is None:
            continue
        if name not in sources:
            raise ConfigError(f"config '{config}': {unknown_name('source', name, sources)}")
        sources[name] = dataclasses.replace(sources[name], root=root)
    return dataclasses.replace(settings, sources=sources)


def _start_from(settings: NetworkTrainingConfig, weights: str | None) -> NetworkTrainingConfig:
    """Return settings that start from ``weights`` with their shape; None changes nothing."""
    from drive2walk.perception.training.transfer import shape_of_start

    if weights is None:
        return settings
    shape = shape_of_start(settings.network, weights_path(weights))
    return dataclasses.replace(settings, init=weights, network=shape)


def _train(
    settings: NetworkTrainingConfig, name: str, line: CommandLine, out: Path, resume: bool
) -> None:
    from drive2walk.perception.training.run import run_training

    init, teacher = (
        None if given is None else weights_path(given)
        for given in (settings.init, settings.teacher)
    )
    run_training(
        settings,
        name=name,
        command=line.without("--resume").public(FOLDERS),
        init=init,
        out=out,
        resume=resume,
        teacher=teacher,
    )
    print_metrics(out)
