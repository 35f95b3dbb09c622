import math

import pytest
import torch

from drive2walk.perception.training.losses.losses import (
    class_weights,
    depth_loss,
    surface_loss,
    teacher_loss,
    walkable_loss,
)

# Pixel weights of 1 for images of any size.
EVERYWHERE = torch.ones(1, 1, 1)


def test_class_weights_by_hand() -> None:
    weights = class_weights(torch.tensor([0.0, 0.9]))
    assert torch.allclose(weights, torch.tensor([1 / math.log(1.1), 1 / math.log(2.0)]))


def test_surface_loss_by_hand() -> None:
    logits = torch.tensor([1.0, 2.0, 5.0]).view(1, 3, 1, 1)
    labelled = torch.tensor([[True, True, False]])
    loss = surface_loss(logits, torch.tensor([[[0]]]), labelled, torch.ones(3), EVERYWHERE)
    assert math.isclose(loss.item(), math.log(1 + math.e), rel_tol=1e-5)


def test_a_class_that_a_dataset_does_not_label_gets_no_gradient() -> None:
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 4, 4, requires_grad=True)
    labels = torch.randint(0, 2, (2, 4, 4))
    labelled = torch.tensor([[True, True, False], [True, True, True]])
    surface_loss(logits, labels, labelled, torch.ones(3), EVERYWHERE).backward()
    assert (logits.grad[0, 2] == 0).all()
    assert (logits.grad[1, 2] > 0).all()


def test_unlabelled_pixels_do_not_count() -> None:
    logits = torch.randn(1, 3, 1, 2)
    labels = torch.tensor([[[1, 255]]])
    everything = torch.ones(1, 3, dtype=torch.bool)
    both = surface_loss(logits, labels, everything, torch.ones(3), EVERYWHERE)
    one = surface_loss(logits[..., :1], labels[..., :1], everything, torch.ones(3), EVERYWHERE)
    assert torch.allclose(both, one)


def test_depth_loss_is_the_log_ratio_where_depth_is_known() -> None:
    depth = torch.tensor([[[2.0, 0.0]]])
    log_depth = torch.tensor([[[math.log(4.0), 100.0]]])
    assert math.isclose(depth_loss(log_depth, depth).item(), math.log(2), rel_tol=1e-5)
    assert depth_loss(log_depth, torch.zeros_like(depth)).item() == 0


def test_walkable_loss_by_hand() -> None:
    # The first two of three classes are walkable; the probabilities are .25, .25 and .5.
    logits = torch.tensor([1.0, 1.0, 2.0]).log().view(1, 3, 1, 1).expand(1, 3, 1, 3)
    two_way = torch.tensor([[True, True, False]])
    labels = torch.tensor([[[1, 0, 255]]])
    loss = walkable_loss(logits, labels, two_way)
    assert math.isclose(loss.item(), -math.log(0.5), rel_tol=1e-5)
    first = walkable_loss(logits[..., :1], labels[..., :1], two_way)
    assert math.isclose(first.item(), -math.log(0.25 + 0.25), rel_tol=1e-5)


def test_a_two_way_label_does_not_distinguish_its_classes() -> None:
    logits = torch.tensor([0.3, -1.0, 0.7, 0.1]).view(1, 4, 1, 1).requires_grad_()
    two_way = torch.tensor([[True, True, False, False]])
    walkable_loss(logits, torch.tensor([[[1]]]), two_way).backward()
    # Their ratios stay, because a step against the gradient changes them in proportion.
    probability = logits.detach()[:, :2].softmax(dim=1)
    step = logits.grad[:, :2]
    assert torch.allclose(step / probability, (step / probability)[:, :1].expand_as(probability))
    assert (step < 0).all()
    assert (logits.grad[:, 2:] > 0).all()


def test_losses_without_labels_are_zero() -> None:
    logits = torch.randn(1, 3, 2, 2)
    nothing = torch.full((1, 2, 2), 255)
    labelled = torch.ones(1, 3, dtype=torch.bool)
    assert surface_loss(logits, nothing, labelled, torch.ones(3), EVERYWHERE).item() == 0
    assert walkable_loss(logits, nothing, labelled).item() == 0


def test_teacher_loss_by_hand() -> None:
    student = torch.tensor([0.0, 0.0, 9.0]).view(1, 3, 1, 1)
    teacher = torch.tensor([2 * math.log(3.0), 0.0, -9.0]).view(1, 3, 1, 1)
    named = torch.tensor([True, True, False])
    # At temperature 2 the teacher has .75 and .25, the student .5 and .5; the third is left out.
    divergence = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)
    loss = teacher_loss(student, teacher, named, False, 2.0)
    assert math.isclose(loss.item(), 4 * divergence, rel_tol=1e-5)
    assert teacher_loss(teacher, teacher, named, False, 2.0).item() == 0


def test_a_teacher_of_one_class_does_not_distinguish_the_others() -> None:
    # Road has .8. How the student divides the rest between the other two does not matter.
    teacher = torch.tensor([0.8, 0.1, 0.1]).log().view(1, 3, 1, 1)
    student = torch.tensor([0.8, 0.19, 0.01]).log().view(1, 3, 1, 1).requires_grad_()
    road = torch.tensor([True, False, False])
    loss = teacher_loss(student, teacher, road, True, 3.0)
    assert abs(loss.item()) < 1e-6
    loss.backward()
    assert student.grad.abs().max() < 1e-6
    apart = torch.tensor([0.5, 0.25, 0.25]).log().view(1, 3, 1, 1)
    expected = 0.8 * math.log(0.8 / 0.5) + 0.2 * math.log(0.2 / 0.5)
    loss = teacher_loss(apart, teacher, road, True, 1.0)
    assert math.isclose(loss.item(), expected, rel_tol=1e-5)


def test_a_pixel_with_weight_two_counts_twice() -> None:
    logits = torch.randn(1, 3, 1, 2)
    labels, labelled = torch.tensor([[[0, 1]]]), torch.ones(1, 3, dtype=torch.bool)
    twice = surface_loss(logits, labels, labelled, torch.ones(3), torch.tensor([[[1.0, 2.0]]]))
    index = [0, 1, 1]
    repeated = surface_loss(
        logits[..., index], labels[..., index], labelled, torch.ones(3), torch.ones(1, 1, 3)
    )
    assert twice.item() == pytest.approx(repeated.item())
