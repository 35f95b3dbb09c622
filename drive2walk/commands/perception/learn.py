"""Commands that train: pretrain on driving, finetune to walking."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from drive2walk.released import weights_path

if TYPE_CHECKING:
    from drive2walk.perception.network.network import NetworkConfig
    from drive2walk.perception.studies.distill_config import DistillConfig
    from drive2walk.perception.training.batches.source import SourceConfig
    from drive2walk.perception.training.config import NetworkTrainingConfig

ConfigT = TypeVar(
    "ConfigT", "DistillConfig", "NetworkConfig", "SourceConfig", "NetworkTrainingConfig"
)


def pretrain(
    *,
    out: Path,
    camvid: Path | None = None,
    streets: Path | None = None,
    trunk: str | None = None,
    weights: str | None = None,
    teacher: str | None = None,
    on_broken: Literal["refuse", "skip"] | None = None,
    on_collapse: Literal["refuse", "train"] | None = None,
    config: str = "pretrain",
    steps: int | None = None,
    seed: int | None = None,
    device: Literal["cpu", "cuda"] | None = None,
    resume: bool = False,
) -> None:
    """Teach a network to drive; writes driving.safetensors with its card.

    Args:
        out: folder of the run: config, checkpoint, weights, scores and curve.
        camvid: CamVid in the SegNet tutorial's layout.
        streets: a folder of rendered or own labelled streets.
        trunk: the network's trunk by name in place of the config's, for another size.
        weights: a released name or a .safetensors file to start from. Of what import wrote, the
            trunk alone.
        teacher: a released name or a .safetensors file whose soft labels are learned too.
        on_broken: skip images that are missing or cut off, naming each, or refuse them.
        on_collapse: train all the same on rendered streets that hardly differ, or refuse them.
        config: a config's name or a YAML file.
        steps: in place of the config's.
        seed: in place of the config's.
        device: cpu or cuda, in place of the config's.
        resume: continue the run in OUT from its last checkpoint.
    """
    roots = {"camvid": camvid, "streets": streets}
    resolved = _resolve(config, roots, steps=steps, seed=seed, device=device)
    resolved = _started_from(resolved, weights)
    policies = {"on_broken": on_broken, "on_collapse": on_collapse}
    resolved = dataclasses.replace(
        replaced(resolved, teacher=teacher),
        sources={name: replaced(source, **policies) for name, source in resolved.sources.items()},
        network=replaced(resolved.network, trunk=trunk),
    )
    chosen = {
        "trunk": (trunk, None),
        "weights": (weights, None),
        "teacher": (teacher, None),
        "on-broken": (on_broken, None),
        "on-collapse": (on_collapse, None),
        "config": (config, "pretrain"),
        "steps": (steps, None),
        "seed": (seed, None),
        "device": (device, None),
    }
    _train(resolved, "driving", command_line("pretrain", resolved, chosen), out, resume)


def finetune(
    *,
    data: Path,
    out: Path,
    camvid: Path | None = None,
    streets: Path | None = None,
    weights: str | None = None,
    freeze: str | None = None,
    labels: Literal["masks", "lidar"] | None = None,
    fraction: float | None = None,
    on_broken: Literal["refuse", "skip"] | None = None,
    on_collapse: Literal["refuse", "train"] | None = None,
    config: str = "finetune",
    steps: int | None = None,
    seed: int | None = None,
    device: Literal["cpu", "cuda"] | None = None,
    resume: bool = False,
) -> None:
    """Teach a network that has driven to walk; writes walking.safetensors with its card.

    Args:
        data: a folder of labelled images of the place where the robot walks.
        out: folder of the run: config, checkpoint, weights, scores and curve.
        camvid: CamVid, replayed so that driving isn't forgotten.
        streets: rendered streets, replayed likewise.
        weights: a released name or a .safetensors file to start from; the config's without it.
            Of what import wrote, the trunk alone.
        freeze: none, trunk, or stages:N, its first N stages; with few images, freeze most of it.
        labels: what DATA is learned from: people's masks, or the robot's lidar, which tells
            walkable from not.
        fraction: share of DATA's training images that are used; a smaller one is part of a
            larger one of the same seed.
        on_broken: skip DATA's images that are missing or cut off, naming each, or refuse them.
        on_collapse: train all the same on rendered DATA whose scenes hardly differ, or refuse it.
        config: a config's name or a YAML file.
        steps: in place of the config's.
        seed: in place of the config's.
        device: cpu or cuda, in place of the config's.
        resume: continue the run in OUT from its last checkpoint.
    """
    roots = {"walking": data, "camvid": camvid, "streets": streets}
    resolved = _resolve(config, roots, steps=steps, seed=seed, device=device)
    resolved = _started_from(resolved, weights)
    fraction_range = None if fraction is None else (0.0, fraction)
    told = {"labels": labels, "on_broken": on_broken, "on_collapse": on_collapse}
    walking = replaced(resolved.sources["walking"], fraction_range=fraction_range, **told)
    sources = resolved.sources | {"walking": walking}
    resolved = dataclasses.replace(replaced(resolved, freeze=freeze), sources=sources)
    chosen = {
        "weights": (weights, None),
        "freeze": (freeze, None),
        "labels": (labels, None),
        "fraction": (fraction, None),
        "on-broken": (on_broken, None),
        "on-collapse": (on_collapse, None),
        "config": (config, "finetune"),
        "steps": (steps, None),
        "seed": (seed, None),
        "device": (device, None),
    }
    _train(resolved, "walking", command_line("finetune", resolved, chosen), out, resume)


def _started_from(config: NetworkTrainingConfig, weights: str | None) -> NetworkTrainingConfig:
    """Return the config with ``weights`` as its start, and with their shape."""
    from drive2walk.perception.training.transfer import shape_of_start

    if weights is None:
        return config
    shape = shape_of_start(config.network, weights_path(weights))
    return dataclasses.replace(config, init=weights, network=shape)


def replaced(config: ConfigT, **chosen: Any) -> ConfigT:
    """Return ``config`` with what was given, not None, in place of its own."""
    given = {key: value for key, value in chosen.items() if value is not None}
    return dataclasses.replace(config, **given)


def _resolve(
    config: str, roots: dict[str, Path | None], **chosen: int | str | None
) -> NetworkTrainingConfig:
    from drive2walk.experiment.config import load_config
    from drive2walk.experiment.errors import ConfigError, unknown_name
    from drive2walk.perception.training.config import CONFIGS, NetworkTrainingConfig

    resolved = load_config(NetworkTrainingConfig, config, CONFIGS)
    given = {name: root for name, root in roots.items() if root is not None}
    for name in given:
        if name not in resolved.sources:
            raise ConfigError(
                f"config '{config}': {unknown_name('source', name, resolved.sources)}"
            )
    sources = {
        name: dataclasses.replace(source, root=given.get(name, source.root))
        for name, source in resolved.sources.items()
    }
    return dataclasses.replace(replaced(resolved, **chosen), sources=sources)


def command_line(
    verb: str,
    config: NetworkTrainingConfig,
    chosen: Mapping[str, tuple[str | float | None, str | None]],
) -> str:
    """Return the command that repeats a run, with words in place of this machine's folders.

    ``chosen`` maps flags to what was given and what they are without being given.
    """
    flags = {"walking": "data"}
    words = [
        f"--{flags.get(source, source)} {source.upper()}"
        for source, settings in config.sources.items()
        if settings.root is not None
    ]
    for flag, (given, default) in chosen.items():
        if given != default:
            words.append(f"--{flag} {Path(str(given)).name}")
    return " ".join(["drive2walk perception", verb, *words, "--out OUT"])


def _train(config: NetworkTrainingConfig, name: str, command: str, out: Path, resume: bool) -> None:
    from rich import print_json

    from drive2walk.perception.training.run import run_training

    init, teacher = (
        None if given is None else weights_path(given) for given in (config.init, config.teacher)
    )
    run_training(
        config, name=name, command=command, init=init, out=out, resume=resume, teacher=teacher
    )
    print_json((out / "metrics.json").read_text(encoding="utf-8"))
