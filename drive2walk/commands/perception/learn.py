"""Commands that train: pretrain on driving, finetune to walking."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from drive2walk.commands.perception.look import CHECKPOINTS

if TYPE_CHECKING:
    from perception.train import TrainConfig


def pretrain(
    *,
    out: Path,
    camvid: Path | None = None,
    streets: Path | None = None,
    config: str = "pretrain",
    steps: int | None = None,
    seed: int | None = None,
    resume: bool = False,
) -> None:
    """Teach a network to drive; writes driving.safetensors with its card.

    Args:
        out: folder of the run: config, checkpoint, weights, scores and curve.
        camvid: CamVid in the SegNet tutorial's layout.
        streets: a folder of rendered or own labelled streets.
        config: a config's name or a YAML file.
        steps: in place of the config's.
        seed: in place of the config's.
        resume: continue the run in OUT from its last checkpoint.
    """
    roots = {"camvid": camvid, "streets": streets}
    resolved = _resolve(config, roots, steps, seed)
    chosen = {"config": (config, "pretrain"), "steps": (steps, None), "seed": (seed, None)}
    _train(resolved, "driving", _command_line("pretrain", resolved, chosen), out, resume)


def finetune(
    *,
    data: Path,
    out: Path,
    camvid: Path | None = None,
    streets: Path | None = None,
    weights: str | None = None,
    config: str = "finetune",
    steps: int | None = None,
    seed: int | None = None,
    resume: bool = False,
) -> None:
    """Teach a network that has driven to walk; writes walking.safetensors with its card.

    Args:
        data: a folder of labelled images of the place where the robot walks.
        out: folder of the run: config, checkpoint, weights, scores and curve.
        camvid: CamVid, replayed so that driving isn't forgotten.
        streets: rendered streets, replayed likewise.
        weights: a released name or a .safetensors file to start from; the config's without it.
        config: a config's name or a YAML file.
        steps: in place of the config's.
        seed: in place of the config's.
        resume: continue the run in OUT from its last checkpoint.
    """
    roots = {"walking": data, "camvid": camvid, "streets": streets}
    resolved = _resolve(config, roots, steps, seed)
    if weights is not None:
        resolved = dataclasses.replace(resolved, init=weights)
    chosen = {
        "weights": (weights, None),
        "config": (config, "finetune"),
        "steps": (steps, None),
        "seed": (seed, None),
    }
    _train(resolved, "walking", _command_line("finetune", resolved, chosen), out, resume)


def _resolve(
    config: str, roots: dict[str, Path | None], steps: int | None, seed: int | None
) -> TrainConfig:
    import perception
    from perception.train import TrainConfig
    from robot.config import load_config
    from robot.errors import ConfigError, unknown_name

    folder = Path(perception.__file__).parent / "configs"
    resolved = load_config(TrainConfig, config, folder)
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
    return dataclasses.replace(
        resolved,
        sources=sources,
        steps=resolved.steps if steps is None else steps,
        seed=resolved.seed if seed is None else seed,
    )


def _command_line(
    verb: str, config: TrainConfig, chosen: dict[str, tuple[str | int | None, str | None]]
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


def _train(config: TrainConfig, name: str, command: str, out: Path, resume: bool) -> None:
    from rich import print_json

    from perception.training_run import run_training
    from perception.weights import find_weights

    init = None if config.init is None else find_weights(config.init, CHECKPOINTS)
    run_training(config, name=name, command=command, init=init, out=out, resume=resume)
    print_json((out / "metrics.json").read_text(encoding="utf-8"))
