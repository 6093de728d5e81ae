"""A model on KServe: `kserve_server.py ID MODEL.onnx PORT`.

Runs in an environment of its own (requirements/inference.in), so it knows nothing of the service.
"""

import sys
from typing import Any

import kserve
import onnxruntime
from kserve import InferOutput, InferRequest, InferResponse


class OnnxModel(kserve.Model):
    """A file in ONNX, answered by ONNX Runtime; float arrays alone."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name)
        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        self.ready = True

    async def get_input_types(self) -> list[dict[str, Any]]:
        """What the file takes."""
        return [_described(one) for one in self.session.get_inputs()]

    async def get_output_types(self) -> list[dict[str, Any]]:
        """What the file returns."""
        return [_described(one) for one in self.session.get_outputs()]

    def predict(self, payload: InferRequest, headers=None, response_headers=None) -> InferResponse:
        """Answer one request, with bytes where it asks for them."""
        names = [one.name for one in self.session.get_outputs()]
        found = self.session.run(names, {one.name: one.as_numpy() for one in payload.inputs})
        outputs = []
        for name, values in zip(names, found, strict=True):
            output = InferOutput(name=name, shape=list(values.shape), datatype="FP32")
            output.set_data_from_numpy(values, binary_data=payload.use_binary_outputs)
            outputs.append(output)
        return InferResponse(response_id=payload.id, model_name=self.name, infer_outputs=outputs)


def _described(one):
    return {
        "name": one.name,
        "datatype": "FP32",
        "shape": [n if isinstance(n, int) else -1 for n in one.shape],
    }


if __name__ == "__main__":
    name, path, port = sys.argv[1:]
    # The server reads the command line too.
    del sys.argv[1:]
    kserve.ModelServer(http_port=int(port), enable_grpc=False, workers=1).start([OnnxModel(name, path)])
