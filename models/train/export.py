"""Writes the trained network as ONNX and checks that the file answers as the network does.

python export.py CHECKPOINT OUT.onnx
"""
import argparse
import inspect

import numpy as np
import torch

from network import ALIGNMENT, EdgeNetwork

OPSET = 17
# Version of the contract: what x and alpha mean. models/manifest.toml and the plugin name the same.
CONTRACT = 1
# Largest difference of alpha between PyTorch and ONNX Runtime: a tenth of an 8-bit step.
EXACT = 4e-4


def load(checkpoint):
    network = EdgeNetwork()
    network.load_state_dict(torch.load(checkpoint, map_location="cpu")["average"])
    return network.eval()


def export(network, path):
    x = torch.rand(1, 4, 4 * ALIGNMENT, 3 * ALIGNMENT)
    axes = {0: "n", 2: "h", 3: "w"}
    # Newer versions have a second exporter, whose graphs are not the same from one version to the next.
    first = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(network, (x,), str(path), input_names=["x"], output_names=["alpha"], opset_version=OPSET,
                      dynamic_axes={"x": axes, "alpha": axes}, **first)


def stamp(path):
    """Writes the contract's version into the file; the plugin refuses another."""
    import onnx

    model = onnx.load(path)
    model.model_version = CONTRACT
    onnx.save(model, path)


def compare(network, path):
    """Stops when ONNX Runtime's answer is not the network's."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for height, width in ((64, 96), (256, 160)):
        x = torch.rand(2, 4, height, width)
        with torch.no_grad():
            ours = network(x).numpy()
        theirs = session.run(None, {"x": x.numpy()})[0]
        worst = np.abs(ours - theirs).max()
        if worst > EXACT:
            raise SystemExit(f"the exported network differs by {worst:.5f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    options = parser.parse_args()
    network = load(options.checkpoint)
    export(network, options.out)
    stamp(options.out)
    compare(network, options.out)


if __name__ == "__main__":
    main()
