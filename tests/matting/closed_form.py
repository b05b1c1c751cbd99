"""Closed-form matting of pictures that the evaluator puts into a folder.

For each NAME read from standard input, FOLDER/NAME.png (RGB) and FOLDER/NAME.trimap.png (0 outside, 255 inside, 128 to
be found) become FOLDER/NAME.half.png and, where asked for, FOLDER/NAME.full.png: alpha in 16 bits. One line of JSON
answers each name: the seconds of each, from arrays to array. The line "ready" comes first, when all is compiled.

Closed form: A. Levin, D. Lischinski, Y. Weiss, "A Closed-Form Solution to Natural Image Matting", 2008, as pymatting
solves it. At half resolution its alpha is brought to full resolution by a guided filter: K. He, J. Sun, "Fast Guided
Filter", 2015, whose coefficients are fitted to the colours of the half-size picture and applied to those of the whole.
"""

import argparse
import contextlib
import json
import pathlib
import sys
import time

import numpy as np
from PIL import Image
from pymatting import estimate_alpha_cf
from scipy.ndimage import uniform_filter

# Radius in pixels of the half-size picture and regularisation (of colours in 0..1) of the guided upsampling.
RADIUS = 2
EPSILON = 1e-4


def resized(planes, size, resample):
    """Each plane of [height, width, n] at another size (width, height)."""
    one = lambda plane: np.asarray(Image.fromarray(plane.astype(np.float32)).resize(size, resample))
    return np.stack([one(planes[..., i]) for i in range(planes.shape[-1])], -1).astype(np.float64)


def mean(values):
    """The mean of each plane of [height, width, n] around each pixel."""
    return np.stack(
        [uniform_filter(values[..., i], 2 * RADIUS + 1, mode="nearest") for i in range(values.shape[-1])], -1)


def guided_upsampling(alpha, small, large):
    """Alpha of the picture `small` brought to `large`."""
    centre = mean(small)
    products = np.stack([small[..., i] * small[..., j] for i in range(3) for j in range(3)], -1)
    covariance = mean(products).reshape(*alpha.shape, 3, 3) - centre[..., :, None] * centre[..., None, :]
    level = mean(alpha[..., None])
    with_alpha = mean(small * alpha[..., None]) - centre * level
    slope = np.linalg.solve(covariance + EPSILON * np.eye(3), with_alpha[..., None])[..., 0]
    offset = level[..., 0] - (slope * centre).sum(-1)
    fitted = mean(np.concatenate([slope, offset[..., None]], -1))
    fitted = resized(fitted, (large.shape[1], large.shape[0]), Image.BILINEAR)
    return np.clip((fitted[..., :3] * large).sum(-1) + fitted[..., 3], 0, 1)


def at_half(image, trimap):
    size = ((image.shape[1] + 1) // 2, (image.shape[0] + 1) // 2)
    small = np.clip(resized(image, size, Image.BOX), 0, 1)
    # What is known at half size was known at all pixels.
    inside, outside = ((trimap == known).astype(np.float64)[..., None] for known in (1, 0))
    inside, outside = (resized(plane, size, Image.BOX)[..., 0] > 0.999 for plane in (inside, outside))
    if not (inside.any() and outside.any()):
        return trimap
    small_trimap = np.where(inside, 1.0, np.where(outside, 0.0, 0.5))
    alpha = guided_upsampling(estimate_alpha_cf(small, small_trimap), small, image)
    return np.where(trimap == 0.5, alpha, trimap)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--full", action="store_true", help="also at full resolution")
    arguments = arguments.parse_args()
    folder = arguments.folder
    methods = {"half": at_half}
    if arguments.full:
        methods["full"] = estimate_alpha_cf

    ramp = np.linspace(0, 1, 24)
    for method in methods.values():
        method(np.tile(ramp[:, None], (24, 1, 3)), np.tile(np.repeat([0, 0.5, 1], 8), (24, 1)))
    print("ready", flush=True)
    for line in sys.stdin:
        name = line.strip()
        image = np.asarray(Image.open(folder / f"{name}.png").convert("RGB")) / 255.0
        codes = np.asarray(Image.open(folder / f"{name}.trimap.png").convert("L"))
        trimap = np.where(codes == 255, 1.0, np.where(codes == 0, 0.0, 0.5))
        seconds = {}
        for method, compute in methods.items():
            began = time.perf_counter()
            # pymatting prints a warning when a decomposition fails and it tries another; standard output is for answers.
            with contextlib.redirect_stdout(sys.stderr):
                alpha = compute(image, trimap)
            seconds[method] = time.perf_counter() - began
            coded = np.round(np.clip(alpha, 0, 1) * 65535).astype(np.uint16)
            Image.fromarray(coded).save(folder / f"{name}.{method}.png")
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
