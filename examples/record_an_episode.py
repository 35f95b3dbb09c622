"""Record an episode: a script sorts parts with the robot's hands, the result is a dataset."""

from __future__ import annotations

import argparse
from pathlib import Path

from drive2walk.checkpoints.released import load_controller
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.recording.record_config import RecordConfig
from drive2walk.teleop.recording.record_unattended import record_scripted


def main() -> None:
    """Record one episode and print what a frame of it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", default="sort", help="sort, leaves or tote")
    parser.add_argument("--dataset", type=Path, default=Path("runs/scripted"), help="its folder")
    options = parser.parse_args()

    config = RecordConfig(options.task, options.dataset, episodes=1)
    record_scripted(config, load_controller("unitree_g1"), print)
    # Videos are made from the recorded states: drive2walk teleop repair DATASET
    dataset = DatasetReader(options.dataset)
    header = dataset.header(0)
    print(f"{header.length} frames of 20 ms in {options.dataset}")


if __name__ == "__main__":
    main()
