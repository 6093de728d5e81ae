"""Where the network of a card runs: in this process, or on a server that the operator names."""

from pathlib import Path

from app.zoo.cards import ModelCard
from app.zoo.onnx import open_network
from app.zoo.remote import Server, open_remote
from app.zoo.tiles import Network


def open_anywhere(
    card: ModelCard, folder: Path, *, threads: int = 1, server: Server | None = None
) -> Network:
    """The network of a card, ready to run.

    Args:
        folder: where the models lie, each in a folder of its id.
        threads: that one run may use in this process.
        server: where it runs instead.
    Raises:
        Invalid: the file, or the model on the server, is not what the card says.
        Unavailable: the server does not answer.
    """
    return open_remote(card, server) if server else open_network(card, folder, threads=threads)
