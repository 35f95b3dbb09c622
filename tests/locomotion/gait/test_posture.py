import numpy as np

from drive2walk.locomotion.gait.posture import Posture


def test_the_named_robots_take_the_other_posture() -> None:
    def posture(value: float) -> Posture:
        shapes = (2, 3), (2, 3, 3), (2, 3), (2, 3), ()
        return Posture(*(np.full((3, *shape), value) for shape in shapes))

    mixed = posture(1.0).with_replaced(np.array([True, False, True]), by=posture(2.0))
    for part, alone in zip(mixed, posture(0.0), strict=True):
        assert part.shape == alone.shape
        assert (part[[0, 2]] == 2.0).all()
        assert (part[1] == 1.0).all()
