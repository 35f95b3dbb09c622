"""Samples hold what a policy would have seen, felt, remembered and should have done."""

import dataclasses

import numpy as np
import pytest
import torch

from drive2walk.teleop.imitation.actions import BASE, GRASPS, HANDS
from drive2walk.teleop.imitation.demonstrations.samples import (
    HIDDEN,
    LOOK_BACK,
    InputNoise,
    Samples,
)
from drive2walk.teleop.imitation.demonstrations.track import (
    Track,
    encode_chunks,
    find_busy,
)
from tests.teleop.imitation.conftest import BODY, CHUNK, EYE, LENGTH, make_demonstration

STILL = InputNoise(0.0, 0.0, 0.0, 0.0)


def take(tracks: list[Track], episode: int, moment: int, **changes: object) -> object:
    samples = Samples(tracks, EYE, 2, dataclasses.replace(STILL, **changes))
    return samples.batch(np.array([[episode, moment]]), None)


def test_a_sample_has_the_image_of_its_moment_and_of_the_last_closing(
    tracks: list[Track],
) -> None:
    batch = take(tracks, 1, 20)
    colours = tracks[1].cached.colours(0).astype(np.float32)
    np.testing.assert_array_equal(batch.inputs.image.colours[0], colours[20])
    np.testing.assert_array_equal(batch.inputs.closing.colours[0], colours[10])
    assert batch.inputs.has_closing.tolist() == [1.0]
    assert take(tracks, 1, 10).inputs.has_closing.tolist() == [0.0]


def test_a_sample_feels_the_present_and_half_a_second_ago(tracks: list[Track]) -> None:
    body = take(tracks, 0, 20).inputs.body[0].numpy()
    np.testing.assert_array_equal(body, tracks[0].body[[20, 20 - LOOK_BACK]])
    start = take(tracks, 0, 2).inputs.body[0].numpy()
    np.testing.assert_array_equal(start, tracks[0].body[[2, 0]])
    assert body.shape == (2, BODY)


def test_the_chunk_begins_now_and_rests_after_the_end(tracks: list[Track]) -> None:
    demonstration = make_demonstration(0)
    actions = take(tracks, 0, 20).actions[0].numpy()
    wanted = demonstration.commands.hands[20 : 20 + CHUNK, 0, 0]
    np.testing.assert_allclose(actions[:, HANDS[0].start], wanted, atol=1e-6)
    np.testing.assert_allclose(actions[:, GRASPS], [[0, 1]] * CHUNK)
    last = take(tracks, 0, LENGTH - 2).actions[0].numpy()
    np.testing.assert_allclose(last[:2, BASE], [[0.2, 0, 0.1, 0.7]] * 2, atol=1e-6)
    np.testing.assert_allclose(last[2:, BASE], [[0, 0, 0, 0.7]] * 2, atol=1e-6)


def test_the_belief_counts_what_was_commanded_before(tracks: list[Track]) -> None:
    assert take(tracks, 0, 10).inputs.belief[0, :4].tolist() == [0, 0, 0, 0]
    assert take(tracks, 0, 11).inputs.belief[0, :4].tolist() == [0, 0.25, 0, 0]
    assert take(tracks, 0, 31).inputs.belief[0, :4].tolist() == [0, 0.25, 0, 0.25]
    assert float(take(tracks, 0, 39).inputs.belief[0, -1]) == 1.0


def test_noise_hides_and_shifts(tracks: list[Track]) -> None:
    samples = Samples(tracks, EYE, 2, InputNoise(0.4, 0.0, 0.3, 0.1))
    batch = samples.draw(400, np.random.default_rng(0))
    assert float(batch.inputs.has_body.mean()) == pytest.approx(0.6, abs=0.1)
    hidden = batch.inputs.belief[:, -1] == HIDDEN
    assert 0.2 < float(hidden.float().mean()) < 0.4
    error = (batch.inputs.belief[:, -1] - batch.progress)[~hidden]
    assert float(error.std()) == pytest.approx(0.1, abs=0.03)
    bright = batch.inputs.image.colours.mean(dim=(1, 2, 3)) > 5
    assert 0.35 < float(bright.float().mean()) < 0.65
    then = batch.inputs.closing.colours.mean(dim=(1, 2, 3)) > 5
    assert torch.equal(bright, then)


def test_moments_in_which_a_policy_acted_are_left_out(tracks: list[Track]) -> None:
    part = dataclasses.replace(tracks[0], usable=np.arange(5, 9))
    samples = Samples([part, tracks[1]], EYE, 1, STILL)
    assert len(samples.index) == 4 + LENGTH
    assert samples.index[:4].tolist() == [[0, 5], [0, 6], [0, 7], [0, 8]]


def test_an_eye_that_learns_is_given_images(tracks: list[Track]) -> None:
    samples = Samples(tracks, None, 1, STILL)
    images, closing = samples.batch(np.array([[2, 12]]), None).images or (None, None)
    np.testing.assert_array_equal(images[0], tracks[2].cached.images()[12])
    np.testing.assert_array_equal(closing[0], tracks[2].cached.images()[10])


def test_long_pauses_are_left_out_of_chunks_and_samples() -> None:
    demonstration = make_demonstration(0)
    commands = demonstration.commands
    hands, base = commands.hands.copy(), commands.base.copy()
    hands[12:25] = hands[12]
    base[12:25, :3] = 0.0
    paused = dataclasses.replace(commands, hands=hands, base=base)
    demonstration = dataclasses.replace(demonstration, commands=paused)
    busy = find_busy(demonstration)
    # The hands stop at moment 12; four moments of the pause stay.
    np.testing.assert_array_equal(np.flatnonzero(~busy), np.arange(16, 24))
    chunks = encode_chunks(demonstration, 6, "base")
    following = chunks[13][:, HANDS[0].start]
    np.testing.assert_allclose(following, hands[[13, 14, 15, 24, 25, 26], 0, 0])


def test_a_closing_hand_is_no_pause_and_the_end_is_kept() -> None:
    demonstration = make_demonstration(0)
    still = dataclasses.replace(
        demonstration.commands,
        hands=np.repeat(demonstration.commands.hands[:1], LENGTH, axis=0),
        base=np.tile([0.0, 0.0, 0.0, 0.7], (LENGTH, 1)),
    )
    busy = find_busy(dataclasses.replace(demonstration, commands=still))
    # The hand begins to close between moments 9 and 10, and to open between 29 and 30.
    assert busy[[9, 10, 13, 29, 30, 33]].all()
    assert not busy[14:29].any()
    assert busy[36:].all()
