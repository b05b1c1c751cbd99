"""Makes the networks that tests/refiner.rs and tests/tests/bundle.rs load in place of the edge network.

usage: fixture_edges.py FIXTURES

FIXTURES  models/tests/fixtures

edges.onnx    a 3x3 convolution of the four planes, zeros around them, that follows the edge network's contract
              (models/src/refiner.rs); its weights are halves and quarters, so that its values are exact in f32
edges_2.onnx  the same, which calls itself version 2
edges_64.onnx the same for pictures of 64x64 pixels only
deep.onnx     16 such convolutions of 16 planes, random: long enough to be stopped, large enough to be seen in memory

The result is the same byte for byte whenever the packages have the versions of requirements.txt.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
# The intermediate representation that came with this opset.
IR_VERSION = 8
DEPTH, WIDTH = 16, 16


def convolution(name, source, result):
    """A 3x3 convolution that keeps the size, with the weights of that name."""
    return helper.make_node("Conv", [source, f"{name}.w", f"{name}.b"], [result], pads=[1, 1, 1, 1])


def initializers(name, weights, bias):
    return [numpy_helper.from_array(weights, f"{name}.w"), numpy_helper.from_array(bias, f"{name}.b")]


def save(path, nodes, weights, version, side):
    graph = helper.make_graph(
        nodes,
        "edges",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4, side or "h", side or "w"])],
        [helper.make_tensor_value_info("alpha", TensorProto.FLOAT, ["n", 1, side or "h", side or "w"])],
        weights,
    )
    model = helper.make_model(
        graph, ir_version=IR_VERSION, model_version=version, opset_imports=[helper.make_opsetid("", OPSET)]
    )
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def main():
    fixtures = Path(sys.argv[1])
    weights = np.zeros((1, 4, 3, 3), dtype=np.float32)
    # Half of the guidance in place, a quarter of red from the left, of green from above, less a quarter of blue.
    weights[0, 3, 1, 1] = 0.5
    weights[0, 0, 1, 0] = 0.25
    weights[0, 1, 0, 1] = 0.25
    weights[0, 2, 1, 1] = -0.25
    node = convolution("edge", "x", "alpha")
    values = initializers("edge", weights, np.full(1, 0.125, dtype=np.float32))
    save(fixtures / "edges.onnx", [node], values, 1, None)
    save(fixtures / "edges_2.onnx", [node], values, 2, None)
    save(fixtures / "edges_64.onnx", [node], values, 1, 64)

    random = np.random.default_rng(1)
    nodes, values = [], []
    for name, (outputs, inputs) in {"first": (WIDTH, 4), "middle": (WIDTH, WIDTH), "last": (1, WIDTH)}.items():
        drawn = random.normal(scale=(9 * inputs) ** -0.5, size=(outputs, inputs, 3, 3)).astype(np.float32)
        values += initializers(name, drawn, np.zeros(outputs, dtype=np.float32))
    names = ["first"] + ["middle"] * (DEPTH - 2) + ["last"]
    tensors = ["x"] + [f"t{layer}" for layer in range(1, DEPTH)] + ["alpha"]
    for layer, name in enumerate(names):
        nodes.append(convolution(name, tensors[layer], tensors[layer + 1]))
    save(fixtures / "deep.onnx", nodes, values, 1, None)


if __name__ == "__main__":
    main()
