"""Procedural pictures that cover one face: views, posters, screens, books, facades."""

from __future__ import annotations

import cv2
import numpy as np

from drive2walk.envs.scenes.appearance.colours import Colour, Generator, random_colour, shade
from drive2walk.envs.scenes.appearance.noise import fractal
from drive2walk.robot.geometry.arrays import Image


def outdoor_view(rng: Generator, size: int = 96) -> Image:
    """Return the view from a window: a bright sky over trees or blocks of houses."""
    sky = random_colour(rng, (0.52, 0.62), (0.0, 0.4), (0.75, 1.0))
    fade = np.linspace(0, rng.uniform(0.0, 0.3), size)[:, None] * np.ones(size)
    image = shade(sky, fade + 0.1 * fractal(rng, (size, size), (3, 2), 3))
    horizon = int(size * rng.uniform(0.4, 0.8))
    for _ in range(int(rng.integers(2, 9))):
        tint = (random_colour(rng, (0.0, 0.5), (0.0, 0.5), (0.3, 0.8)) * 255).tolist()
        left, width = int(rng.integers(size)), int(rng.integers(8, size // 2))
        top = horizon - int(rng.integers(0, size // 3))
        if rng.random() < 0.5:
            cv2.rectangle(image, (left, top), (left + width, size), tint, -1)
        else:
            green = (random_colour(rng, (0.22, 0.4), (0.2, 0.7), (0.2, 0.6)) * 255).tolist()
            cv2.circle(image, (left, horizon), width // 2, green, -1)
            cv2.rectangle(image, (0, horizon + width // 3), (size, size), green, -1)
    daylight = rng.random()
    if daylight < 0.3:
        # A camera that is exposed for the room overexposes the window.
        image = np.asarray(image * 0.25 + 190, dtype=np.uint8)
    elif daylight < 0.4:
        image = np.asarray(image * 0.12, dtype=np.uint8)
    return with_frame(image, random_colour(rng, (0, 0.2), (0, 0.3), (0.2, 1)), rng)


def with_frame(image: Image, colour: Colour, rng: Generator) -> Image:
    """Draw a window frame and glazing bars on ``image`` and return it."""
    size = image.shape[0]
    bar = max(2, size // int(rng.integers(20, 45)))
    tint = (colour * 255).tolist()
    cv2.rectangle(image, (0, 0), (size - 1, size - 1), tint, 2 * bar)
    for k in range(1, int(rng.integers(1, 4)) + 1):
        x = size * k // (int(rng.integers(1, 3)) + k)
        cv2.line(image, (x, 0), (x, size), tint, bar)
    if rng.random() < 0.4:
        cv2.line(image, (0, size // 3), (size, size // 3), tint, bar)
    return image


def poster(rng: Generator, size: int = 96) -> Image:
    """Return a framed picture: blocks, circles and lines on a clouded ground."""
    ground = random_colour(rng, value=(0.2, 1))
    image = shade(ground, fractal(rng, (size, size), (3, 3), 4) * rng.uniform(0, 1.5))
    for _ in range(int(rng.integers(0, 12))):
        tint = (random_colour(rng) * 255).tolist()
        a = tuple(int(v) for v in rng.integers(0, size, 2))
        b = tuple(int(v) for v in rng.integers(0, size, 2))
        style = rng.integers(3)
        if style == 0:
            cv2.rectangle(image, a, b, tint, -1)
        elif style == 1:
            cv2.circle(image, a, int(rng.integers(3, size // 3)), tint, -1)
        else:
            cv2.line(image, a, b, tint, int(rng.integers(1, 5)))
    frame = (random_colour(rng, saturation=(0, 0.5)) * 255).tolist()
    cv2.rectangle(image, (0, 0), (size - 1, size - 1), frame, int(rng.integers(1, 10)))
    return image


def screen(rng: Generator, size: int = 64) -> Image:
    """Return the face of a monitor or a whiteboard: lines that stand for text."""
    dark = rng.random() < 0.6
    ground = random_colour(rng, saturation=(0, 0.5), value=(0.02, 0.3) if dark else (0.8, 1))
    image = shade(ground, np.zeros((size, size)))
    for y in range(4, size - 4, int(rng.integers(4, 9))):
        if rng.random() < 0.6:
            tint = (random_colour(rng, saturation=(0, 0.7)) * 255).tolist()
            left = int(rng.integers(2, size // 2))
            cv2.line(image, (left, y), (left + int(rng.integers(4, size // 2)), y), tint, 1)
    return image


def bookshelf(rng: Generator, rows: int, size: int = 128) -> Image:
    """Return a front of ``rows`` shelves with books and gaps."""
    image = np.zeros((size, size, 3), dtype=np.uint8)
    image[:] = (random_colour(rng, (0.05, 0.12), (0.1, 0.6), (0.1, 0.4)) * 255).astype(np.uint8)
    board = (random_colour(rng, (0.05, 0.12), (0.1, 0.6), (0.3, 0.9)) * 255).tolist()
    step = size // rows
    for row in range(rows):
        bottom, x = (row + 1) * step - 2, 2
        while x < size - 4:
            width = int(rng.integers(2, 7))
            if rng.random() < 0.8:
                tint = (random_colour(rng, saturation=(0, 0.9), value=(0.15, 1)) * 255).tolist()
                top = bottom - int(step * rng.uniform(0.5, 0.85))
                cv2.rectangle(image, (x, top), (x + width - 1, bottom), tint, -1)
            x += width
        cv2.line(image, (0, bottom), (size, bottom), board, 3)
    return image


def facade(rng: Generator, ground: Image, floors: int, bays: int) -> Image:
    """Return a house front: ``ground`` (a wall texture) with windows in ``floors`` and ``bays``."""
    height, width = 24 * floors, 24 * bays
    repeat = (height // ground.shape[0] + 1, width // ground.shape[1] + 1, 1)
    image = np.tile(ground, repeat)[:height, :width].copy()
    glass = random_colour(rng, (0.5, 0.65), (0.05, 0.4), (0.1, 0.7))
    frame = (random_colour(rng, (0, 0.2), (0, 0.3), (0.2, 1)) * 255).tolist()
    w, h = int(rng.integers(8, 20)), int(rng.integers(10, 20))
    for row in range(floors):
        for bay in range(bays):
            x, y = bay * 24 + (24 - w) // 2, row * 24 + (24 - h) // 2
            tint = np.clip(glass * rng.uniform(0.5, 1.5), 0, 1) * 255
            cv2.rectangle(image, (x, y), (x + w, y + h), tint.tolist(), -1)
            cv2.rectangle(image, (x, y), (x + w, y + h), frame, 1)
            cv2.line(image, (x + w // 2, y), (x + w // 2, y + h), frame, 1)
    return image
