"""Makes composites with SAM's own logits on them.

python make_data.py SOURCES MODELS OUT --count 800 [--seed 0] [--threads 1]
Each is OUT/NUMBER.npz: picture uint8 [h, w, 3], alpha, apart uint8 [h, w], logits f16 [2, 256, 256]. Those that are there stay.
"""
import argparse
import pathlib
import time

import cv2
import numpy as np

from composites import Photographs, composite
from sam import Sam, prompts, sigmoid, upsample

# A mask that hardly overlaps the subject shows nothing about edges.
LEAST_OVERLAP = .6


def overlap(probability, alpha):
    both = np.minimum(probability, alpha).sum()
    return both / (np.maximum(probability, alpha).sum() + 1e-6)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=pathlib.Path)
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=800)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    photographs = Photographs.of_folder(options.sources / "photographs")
    outlines = list(np.load(options.sources / "outlines.npz").values())
    sam = Sam(options.models, options.threads)
    began = time.time()
    for number in range(options.count):
        path = options.out / f"{options.seed:02}-{number:05}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng([options.seed, number])
        picture, alpha, apart, kind = composite(rng, photographs, outlines)
        truth = alpha.astype(np.float32) / 255
        embedding = sam.embed(picture)
        answers = []
        for loose in (None, rng):
            points, box = prompts(truth, loose)
            answers.append(sam.logits(embedding, truth.shape, points, box))
        if overlap(sigmoid(upsample(answers[0], truth.shape)), truth) < LEAST_OVERLAP:
            continue
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            np.savez(file, picture=picture, alpha=alpha, apart=apart, logits=np.stack(answers).astype(np.float16))
        partial.rename(path)
        if number % 20 == 0:
            print(f"{number + 1} of {options.count}, {kind}, {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
