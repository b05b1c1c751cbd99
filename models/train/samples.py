"""Training crops: a part of a composite with SAM's guidance, as a camera and a codec would have left it."""
import pathlib

import cv2
import numpy as np
import torch

from losses import weights
from sam import GRID, sigmoid

# Side of a crop in pixels.
SIDE = 320
# Composites are scaled by this much: a cell of SAM's grid becomes 3.9 to 8.8 pixels, as in the frames that the plugin gives the
# network (1000 to 2250 pixels long; smaller ones are enlarged, larger ones reduced first).
LEAST_SCALE, MOST_SCALE = .8, 1.8
# Share of the samples whose guidance is imitated from the truth, not SAM's; and of those whose guidance is right already.
IMITATED, RIGHT = .15, .08


def imitation(rng, alpha, cell):
    """Logits like SAM's for an alpha (f32 [h, w]) on a grid of `cell` pixels: no hair, a soft step, wrong bumps and holes."""
    height, width = alpha.shape
    grid = cv2.resize(alpha, (max(8, round(width / cell)), max(8, round(height / cell))), interpolation=cv2.INTER_AREA)
    rows, columns = grid.shape
    smooth = lambda cells: cv2.resize(rng.normal(0, 1, (cells, cells)).astype(np.float32), (columns, rows), interpolation=cv2.INTER_CUBIC)
    size = int(rng.choice([3, 3, 5, 7]))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    if rng.random() < .7:
        where = np.clip(smooth(4) * 3 + .5, 0, 1)
        grid = grid + (cv2.morphologyEx(grid, cv2.MORPH_OPEN if rng.random() < .6 else cv2.MORPH_CLOSE, kernel) - grid) * where
    if rng.random() < .25:
        where = np.clip(smooth(4) * 3 - 1.5, 0, 1)
        grid = grid + ((cv2.erode if rng.random() < .6 else cv2.dilate)(grid, kernel) - grid) * where
    grid = cv2.GaussianBlur(grid, (0, 0), rng.uniform(.6, 1.6))
    threshold = rng.uniform(.3, .7) + smooth(6) * rng.uniform(0, .1)
    logits = (grid - threshold) * np.exp(rng.uniform(np.log(8), np.log(30)))
    return logits + smooth(int(rng.integers(4, 24))) * rng.uniform(0, .8)


def jpeg(rng, picture):
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 97))])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def camera(rng, picture):
    """Noise, sharpening, compression (uint8 [h, w, 3])."""
    if rng.random() < .5:
        noise = rng.standard_normal(picture.shape[:2] + (int(rng.choice([1, 3])),), np.float32) * np.float32(rng.uniform(.5, 8))
        picture = picture + (cv2.GaussianBlur(noise, (0, 0), .7) * 1.8 if rng.random() < .4 else noise).reshape(*picture.shape[:2], -1)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < .4:
        soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(.6, 2))
        amount = rng.uniform(.2, 1.2)
        picture = cv2.addWeighted(picture, 1 + amount, soft, -amount, 0)
    return jpeg(rng, picture) if rng.random() < .6 else picture


def turned(rng, planes):
    """Mirrored or turned."""
    if rng.random() < .5:
        planes = planes[:, ::-1]
    if rng.random() < .2:
        planes = planes.transpose(1, 0, 2)
    return planes[::-1] if rng.random() < .1 else planes


def colours(rng, picture):
    """Another exposure, white balance and saturation."""
    gain = rng.uniform(.7, 1.25) * np.exp(rng.normal(0, .06, 3))
    grey = np.full((3, 3), 1 / 3)
    saturation = rng.uniform(.3, 1.4) if rng.random() < .5 else 1
    if rng.random() < .05:
        saturation = 0
    return cv2.transform(picture, ((grey + (np.eye(3) - grey) * saturation) * gain[:, None]).astype(np.float32))


class Crops(torch.utils.data.IterableDataset):
    """Endless samples, f32: x [4, s, s] in 0..1, alpha [1, s, s], weights [2, s, s] (see `losses`). New composites are taken as they
    appear. Making a crop costs more than learning from it, so each is used some times, turned."""

    # Crops to choose from, and how often one is used on average.
    POOL, USES = 384, 3

    def __init__(self, folder, seed, side=SIDE):
        self.folder, self.seed, self.side = pathlib.Path(folder), seed, side

    def __iter__(self):
        cv2.setNumThreads(1)
        torch.set_num_threads(1)
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        pool, yields = [], 0
        for fresh in self.fresh(rng):
            if len(pool) < self.POOL:
                pool.append(fresh)
            else:
                pool[rng.integers(len(pool))] = fresh
            uses = 1 if len(pool) < self.POOL else self.USES
            for _ in range(uses):
                planes = pool[-1] if uses == 1 else pool[rng.integers(len(pool))]
                planes = turned(rng, planes).astype(np.float32) / 255
                planes = torch.from_numpy(np.ascontiguousarray(planes.transpose(2, 0, 1)))
                yield planes[:4], planes[4:5], planes[5:]

    def fresh(self, rng):
        """New crops, uint8 [s, s, 7]."""
        known = {}
        while True:
            paths = sorted(self.folder.glob("*.npz"))
            for index in rng.permutation(len(paths))[:32]:
                path = paths[index]
                if path not in known:
                    with np.load(path) as file:
                        known[path] = {name: file[name] for name in file.files}
                for _ in range(4):
                    yield self.crop(rng, known[path])

    def crop(self, rng, composite):
        alpha = composite["alpha"]
        height, width = alpha.shape
        scale = np.exp(rng.uniform(np.log(LEAST_SCALE), np.log(MOST_SCALE)))
        side = min(int(self.side / scale), height)
        soft = np.nonzero((alpha[::4, ::4] > 20) & (alpha[::4, ::4] < 235))
        if len(soft[0]) and rng.random() < .95:
            which = rng.integers(len(soft[0]))
            middle = np.array([soft[0][which], soft[1][which]]) * 4 + rng.integers(-side // 3, side // 3 + 1, 2)
        else:
            middle = rng.integers(0, [height, width])
        y, x = np.clip(middle - side // 2, 0, [height - side, width - side])
        part = np.s_[y:y + side, x:x + side]
        how = cv2.INTER_AREA if side > self.side else cv2.INTER_CUBIC
        fit = lambda values: cv2.resize(values, (self.side, self.side), interpolation=how)
        alpha = fit(alpha[part]).astype(np.float32) / 255
        apart = fit(composite["apart"][part]).astype(np.float32) / 255
        picture = camera(rng, colours(rng, fit(composite["picture"][part])))
        guidance = self.guidance(rng, composite["logits"], alpha, (y, x), side, max(height, width))
        near, weight = weights(alpha, apart, guidance)
        return np.dstack([picture] + [np.clip(plane * 255 + .5, 0, 255).astype(np.uint8) for plane in (guidance, alpha, near, weight)])

    def guidance(self, rng, logits, alpha, corner, side, long_side):
        kind = rng.random()
        if kind < RIGHT:
            return alpha if rng.random() < .3 else cv2.GaussianBlur(alpha, (0, 0), rng.uniform(.7, 2.5))
        cell = long_side / GRID * self.side / side
        if kind < RIGHT + IMITATED:
            grid = imitation(rng, alpha, cell * rng.uniform(.6, 1.3))
            return sigmoid(cv2.resize(grid, (self.side, self.side), interpolation=cv2.INTER_LINEAR))
        grid = logits[rng.integers(len(logits))].astype(np.float32)
        if rng.random() < .3:
            grid = grid + cv2.resize(rng.normal(0, .5, (24, 24)).astype(np.float32), (GRID, GRID), interpolation=cv2.INTER_CUBIC)
        step = side / self.side * GRID / long_side
        axis = (np.arange(self.side, dtype=np.float32) + .5) * step - .5
        xs, ys = np.meshgrid(axis + corner[1] * GRID / long_side, axis + corner[0] * GRID / long_side)
        return sigmoid(cv2.remap(grid, xs.astype(np.float32), ys.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
