"""Networks become files that answer as they do; skipped where PyTorch is not installed."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only; see docs/training.md")
pytest.importorskip("onnxscript", reason="PyTorch is for training only; see docs/training.md")

from app.base.errors import Invalid  # noqa: E402
from app.zoo.adapters import ADAPTERS  # noqa: E402
from app.zoo.cards import read_cards  # noqa: E402
from app.zoo.onnx import open_network  # noqa: E402
from app.zoo.tiles import Tile  # noqa: E402
from app.zoo.weights import sen2lcz as graphs  # noqa: E402
from training.descriptions import DESCRIPTIONS  # noqa: E402
from training.exporting import file_of, reference_of  # noqa: E402
from training.importing import PAPERS, fill, import_state, read_state  # noqa: E402
from training.networks.sen2lcz import Sen2Lcz  # noqa: E402
from training.recipes.uncrtaints import ENLARGED, Served  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def _stirred(network):
    """The network with running figures that are not those of the beginning."""
    torch.manual_seed(1)
    for one in network.modules():
        if isinstance(one, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(one.running_mean, -0.1, 0.1)
            torch.nn.init.uniform_(one.running_var, 0.5, 1.5)
    return network.eval()


def test_a_file_answers_as_its_network_and_takes_any_number_of_patches():
    network = _stirred(Sen2Lcz())
    arrays = {"reflectance": np.random.default_rng(1).random((2, 10, 32, 32)).astype(np.float32)}

    content = file_of(network, arrays, DESCRIPTIONS["sen2lcz"], "float32", most=4_000_000)

    more = {"reflectance": np.repeat(arrays["reflectance"], 3, axis=0)}
    assert reference_of(content, network, more, DESCRIPTIONS["sen2lcz"])[1] < 1e-5
    with pytest.raises(Invalid, match="bytes"):
        file_of(network, arrays, DESCRIPTIONS["sen2lcz"], "float32")


def test_variances_leave_the_network_in_squared_reflectance():
    network = PAPERS["uncrtaints"].network().eval()
    values, days = torch.rand(1, 3, 15, 64, 64), torch.tensor([[10.0, 15.0, 20.0]])

    with torch.no_grad():
        _mean, inner = network(values, days)
        _mean, served = Served(network)(values, days)

    torch.testing.assert_close(served * ENLARGED**2, inner)


def test_the_graph_of_given_weights_answers_as_the_trained_network():
    network = _stirred(Sen2Lcz())
    state = {name: one.numpy() for name, one in network.state_dict().items()}
    convolutions = tuple(
        graphs.Convolution(
            state[f"blocks.{level}.{3 * place}.weight"],
            state[f"blocks.{level}.{3 * place}.bias"],
            *(
                state[f"blocks.{level}.{3 * place + 1}.{kind}"]
                for kind in ("weight", "bias", "running_mean", "running_var")
            ),
        )
        for level in range(4)
        for place in range(4)
    )
    heads = tuple(
        graphs.Head(state[f"heads.{level}.weight"].T, state[f"heads.{level}.bias"]) for level in range(4)
    )
    patches = torch.rand(2, 10, 32, 32)

    with torch.no_grad():
        wanted = network(patches).numpy()

    weights = graphs.Weights(convolutions, heads)
    np.testing.assert_allclose(graphs.answer(weights, patches.numpy()), wanted, atol=1e-5)


def test_a_state_dictionary_of_paper_size_becomes_a_model(tmp_path):
    network = _stirred(PAPERS["uncrtaints"].network())
    path = tmp_path / "checkpoint.pth"
    torch.save({"state_dict": {f"netG.{name}": one for name, one in network.state_dict().items()}}, path)

    card = import_state("uncrtaints", path, tmp_path / "models")

    assert card.parameters == 570_010 and not card.training.simulated
    card = read_cards(tmp_path / "models")["uncrtaints-authors"]
    bands = card.bands
    values = np.random.default_rng(1).random((3, len(bands), 64, 64)).astype(np.float32)
    outcome = ADAPTERS[card.kind](
        card, Tile(bands, values, (1.0, 2.0, 3.0)), open_network(card, tmp_path / "models")
    )
    assert outcome.values.shape == (13, 64, 64)


def test_a_state_dictionary_of_another_network_is_refused(tmp_path):
    state = Sen2Lcz(3).state_dict()

    with pytest.raises(Invalid, match="shape"):
        fill(Sen2Lcz(10), {name: one for name, one in state.items() if "num_batches" not in name})


def test_a_file_that_would_execute_something_is_not_read(tmp_path):
    path = tmp_path / "bad.pth"
    torch.save({"state_dict": Sen2Lcz}, path)

    with pytest.raises(Invalid, match="weights alone"):
        read_state(path)
