"""Puts drawn subjects before photographs: pictures whose alpha is known exactly."""
import pathlib

import cv2
import numpy as np

from mattes import draw, noise

# Height and width of a composite. A cell of SAM's 256 grid is 4.9 pixels of it.
SHAPE = (832, 1248)


class Photographs:
    """Pictures (uint8 RGB) whose colours are used."""

    def __init__(self, pictures):
        self.pictures = pictures

    @classmethod
    def of_folder(cls, folder):
        pictures = []
        for path in sorted(pathlib.Path(folder).iterdir()):
            picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
            factor = min(1, 2600 / max(picture.shape[:2]))
            pictures.append(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)[..., ::-1])
        return cls(pictures)

    def texture(self, rng, shape, which=None):
        """A part of one photograph at a random scale, its colours changed."""
        which = rng.integers(len(self.pictures)) if which is None else which
        picture = self.pictures[which]
        height, width = picture.shape[:2]
        ratio = shape[1] / shape[0]
        part = rng.uniform(.3, 1) * min(height, width / ratio)
        y, x = rng.uniform(0, height - part), rng.uniform(0, width - part * ratio)
        crop = picture[int(y):int(y + part), int(x):int(x + part * ratio)]
        if rng.random() < .5:
            crop = crop[:, ::-1]
        out = cv2.resize(np.ascontiguousarray(crop), shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255
        grey = out.mean(2, keepdims=True)
        out = grey + (out - grey) * np.float32(rng.uniform(0, 1.4) * (rng.random() > .06))
        mix = np.eye(3) + rng.normal(0, .12, (3, 3))
        out = np.clip(cv2.transform(out, mix / np.maximum(mix.sum(1, keepdims=True), .3)), 0, 1)
        out = cv2.pow(out, np.exp(rng.uniform(-.5, .6)))
        gain = rng.uniform(.45, 1.15) * np.exp(rng.normal(0, .08, 3))
        return out * gain.astype(np.float32) + np.float32(rng.uniform(0, .12)), which


def blur(image, sigma):
    """A Gaussian; wide ones are made at a lower resolution."""
    if sigma < .3:
        return image
    if sigma > 8:
        factor = 4 / sigma
        small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        return cv2.resize(cv2.GaussianBlur(small, (0, 0), 4), image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.GaussianBlur(image, (0, 0), sigma)


def subject_colours(rng, photographs, alpha, shade, kind, behind):
    """The subject's own colour, f32 [h, w, 3]: a photograph's, lit and shaded as its strands are."""
    colour, _ = photographs.texture(rng, alpha.shape, behind if rng.random() < .25 else None)
    # Clothes, limbs, markings: parts that differ as much from each other as from what lies behind, some of them alike to it.
    for _ in range(rng.choice([0, 1, 2, 3])):
        part, _ = photographs.texture(rng, alpha.shape, behind if rng.random() < .4 else None)
        border = (noise(rng, alpha.shape, rng.integers(3, 10)) - rng.uniform(.4, .65)) * rng.uniform(20, 120) + .5
        colour = colour + (part - colour) * np.clip(border, 0, 1)[..., None]
    if rng.random() < (.6 if kind in ("fur", "long", "hair") else .3):
        colour = blur(colour, np.exp(rng.uniform(0, 3.4)))
    if rng.random() < .35:
        flat = (cv2.mean(colour)[:3] + rng.normal(0, .06, 3)).astype(np.float32)
        colour = colour + (flat - colour) * np.float32(rng.uniform(.3, 1))
    lit = ((shade - .5) * 2)[..., None]
    amount = rng.uniform(.2, 1) if kind in ("fur", "long", "hair") else rng.uniform(0, .5)
    colour = colour * (1 + lit * np.float32(amount)) + lit * rng.normal(0, .05, 3).astype(np.float32)
    rim = (1 - blur(alpha, rng.uniform(3, 14)))[..., None]
    if rng.random() < .3:
        colour = colour + rim * (rng.uniform(-.25, .7) * rng.uniform(.6, 1, 3)).astype(np.float32)
    dark = rng.random()
    if dark < .15:
        colour = colour * np.float32(rng.uniform(.05, .5))
    elif dark < .25:
        colour = 1 - (1 - colour) * np.float32(rng.uniform(.1, .6))
    return np.clip(colour, 0, 1)


def background(rng, photographs, shape):
    """What lies behind, and which photograph it is."""
    picture, which = photographs.texture(rng, shape)
    if rng.random() < .5:
        picture = blur(picture, np.exp(rng.uniform(-.5, 3.4)))
    if rng.random() < .06:
        picture = np.full_like(picture, cv2.mean(picture)[:3])
    return np.clip(picture, 0, 1), which


def motion(rng, channels):
    """The subject moved or was out of focus while the shutter was open; `channels` are premultiplied."""
    if rng.random() < .5:
        length, angle = np.exp(rng.uniform(.7, 3.2)), rng.uniform(0, np.pi)
        side = int(length) // 2 * 2 + 3
        kernel = np.zeros((side, side), np.float32)
        reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
        middle = np.array([side // 2, side // 2])
        cv2.line(kernel, np.round((middle - reach) * 16).astype(int).tolist(), np.round((middle + reach) * 16).astype(int).tolist(), 1, 1, cv2.LINE_AA, 4)
    else:
        radius = rng.uniform(.7, 5)
        axis = np.arange(-6, 7)
        kernel = np.clip(radius + .5 - np.hypot(axis[:, None], axis[None]), 0, 1).astype(np.float32)
    return cv2.filter2D(channels, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)


def composite(rng, photographs, outlines, shape=SHAPE, wanted=None):
    """A picture, its alpha, and how far foreground and background colours lie apart; all uint8."""
    while True:
        alpha, shade, kind = draw(rng, shape, outlines, wanted)
        if .04 < alpha.mean() < .8:
            break
    behind, which = background(rng, photographs, shape)
    if rng.random() < .4:  # something like the subject stands behind it
        other = np.roll(alpha[:, ::-1], rng.integers(-shape[1] // 4, shape[1] // 4), 1)[..., None]
        behind = behind + other * (photographs.texture(rng, shape)[0] - behind)
        behind = np.clip(blur(behind, rng.uniform(0, 6)), 0, 1)
    colour = subject_colours(rng, photographs, alpha, shade, kind, which)
    linear = rng.random() < .3
    if linear:
        colour, behind = cv2.pow(colour, 2.2), cv2.pow(behind, 2.2)
    layers = np.dstack([colour * alpha[..., None], alpha]).astype(np.float32)
    if rng.random() < .15:
        layers = motion(rng, layers)
    sharpness = rng.uniform(.3, 1.) if rng.random() < .6 else 0
    layers = np.clip(blur(layers, sharpness), 0, 1)
    premultiplied, alpha = layers[..., :3], layers[..., 3]
    alpha = np.clip((alpha - .006) / .988, 0, 1)
    picture = premultiplied + (1 - alpha[..., None]) * blur(behind, sharpness)
    own = premultiplied / np.maximum(alpha[..., None], .02)
    apart = np.abs(own - behind).mean(2)
    if linear:
        picture = cv2.pow(np.clip(picture, 0, 1), 1 / 2.2)
    eight = lambda values: cv2.convertScaleAbs(values, alpha=255)
    return eight(picture), eight(alpha), eight(apart), kind
