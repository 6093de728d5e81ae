"""The networks have the sizes their authors report; skipped where PyTorch is not installed."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only; see docs/training.md")

from training.networks.mimo_unet import MimoUNet  # noqa: E402
from training.networks.sen2lcz import Sen2Lcz  # noqa: E402
from training.networks.uncrtaints import PAPER, SMALL, UnCRtainTS  # noqa: E402
from training.networks.unet import PAPER_WIDTHS, UNet  # noqa: E402


def _parameters(network) -> int:
    return sum(values.numel() for values in network.parameters())


@pytest.mark.parametrize(
    ("network", "parameters"),
    [
        (lambda: Sen2Lcz(), 791_428),
        (lambda: Sen2Lcz(fusion=False), 787_569),
        (lambda: UNet(12, 9, PAPER_WIDTHS, bias=True), 13_401_033),
        (lambda: UNet(), 1_965_546),
        (lambda: UNet(widths=(24, 48, 96, 192)), 1_098_778),
        (lambda: MimoUNet(1, 30, 2), 3_797_612),
        (lambda: MimoUNet(2, 30, 2), 15_063_514),
        (lambda: MimoUNet(1, 21, 3), 1_862_450),
        (lambda: MimoUNet(1, 16, 2), 1_081_906),
        (lambda: MimoUNet(2, 8, 2), 1_073_868),
        (lambda: UnCRtainTS(PAPER), 570_010),
        (lambda: UnCRtainTS(replace(PAPER, covariance="iso")), 568_462),
        (lambda: UnCRtainTS(replace(PAPER, covariance="none")), 568_333),
        (lambda: UnCRtainTS(replace(PAPER, bands=13)), 569_754),
        (lambda: UnCRtainTS(replace(PAPER, temporal=False)), 520_218),
        (lambda: UnCRtainTS(replace(PAPER, temporal=False, covariance="none")), 518_541),
        (lambda: UnCRtainTS(replace(SMALL, covariance="none", bands=13)), 45_948),
    ],
)
def test_a_network_has_the_parameters_that_are_reported(network, parameters):
    assert _parameters(network()) == parameters


def test_zones_are_answered_as_probabilities():
    answer = Sen2Lcz().eval()(torch.rand(3, 10, 32, 32))

    assert answer.shape == (3, 17)
    assert torch.allclose(answer.sum(dim=1), torch.ones(3), atol=1e-5)


def test_a_date_that_is_missing_changes_nothing():
    network = UnCRtainTS(SMALL).eval()
    values, days = torch.rand(1, 3, 15, 64, 64), torch.tensor([[10.0, 15.0, 20.0]])
    padded = torch.cat([values, torch.zeros(1, 1, 15, 64, 64)], dim=1)

    with torch.no_grad():
        mean, variance = network(values, days)
        other_mean, other_variance = network(padded, torch.cat([days, torch.zeros(1, 1)], dim=1))

    assert torch.allclose(mean, other_mean, atol=1e-5)
    assert torch.allclose(variance, other_variance, atol=1e-4)


def test_variances_are_positive_and_means_are_reflectance():
    with torch.no_grad():
        mean, variance = UnCRtainTS(SMALL).eval()(torch.rand(2, 3, 15, 64, 64), torch.rand(2, 3) * 100)

    assert mean.shape == variance.shape == (2, 13, 64, 64)
    assert variance.min() > 0 and mean.min() >= 0 and mean.max() <= 1


def test_subnetworks_answer_each_for_itself():
    assert MimoUNet(2, 8).eval()(torch.rand(1, 2, 2, 64, 64)).shape == (1, 2, 2, 64, 64)
