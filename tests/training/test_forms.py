"""Networks in the forms of their files answer as they do; skipped where PyTorch is not installed."""

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only; see docs/training.md")

from training.forms import form_of  # noqa: E402
from training.networks.mimo_unet import MimoUNet  # noqa: E402
from training.networks.sen2lcz import Sen2Lcz  # noqa: E402
from training.networks.uncrtaints import SMALL, UnCRtainTS  # noqa: E402
from training.networks.unet import UNet  # noqa: E402
from training.recipes.uncrtaints import Served  # noqa: E402


def _stirred(network):
    """The network with norms that are not those of the beginning, so that a norm left out is seen."""
    torch.manual_seed(1)
    for one in network.modules():
        if isinstance(one, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(one.running_mean, -0.1, 0.1)
            torch.nn.init.uniform_(one.running_var, 0.5, 1.5)
        if isinstance(one, torch.nn.BatchNorm2d | torch.nn.GroupNorm):
            torch.nn.init.uniform_(one.weight, 0.5, 1.5)
            torch.nn.init.uniform_(one.bias, -0.5, 0.5)
    return network.eval()


@pytest.mark.parametrize(
    ("network", "shape"),
    [
        (UNet, (2, 12, 32, 48)),
        (lambda: UNet(widths=(24, 48, 96, 192)), (1, 12, 32, 32)),
        (MimoUNet, (2, 2, 2, 32, 48)),
        (lambda: MimoUNet(1, 16), (1, 1, 2, 32, 32)),
        (Sen2Lcz, (3, 10, 32, 32)),
        (lambda: Sen2Lcz(fusion=False), (3, 10, 32, 32)),
    ],
)
def test_a_form_answers_as_its_network(network, shape):
    plain = _stirred(network())
    values = torch.rand(shape)

    with torch.no_grad():
        form = form_of(torch.nn.Sequential(plain))
        found, wanted = form(values), plain(values)

    assert form is not plain
    torch.testing.assert_close(found, wanted, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("missing", [None, 1])
def test_a_clear_image_and_its_variance_are_the_same_in_the_form_of_the_file(missing):
    plain = Served(_stirred(UnCRtainTS(SMALL))).eval()
    values, days = torch.rand(1, 3, 15, 64, 64), torch.tensor([[3000.0, 3005.0, 3010.0]])
    if missing is not None:
        values[:, missing] = 0

    with torch.no_grad():
        found, wanted = form_of(plain)(values, days), plain(values, days)

    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_a_network_without_a_form_stays_as_it_is():
    network = torch.nn.Conv2d(1, 1, 1)

    assert form_of(network) is network
