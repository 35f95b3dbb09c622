import pytest
import torch

from drive2walk.perception.training.losses.soft_iou import STRIDE, jaccard_steps, soft_iou_loss
from drive2walk.robot.surfaces import UNLABELLED


def spread(values: torch.Tensor) -> torch.Tensor:
    """Repeat pixels so that each is compared once."""
    return values.repeat_interleave(STRIDE, -1).repeat_interleave(STRIDE, -2)


def certain(labels: torch.Tensor, num_classes: int = 3) -> torch.Tensor:
    return 50.0 * torch.nn.functional.one_hot(labels, num_classes).movedim(-1, 1).float()


EVERY_CLASS = torch.ones(1, 3, dtype=torch.bool)


def test_the_loss_of_certain_predictions_is_one_minus_the_mean_iou() -> None:
    labels = torch.tensor([[[0, 0, 0, 1]]])
    answers = torch.tensor([[[0, 0, 1, 1]]])
    # The IoU is 2/3 for the first class and 1/2 for the second; the third does not occur.
    loss = soft_iou_loss(spread(certain(answers)), spread(labels), EVERY_CLASS)
    assert loss.item() == pytest.approx(1 - (2 / 3 + 1 / 2) / 2, abs=1e-5)
    assert soft_iou_loss(spread(certain(labels)), spread(labels), EVERY_CLASS).item() < 1e-5


def test_jaccard_steps_by_hand() -> None:
    # Two of three pixels are of the class: a miss, a false one, a miss.
    steps = jaccard_steps(torch.tensor([[True, False, True]]))
    assert torch.allclose(steps, torch.tensor([[1 / 2, 2 / 3 - 1 / 2, 1 - 2 / 3]]))


def test_a_rare_class_counts_as_much_as_a_common_one() -> None:
    labels = torch.tensor([[[1] + [0] * 99]])
    rare_missed, common_missed = labels.clone(), labels.clone()
    rare_missed[..., 0], common_missed[..., -1] = 2, 2
    rare, common = (
        soft_iou_loss(spread(certain(answers)), spread(labels), EVERY_CLASS).item()
        for answers in (rare_missed, common_missed)
    )
    assert rare == pytest.approx(99 * common, rel=1e-3)


def test_an_unlabelled_class_gets_no_gradient() -> None:
    logits = torch.randn(1, 3, 2, 2, requires_grad=True)
    labelled = torch.tensor([[True, True, False]])
    soft_iou_loss(logits, torch.tensor([[[0, 1], [1, 0]]]), labelled).backward()
    assert (logits.grad[0, 2] == 0).all()
    assert (logits.grad[0, :2] != 0).any()


def test_unknown_pixels_do_not_count() -> None:
    labels = torch.tensor([[[0, 0, 1]]])
    logits = torch.randn(1, 3, 1, 3)
    more = torch.cat([logits, torch.randn(1, 3, 1, 2)], dim=-1)
    unknown = torch.cat([labels, torch.full((1, 1, 2), UNLABELLED)], dim=-1)
    a = soft_iou_loss(spread(logits), spread(labels), EVERY_CLASS)
    b = soft_iou_loss(spread(more), spread(unknown), EVERY_CLASS)
    assert a.item() == pytest.approx(b.item())


def test_the_loss_without_labels_is_zero_with_a_zero_gradient() -> None:
    logits = torch.randn(1, 3, 2, 2, requires_grad=True)
    loss = soft_iou_loss(logits, torch.full((1, 2, 2), UNLABELLED), EVERY_CLASS)
    loss.backward()
    assert loss.item() == 0
    assert (logits.grad == 0).all()
