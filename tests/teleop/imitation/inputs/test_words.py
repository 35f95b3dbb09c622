"""Words of a task are rows of a table."""

import numpy as np

from drive2walk.teleop.imitation.inputs.words import MAX_WORDS, NUM_ROWS, encode_words


def test_one_other_word_changes_one_row() -> None:
    left, right = (encode_words(f"to the table on your {side}") for side in ("left", "right"))
    assert left.shape == (MAX_WORDS,)
    np.testing.assert_array_equal(np.flatnonzero(left != right), [5])
    assert (left[:6] > 0).all() and (left[6:] == 0).all()
    assert left.max() < NUM_ROWS


def test_case_and_punctuation_do_not_count_and_long_texts_are_cut() -> None:
    np.testing.assert_array_equal(encode_words("Lift, it!"), encode_words("lift it"))
    assert (encode_words("word " * 100) > 0).all()
