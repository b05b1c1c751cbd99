"""Compares an exported network with SAM's own masks on pictures it was not trained on.

python evaluate.py NETWORK.onnx MODELS [--stills FOLDER] [--clips FOLDER] [--drawn SOURCES] [--cache FOLDER] [--sheet SHEET.png]
Stills are NAME.jpg with NAME.alpha.png; clips are folders as the evaluator of the plugin reads them. Prompts: the box of the
truth and one point well inside.
`--drawn` draws hard-edged objects whose antialiased alpha is exact, on seeds that training does not use. With stills, flicker of a
shot at rest is measured too: the same picture with other noise, prompts as they are.
"""
import argparse
import pathlib

import cv2
import numpy as np
import onnxruntime

from composites import Photographs, composite
from losses import kernels, weights
from network import ALIGNMENT
from sam import Sam, prompts, sigmoid, upsample

# Long side at which pictures are compared.
SIDE = 1536
# Drawn objects, and a seed that make_data.py does not use.
DRAWN, DRAWN_SEED = 12, 1000
# Frames of a shot at rest, and the standard deviation of their noise in 8-bit codes.
FRAMES_AT_REST, NOISE = 4, 4
# Shorter pictures are enlarged before the network sees them.
LEAST_SIDE = 1024


class Edges:
    """SAM and the network that refines its masks."""

    def __init__(self, path, models, threads):
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
        self.models, self.threads, self.opened = models, threads, None

    def logits(self, truth, rgb):
        self.opened = self.opened or Sam(self.models, self.threads)
        points, box = prompts(truth)
        return self.opened.logits(self.opened.embed(rgb), truth.shape, points, box)

    def sam(self, truth, rgb):
        """SAM's probability for prompts from the truth."""
        return sigmoid(upsample(self.logits(truth, rgb), truth.shape)).astype(np.float32)

    def __call__(self, rgb, guidance):
        """Alpha of a picture (uint8 [h, w, 3]) and SAM's probability; small ones are enlarged, as in the plugin."""
        height, width = guidance.shape
        times = next(times for times in (1, 2, 4) if times == 4 or times * max(height, width) >= LEAST_SIDE)
        large = lambda plane: cv2.resize(np.ascontiguousarray(plane), (width * times, height * times), interpolation=cv2.INTER_CUBIC)
        planes = np.dstack([large(rgb.astype(np.float32) / 255), large(guidance)]).clip(0, 1)
        planes = cv2.copyMakeBorder(planes, 0, -height * times % ALIGNMENT, 0, -width * times % ALIGNMENT, cv2.BORDER_REPLICATE)
        alpha = self.session.run(None, {"x": np.ascontiguousarray(planes.transpose(2, 0, 1)[None])})[0]
        return cv2.resize(alpha[0, 0, :height * times, :width * times], (width, height), interpolation=cv2.INTER_AREA)


def read(path, truth_path):
    """A picture (uint8 RGB) and its alpha, no longer than SIDE."""
    rgb = cv2.imread(str(path))[..., ::-1]
    truth = cv2.imread(str(truth_path), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
    factor = min(1, SIDE / max(truth.shape))
    shrink = lambda plane: cv2.resize(np.ascontiguousarray(plane), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return shrink(rgb), shrink(truth)


def gradient(alpha):
    """Length of the derivative of a Gaussian with sigma 1.4, as alphamatting.com defines it."""
    smooth, slope = kernels()
    return np.hypot(cv2.sepFilter2D(alpha, cv2.CV_32F, slope, smooth), cv2.sepFilter2D(alpha, cv2.CV_32F, smooth, slope))


def figures(alpha, truth, right):
    """Mean absolute error of the picture and of the edge band, squared gradient error of the band, mean error far from the
    edge where SAM was right; x1000."""
    near, _ = weights(truth, truth, truth)
    band, far = near > 0, (near == 0) & right
    error = np.abs(alpha - truth)
    slope = (gradient(alpha) - gradient(truth)) ** 2
    return np.array([error.mean(), error[band].mean(), slope[band].sum() / band.sum(), error[far].mean()]) * 1e3


def overlap(alpha, truth):
    return ((alpha > .5) & (truth > .5)).sum() / ((alpha > .5) | (truth > .5)).sum()


def cases(options):
    for path in sorted(options.stills.glob("*.jpg")) if options.stills else []:
        yield "still", path, path.with_suffix(".alpha.png")
    for folder in sorted(options.clips.iterdir()) if options.clips else []:
        frames = sorted(folder.rglob("*.jpg"))[::options.every]
        for path in frames:
            yield folder.name, path, next(folder.rglob(path.stem + ".png"))


def drawn(network, options):
    """Band error and softness (how much alpha is neither 0 nor 1) of hard edges, against SAM's and the truth's."""
    photographs = Photographs.of_folder(options.drawn / "photographs")
    outlines = list(np.load(options.drawn / "outlines.npz").values())
    rows = []
    for number in range(DRAWN):
        rng = np.random.default_rng([DRAWN_SEED, number])
        picture, alpha, _, _ = composite(rng, photographs, outlines, wanted="hard")
        truth = alpha.astype(np.float32) / 255
        soft = network.sam(truth, picture)
        right = (soft > .5) == (truth > .5)
        if overlap(soft, truth) < .6:
            continue
        near, _ = weights(truth, truth, truth)
        softness = lambda plane: np.minimum(plane, 1 - plane)[near > 0].mean()
        refined = network(picture, soft)
        rows.append([figures(soft, truth, right)[1], figures(refined, truth, right)[1], softness(truth), softness(soft), softness(refined)])
    before, after, truth, sams, refined = np.mean(rows, 0)
    print(f"drawn, {len(rows)} hard-edged objects: band MAD {before:.0f} -> {after:.0f} ({after / before:.3f}), "
          f"softness / the truth's: SAM {sams / truth:.2f}, refined {refined / truth:.2f}")


def at_rest(network, options):
    """dtSSD of stills that only the noise of the camera changes."""
    sums = np.zeros(2)
    for path in sorted(options.stills.glob("*.jpg")):
        rgb, truth = read(path, path.with_suffix(".alpha.png"))
        rng = np.random.default_rng(5)
        before = None
        for _ in range(FRAMES_AT_REST):
            noisy = np.clip(rgb + rng.normal(0, NOISE, rgb.shape), 0, 255).astype(np.uint8)
            soft = network.sam(truth, noisy)
            pair = np.stack([soft, network(noisy, soft)])
            if before is not None:
                sums += np.sqrt(((pair - before) ** 2).mean((1, 2)))
            before = pair
    print(f"at rest, noise of {NOISE} codes: dtSSD of the refined edge {sums[1] / sums[0]:.3f} of SAM's")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network")
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--stills", type=pathlib.Path)
    parser.add_argument("--clips", type=pathlib.Path)
    parser.add_argument("--drawn", type=pathlib.Path)
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("evaluation"))
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--sheet")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    network = Edges(options.network, options.models, options.threads)
    rows, tiles = {}, []
    for group, path, truth_path in cases(options):
        rgb, truth = read(path, truth_path)
        kept = options.cache / f"{group}-{path.stem}.npy"
        if not kept.exists():
            np.save(kept, network.logits(truth, rgb))
        soft = sigmoid(upsample(np.load(kept), truth.shape)).astype(np.float32)
        refined = network(rgb, soft)
        right = (soft > .5) == (truth > .5)
        rows.setdefault(group, []).append([np.append(figures(alpha, truth, right), overlap(alpha, truth) * 1e3) for alpha in (soft, refined)])
        if options.sheet and (group == "still" or len(rows[group]) == 3):
            tiles.append(sheet_row(rgb, soft, refined, truth))
    if rows:
        print("group      MAD          band MAD     ratio  band Grad    ratio  far          J")
    for group, values in rows.items():
        before, after = np.mean(values, 0)
        print(f"{group:10} {before[0]:5.1f} {after[0]:5.1f}  {before[1]:5.0f} {after[1]:5.0f}  {after[1] / before[1]:.3f}  "
              f"{before[2]:5.2f} {after[2]:5.2f}  {after[2] / before[2]:.3f}  {before[3]:5.2f} {after[3]:5.2f}  {before[4] / 1e3:.4f} {after[4] / 1e3:.4f}")
        if group == "still":
            for before, after in values:
                print(f"   still   {before[0]:5.1f} {after[0]:5.1f}  {before[1]:5.0f} {after[1]:5.0f}  {after[1] / before[1]:.3f}  {before[2]:5.2f} {after[2]:5.2f}")
    if tiles:
        cv2.imwrite(options.sheet, np.vstack(tiles))
    if options.drawn:
        drawn(network, options)
    if options.stills:
        at_rest(network, options)


def sheet_row(rgb, soft, refined, truth, side=360):
    """The part with most soft edge: picture, SAM, refined, truth."""
    busy = cv2.boxFilter(((truth > .05) & (truth < .95)).astype(np.float32), -1, (side, side), borderType=cv2.BORDER_CONSTANT)
    if truth[(truth > 0) & (truth < 1)].size < 100:
        busy = cv2.boxFilter(weights(truth, truth, truth)[0], -1, (side, side), borderType=cv2.BORDER_CONSTANT)
    y, x = np.unravel_index(busy.argmax(), busy.shape)
    y, x = (int(np.clip(at - side // 2, 0, max(0, size - side))) for at, size in ((y, truth.shape[0]), (x, truth.shape[1])))
    part = np.s_[y:y + side, x:x + side]
    grey = lambda plane: np.dstack([np.clip(plane[part] * 255, 0, 255).astype(np.uint8)] * 3)
    return np.hstack([rgb[part][..., ::-1], grey(soft), grey(refined), grey(truth)])


if __name__ == "__main__":
    main()
