import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.numpy import load_file
from stable_baselines3 import PPO

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.experiment.config import save_config
from drive2walk.locomotion.training import train as train_module
from drive2walk.locomotion.training.checkpoint_file import CHECKPOINT_FILE
from drive2walk.locomotion.training.config import PpoConfig, WalkingTraining
from drive2walk.locomotion.training.train import train

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[4]
ROBOTS = 16
CONFIG = WalkingTraining(
    num_envs=2 * ROBOTS,
    num_threads=1,
    max_samples=2 * ROBOTS * 8 * 4,
    card_repeats=1,
    ppo=PpoConfig(steps=8, minibatches=2),
    walking=WalkingConfig(episode_s=2.0),
)
# Both processes have the same robots and the same noise, so that the mean of their gradients is
# the gradient of each, to the last bit.
TRAIN_ALIKE = """
import sys
from pathlib import Path
from drive2walk.experiment.config import load_config
from drive2walk.locomotion.training import ppo, train
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.distributed.join import end_launched_process
ppo.PROCESS_SEED_STEP = 0
config, out = map(Path, sys.argv[1:3])
config = load_config(WalkingTraining, config, config.parent)
train.train(config, 0, out, resume=sys.argv[3] == "resume")
end_launched_process()
"""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _local(**variables: object) -> dict[str, str]:
    """Return the environment of a process that talks to others over the loopback interface."""
    given = {name: str(value) for name, value in variables.items()}
    return {**os.environ, "GLOO_SOCKET_IFNAME": "lo", **given}


def _run_together(processes: list[subprocess.Popen[str]]) -> list[str]:
    """Wait for all processes and return what they wrote to stderr."""
    errors = [process.communicate(timeout=240)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), errors
    return errors


def test_processes_that_do_the_same_learn_what_one_learns_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_learner = train_module.build_learner

    def build_and_seed(*arguments: object) -> PPO:
        model = build_learner(*arguments)  # type: ignore[arg-type]
        torch.manual_seed(0)  # as in each of several processes
        return model

    monkeypatch.setattr(train_module, "build_learner", build_and_seed)
    together, worker, alone = (tmp_path / name for name in ("together", "worker", "alone"))
    for resume, updates in ((False, 6), (True, 12)):
        config = dataclasses.replace(CONFIG, max_samples=CONFIG.max_samples * (1 + resume))
        _train_in_two_processes(config, [together, worker], resume)
        train(_with_half(config), 0, alone, resume=resume)
        found, expected = (load_file(path / CHECKPOINT_FILE) for path in (together, alone))
        for name, tensor in expected.items():
            assert (found[name] == tensor).all(), name
        assert {int(t) for name, t in expected.items() if name.endswith(".step")} == {updates}
        assert not worker.exists()  # the main process alone reads and writes


def _train_in_two_processes(config: WalkingTraining, outs: list[Path], resume: bool) -> None:
    path = outs[0].with_suffix(".yaml")
    save_config(config, path)
    meet = {"WORLD_SIZE": 2, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": _free_port()}
    how = "resume" if resume else "start"
    _run_together(
        [
            subprocess.Popen(
                [sys.executable, "-c", TRAIN_ALIKE, str(path), str(out), how],
                env=_local(RANK=rank, **meet),
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            for rank, out in enumerate(outs)
        ]
    )


def _with_half(config: WalkingTraining) -> WalkingTraining:
    return dataclasses.replace(
        config, num_envs=config.num_envs // 2, max_samples=config.max_samples // 2
    )


def test_two_machines_train_one_policy_by_torchrun(tmp_path: Path) -> None:
    path, out = tmp_path / "config.yaml", tmp_path / "run"
    save_config(CONFIG, path)
    port = _free_port()
    errors = _run_together(
        [
            subprocess.Popen(
                [*_torchrun(node, port), *_train_command(path, out)],
                env=_local(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            for node in range(2)
        ]
    )
    assert not any("Traceback" in error for error in errors)
    steps = [tensor for name, tensor in load_file(out / CHECKPOINT_FILE).items() if "step" in name]
    assert max(step.max() for step in steps) == 6
    assert (out / "policy.md").is_file()


def _torchrun(node: int, port: int) -> list[str]:
    place = ["--nnodes", "2", "--node-rank", str(node), "--nproc-per-node", "1"]
    meet = ["--master-addr", "127.0.0.1", "--master-port", str(port)]
    return [sys.executable, "-m", "torch.distributed.run", *place, *meet]


def _train_command(config: Path, out: Path) -> list[str]:
    module = ["-m", "drive2walk.cli"]
    return [*module, "locomotion", "train", "--config", str(config), "--out", str(out)]


def test_workers_end_when_the_launched_main_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    save_config(dataclasses.replace(CONFIG, max_samples=0), path)
    meet = {"WORLD_SIZE": 2, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": _free_port()}
    out = tmp_path / "run"
    main, worker = (
        subprocess.Popen(
            [sys.executable, *_train_command(path, out)],
            env=_local(RANK=rank, **meet),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for rank in range(2)
    )
    deadline = time.monotonic() + 120
    while not (out / CHECKPOINT_FILE).is_file() and time.monotonic() < deadline:
        time.sleep(0.1)
    worker.send_signal(signal.SIGINT)  # torchrun passes Ctrl-C on; the main process decides
    time.sleep(0.5)
    assert worker.poll() is None
    main.kill()
    _, errors = worker.communicate(timeout=30)
    main.communicate()
    assert "Traceback" not in errors
    assert load_file(out / CHECKPOINT_FILE)
