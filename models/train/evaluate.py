"""Compares an exported network with SAM's own masks on pictures it was not trained on.

python evaluate.py NETWORK.onnx MODELS --stills FOLDER --clips FOLDER [--cache FOLDER] [--sheet SHEET.png] [--every 10]
Stills are NAME.jpg with NAME.alpha.png; clips are folders as the evaluator of the plugin reads them. Prompts: the box of the
truth and one point well inside.
"""
import argparse
import pathlib

import cv2
import numpy as np
import onnxruntime

from losses import weights
from network import ALIGNMENT
from sam import Sam, prompts, sigmoid, upsample

# Long side at which pictures are compared.
SIDE = 1536


def run(session, rgb, guidance):
    """Alpha of a picture (uint8 [h, w, 3]) and SAM's probability."""
    height, width = guidance.shape
    planes = np.dstack([rgb.astype(np.float32) / 255, guidance.astype(np.float32)])
    planes = cv2.copyMakeBorder(planes, 0, -height % ALIGNMENT, 0, -width % ALIGNMENT, cv2.BORDER_REPLICATE)
    alpha = session.run(None, {"x": np.ascontiguousarray(planes.transpose(2, 0, 1)[None])})[0]
    return alpha[0, 0, :height, :width]


def gradient(alpha):
    """Length of the derivative of a Gaussian with sigma 1.4, as alphamatting.com defines it."""
    axis = np.arange(-5, 6)
    smooth = np.exp(-axis ** 2 / (2 * 1.4 ** 2))
    slope = -axis * smooth
    smooth, slope = smooth / smooth.sum(), slope / np.abs(axis * slope).sum()
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network")
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--stills", type=pathlib.Path)
    parser.add_argument("--clips", type=pathlib.Path)
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("evaluation"))
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--sheet")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    session = onnxruntime.InferenceSession(options.network, settings, providers=["CPUExecutionProvider"])
    sam, rows, tiles = None, {}, []
    for group, path, truth_path in cases(options):
        rgb = cv2.imread(str(path))[..., ::-1]
        truth = cv2.imread(str(truth_path), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
        factor = min(1, SIDE / max(truth.shape))
        rgb, truth = (cv2.resize(np.ascontiguousarray(plane), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) for plane in (rgb, truth))
        kept = options.cache / f"{group}-{path.stem}.npy"
        if not kept.exists():
            sam = sam or Sam(options.models, options.threads)
            points, box = prompts(truth)
            np.save(kept, sam.logits(sam.embed(rgb), truth.shape, points, box))
        soft = sigmoid(upsample(np.load(kept), truth.shape)).astype(np.float32)
        refined = run(session, rgb, soft)
        right = (soft > .5) == (truth > .5)
        rows.setdefault(group, []).append([np.append(figures(alpha, truth, right), overlap(alpha, truth) * 1e3) for alpha in (soft, refined)])
        if options.sheet and (group == "still" or len(rows[group]) == 3):
            tiles.append(sheet_row(rgb, soft, refined, truth))
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
