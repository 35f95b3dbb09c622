"""The table of all commands; a command's own module is imported when the command is chosen."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from typing import Any

PACKAGE = "drive2walk.commands"


@dataclasses.dataclass(frozen=True)
class Command:
    """A command.

    Attributes:
        target: Its function or dataclass, as "module:name" within this package.
        summary: First line of its description.
    """

    target: str
    summary: str

    def load(self) -> Callable[..., Any]:
        """Import and return the function or the dataclass."""
        module, _, name = self.target.partition(":")
        loaded: Callable[..., Any] = getattr(importlib.import_module(f"{PACKAGE}.{module}"), name)
        return loaded


@dataclasses.dataclass(frozen=True)
class Group:
    """Commands under one name.

    Attributes:
        summary: Purpose of the group.
        commands: Its commands and groups by name.
    """

    summary: str
    commands: dict[str, Command | Group]


PERCEPTION: dict[str, Command | Group] = {
    "predict": Command("perception.look:predict", "Find the walkable space in images of any size."),
    "evaluate": Command("perception.look:evaluate", "Score weights on a labelled dataset."),
    "pretrain": Command("perception.learn:Pretrain", "Train a network for driving."),
    "finetune": Command("perception.learn:Finetune", "Train a driving network for walking."),
    "compare": Command(
        "perception.look:compare", "Show and score what two networks see in the same images."
    ),
    "inspect": Command(
        "perception.data:inspect", "Check a dataset before training and name every broken file."
    ),
    "reference": Command(
        "perception.data:reference", "Write the diversity of a rendered dataset as a reference."
    ),
    "transfer": Command(
        "perception.study:Transfer",
        "Measure whether a driving network learns to walk from fewer labels.",
    ),
    "distill": Command(
        "perception.study:Distill", "Train camera networks with a teacher that sees depth."
    ),
    "latency": Command(
        "perception.look:latency", "Time trunk, neck and heads on one image and one thread."
    ),
    "import": Command(
        "perception.networks:import_published",
        "Convert a published driving network to weights of this project.",
    ),
    "export": Command(
        "perception.networks:export", "Write a network as an ONNX graph and check it."
    ),
    "blend": Command(
        "perception.networks:blend", "Write a network between a fine-tuning's start and its end."
    ),
}
LOCOMOTION: dict[str, Command | Group] = {
    "train": Command("locomotion.learn:Train", "Train a walking policy on the gait with PPO."),
    "evaluate": Command(
        "locomotion.judge:Evaluate", "Evaluate a policy on a fixed grid of commands under pushes."
    ),
    "compare": Command(
        "locomotion.judge:Compare", "Compare the gait, RL, and both together at equal minutes."
    ),
    "tune-gait": Command("locomotion.learn:TuneGait", "Search the parameters of the gait alone."),
    "play": Command(
        "locomotion.deploy:play", "Steer a robot with the keyboard, or film a walk by written keys."
    ),
    "export": Command(
        "locomotion.deploy:export", "Write a policy for robots: ONNX, and a folder that runs it."
    ),
}
TELEOP: dict[str, Command | Group] = {
    "record": Command(
        "teleop.record:Record", "Record demonstrations of a task into a LeRobot dataset."
    ),
    "evaluate": Command(
        "teleop.evaluate:Evaluate", "Count how often the scripted operator of a task finishes it."
    ),
    "validate": Command("teleop.data:validate", "Check every file, frame and video of a dataset."),
    "repair": Command("teleop.data:repair", "Finish a recording that was interrupted."),
    "replay": Command(
        "teleop.data:replay", "Simulate episodes again and compare them with the recording."
    ),
    "info": Command("teleop.data:info", "Show the contents of a dataset."),
    "merge": Command("teleop.data:merge", "Join datasets of one task and robot into a new one."),
    "render": Command("teleop.data:render", "Render depth and segmentation of a recorded episode."),
}
IMITATION: dict[str, Command | Group] = {
    "train": Command("imitation.train:Train", "Train an arm policy on demonstrations."),
    "evaluate": Command(
        "imitation.evaluate:Evaluate",
        "Count how often an arm policy finishes a task, and how far it gets.",
    ),
    "demo": Command(
        "imitation.demo:demo", "Film an arm policy at work in unseen worlds, with a report."
    ),
    "improve": Command(
        "imitation.improve:Improve",
        "Improve an arm policy by corrections of the scripted operator.",
    ),
    "export": Command(
        "imitation.export:export", "Write an arm policy for robots: ONNX, checked and timed."
    ),
}
ALL = Group(
    "A humanoid that inherits its eyes from a car. --version prints the version.",
    {
        "demo": Command(
            "demo:Demo", "Cross unseen scenes to a goal, with the head camera as the only eye."
        ),
        "preview": Command("demo:preview", "Make a small moving picture (.webp) of a demo's film."),
        "doctor": Command(
            "doctor:doctor", "Find what keeps a renderer, the console or a headset from working."
        ),
        "release": Command(
            "release:release", "Evaluate a run and write its weights and card as a release."
        ),
        "perception": Group(
            "The eyes: look, learn, inspect data, exchange networks, study the transfer.",
            PERCEPTION,
        ),
        "locomotion": Group("The legs: train, evaluate, compare, export, play.", LOCOMOTION),
        "teleop": Group("The arms: record demonstrations, check, replay, merge them.", TELEOP),
        "imitation": Group(
            "Policies for the arms: learn from demonstrations, evaluate, improve, film, export.",
            IMITATION,
        ),
        "envs": Group(
            "The world: render labelled frames of scenes.",
            {"render": Command("envs:Render", "Render labelled frames of a scene to a dataset.")},
        ),
        "results": Group(
            "The figures in the documents: measure, show and check them.",
            {
                "measure": Command(
                    "results:ResultsMeasure", "Measure figures and enter them into the ledger."
                ),
                "show": Command(
                    "results:show", "Make the tables of the documents from the ledger."
                ),
                "check": Command(
                    "results:check",
                    "Check the documents against the ledger.",
                ),
            },
        ),
        "bench": Group(
            "Measurements of speed on this machine.",
            {
                "simulation": Command(
                    "bench:simulation", "Time walking and PPO against a bare physics loop."
                )
            },
        ),
    },
)
