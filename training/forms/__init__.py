"""The same networks in forms that ONNX Runtime works through faster; only exported files have them."""

from torch import nn

from training.forms.mimo_unet import JoinedMimo
from training.forms.sen2lcz import PooledSen2Lcz
from training.forms.uncrtaints import QuickUnCRtainTS
from training.forms.unet import PartedUNet
from training.networks.mimo_unet import MimoUNet
from training.networks.sen2lcz import Sen2Lcz
from training.networks.unet import UNet
from training.recipes.uncrtaints import ENLARGED, SIZE, Served


def form_of(network: nn.Module) -> nn.Module:
    """What is exported for a network: its quick form where there is one, else the network itself.

    A form holds folded copies of the weights and answers what the network answers, but for rounding.
    """
    inner = network[0] if isinstance(network, nn.Sequential) and len(network) == 1 else network
    if isinstance(inner, MimoUNet):
        return JoinedMimo(inner).eval()
    if isinstance(inner, UNet):
        return PartedUNet(inner).eval()
    if isinstance(inner, Sen2Lcz):
        return PooledSen2Lcz(inner).eval()
    if isinstance(inner, Served):
        return QuickUnCRtainTS(inner.network, SIZE, ENLARGED**2).eval()
    return network
