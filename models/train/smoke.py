"""Whether training works, in about a minute on a CPU: drawn data without photographs and without SAM, some updates, an export.

python smoke.py FOLDER      needs torch, numpy and OpenCV of any version since Debian 12's; compares the exported file with the
network when onnxruntime is there
"""
import argparse
import importlib.util
import pathlib
import sys

import cv2
import numpy as np
import torch

import train
from composites import Photographs, composite
from export import compare, export, load
from mattes import fractal
from network import ALIGNMENT, RECEPTIVE_FIELD, EdgeNetwork
from sam import GRID
from samples import Crops, imitation

COMPOSITES, SHAPE, SIDE, BATCH, UPDATES = 6, (288, 384), 128, 8, 60
# Pixels in a cell of the imitated masks.
MASK_CELL = 5
# Training must take this much of the guidance's error in the band away; it takes twice that.
LEAST_GAIN = .12


def untrained_gives_the_guidance():
    x = torch.rand(1, 4, 64, 96)
    assert torch.equal(EdgeNetwork().eval()(x), x[:, 3:]), "an untrained network changes the guidance"


def receptive_field():
    """No pixel depends on one further away than the plugin's tiles overlap."""
    torch.manual_seed(0)
    network = EdgeNetwork().eval()
    torch.nn.init.normal_(network.leave.weight)
    side = 2 * (RECEPTIVE_FIELD // ALIGNMENT + 1) * ALIGNMENT + ALIGNMENT
    x = torch.rand(1, 4, side, side)
    middle = side // 2
    changed = x.clone()
    distance = RECEPTIVE_FIELD + 1
    changed[..., :middle - distance] = torch.rand(1, 4, side, middle - distance)
    with torch.no_grad():
        difference = (network.raw(x) - network.raw(changed))[..., middle:].abs().max()
    assert difference == 0, f"pixels {distance} away count: {difference}"


def data(folder):
    photographs = Photographs([
        (cv2.merge([fractal(np.random.default_rng([seed, plane]), (400, 500), 4) for plane in range(3)]) * 255).astype(np.uint8)
        for seed in range(4)])
    for number in range(COMPOSITES):
        rng = np.random.default_rng(number)
        picture, alpha, apart, _ = composite(rng, photographs, [], SHAPE)
        logits = np.full((2, GRID, GRID), -12, np.float32)
        height, width = (round(side * GRID / max(SHAPE)) for side in SHAPE)
        for answer in logits:
            answer[:height, :width] = cv2.resize(imitation(rng, alpha.astype(np.float32) / 255, MASK_CELL), (width, height))
        np.savez(folder / f"{number}.npz", picture=picture, alpha=alpha, apart=apart, logits=logits.astype(np.float16))


def band_error(network, folder):
    """Error in the band after and before the network."""
    samples = iter(Crops(folder, 7, SIDE))
    batch = [next(samples) for _ in range(24)]
    x, alpha, extra = (torch.stack(values) for values in zip(*batch))
    near = extra[:, :1]
    with torch.no_grad():
        out = network(x)
    return float(((out - alpha).abs() * near).sum()), float(((x[:, 3:] - alpha).abs() * near).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    composites = folder / "data"
    composites.mkdir(parents=True, exist_ok=True)
    untrained_gives_the_guidance()
    receptive_field()
    data(composites)
    sys.argv = ["train.py", str(composites), str(folder), "--updates", str(UPDATES), "--batch", str(BATCH), "--side", str(SIDE),
                "--workers", "0", "--threads", "2", "--device", "cpu", "--minutes", "10", "--warm-up", "10", "--rate", "4e-3"]
    train.main()
    network = load(folder / "checkpoint.pt")
    after, before = band_error(network, composites)
    print(f"band error {after / before:.3f} of the guidance's")
    assert after < (1 - LEAST_GAIN) * before, "training did not lower the error"
    export(network, folder / "smoke.onnx")
    if importlib.util.find_spec("onnxruntime"):
        compare(network, folder / "smoke.onnx")
    print("training, evaluation and export work")


if __name__ == "__main__":
    main()
