from drive2walk.locomotion.navigation.bump_detector import BumpConfig, BumpDetector

CONFIG = BumpConfig(settle_s=0.5, patience_s=0.3)


def bumps(commanded: float, measured: float, seconds: float) -> list[float]:
    """Return the times at which a bump is reported, in seconds."""
    detector = BumpDetector(CONFIG)
    steps = range(round(seconds / 0.02))
    return [round(i * 0.02, 2) for i in steps if detector.update(commanded, measured, 0.02)]


def test_a_blocked_robot_is_detected_after_settling_and_patience() -> None:
    times = bumps(0.5, 0.05, 2.0)
    assert 0.74 <= times[0] <= 0.84
    # The next bump takes as long again.
    assert 1.5 <= times[1] <= 1.68


def test_walking_and_turning_in_place_are_no_bump() -> None:
    assert bumps(0.5, 0.4, 5.0) == []
    assert bumps(0.0, 0.0, 5.0) == []


def test_a_robot_that_advances_again_is_not_blocked() -> None:
    detector = BumpDetector(CONFIG)
    for i in range(400):
        measured = 0.05 if i % 14 < 12 else 0.4
        assert not detector.update(0.5, measured, 0.02)
