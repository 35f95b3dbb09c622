import math

import torch

from perception.losses import balance, depth_loss, surface_loss


def test_balance_by_hand() -> None:
    weights = balance(torch.tensor([0.0, 0.9]))
    assert torch.allclose(weights, torch.tensor([1 / math.log(1.1), 1 / math.log(2.0)]))


def test_surface_loss_by_hand() -> None:
    logits = torch.tensor([1.0, 2.0, 5.0]).view(1, 3, 1, 1)
    labelled = torch.tensor([[True, True, False]])
    loss = surface_loss(logits, torch.tensor([[[0]]]), labelled, torch.ones(3))
    assert math.isclose(loss.item(), math.log(1 + math.e), rel_tol=1e-5)


def test_a_class_that_a_dataset_does_not_label_gets_no_gradient() -> None:
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 4, 4, requires_grad=True)
    labels = torch.randint(0, 2, (2, 4, 4))
    labelled = torch.tensor([[True, True, False], [True, True, True]])
    surface_loss(logits, labels, labelled, torch.ones(3)).backward()
    assert (logits.grad[0, 2] == 0).all()
    assert (logits.grad[1, 2] > 0).all()


def test_unlabelled_pixels_do_not_count() -> None:
    logits = torch.randn(1, 3, 1, 2)
    labels = torch.tensor([[[1, 255]]])
    everything = torch.ones(1, 3, dtype=torch.bool)
    both = surface_loss(logits, labels, everything, torch.ones(3))
    one = surface_loss(logits[..., :1], labels[..., :1], everything, torch.ones(3))
    assert torch.allclose(both, one)


def test_depth_loss_is_the_log_ratio_where_depth_is_known() -> None:
    depth = torch.tensor([[[2.0, 0.0]]])
    log_depth = torch.tensor([[[math.log(4.0), 100.0]]])
    assert math.isclose(depth_loss(log_depth, depth).item(), math.log(2), rel_tol=1e-5)
    assert depth_loss(log_depth, torch.zeros_like(depth)).item() == 0
