"""See one image: where may a Unitree G1 step in a picture?"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2

from drive2walk.checkpoints.released import load_predictor
from drive2walk.perception.inference.overlay import overlay_walkable
from drive2walk.robot.spec import load_robot


def main() -> None:
    """Write the picture with its walkable part in green and print the fraction."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", type=Path, help="a picture, any size")
    parser.add_argument("--out", type=Path, default=Path("walkable.png"), help="file to write")
    options = parser.parse_args()

    image = cv2.cvtColor(cv2.imread(str(options.image)), cv2.COLOR_BGR2RGB)
    predictor = load_predictor("walking", load_robot("unitree_g1"))
    probability = predictor(image).walkable_at(*image.shape[:2])  # (height, width)
    walkable = probability > 0.5
    cv2.imwrite(
        str(options.out), cv2.cvtColor(overlay_walkable(image, walkable), cv2.COLOR_RGB2BGR)
    )
    print(f"{walkable.mean():.0%} of the picture is walkable: {options.out}")


if __name__ == "__main__":
    main()
