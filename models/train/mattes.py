"""Draws subjects: their exact alpha and how light or dark their strands are. Nothing here needs a photograph of a matte."""
import cv2
import numpy as np

# Drawn this many times larger and then averaged, so that strands thinner than a pixel have the alpha they should.
OVERSAMPLING = 2
# Points of coordinates are given to OpenCV with this many fractional bits.
SHIFT = 4

KINDS = ("hard", "thin", "fur", "long", "hair", "lace", "smoke")
# More than half have hard edges, or every edge is taken for hair.
SHARES = (.42, .10, .20, .12, .10, .03, .03)


def noise(rng, shape, cells):
    """Smooth noise in 0..1 with about `cells` blobs along the long side."""
    height, width = shape
    step = max(height, width) / cells
    small = rng.random((int(height / step) + 4, int(width / step) + 4)).astype(np.float32)
    return np.clip(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def fractal(rng, shape, cells=3, octaves=5):
    """Noise of several scales, stretched to 0..1."""
    total = sum(.55 ** octave * noise(rng, shape, cells * 2 ** octave) for octave in range(octaves))
    return (total - total.min()) / (np.ptp(total) + 1e-6)


def fixed(points):
    return np.round(np.asarray(points) * (1 << SHIFT)).astype(np.int32)


def polygon(image, points):
    cv2.fillPoly(image, [fixed(points)], 255, cv2.LINE_8, SHIFT)


def limbs(rng, image, size):
    """A body of capsules that branch."""
    height, width = image.shape
    todo = [(np.array([width, height]) * rng.uniform(.35, .65, 2), rng.uniform(0, 6.3), size * rng.uniform(.15, .4), size * .5, 0)]
    while todo:
        start, angle, thickness, length, depth = todo.pop()
        end = start + length * np.array([np.cos(angle), np.sin(angle)])
        last = thickness * rng.uniform(.5, 1)
        for t in np.linspace(0, 1, max(2, min(60, int(4 * length / max(4, last))))):
            centre = start + (end - start) * t
            cv2.circle(image, fixed(centre).tolist(), int((thickness + (last - thickness) * t) / 2 * (1 << SHIFT)), 255, -1, cv2.LINE_8, SHIFT)
        if depth < 3:
            for _ in range(rng.integers(1, 4)):
                origin = end if rng.random() < .7 else (start + end) / 2
                todo.append((origin, angle + rng.normal(0, .9), max(6, thickness * rng.uniform(.3, .8)), length * rng.uniform(.5, 1.1), depth + 1))


def outline(rng, shape, outlines):
    """A hard silhouette (uint8, oversampled) that takes between a tenth and most of the frame."""
    height, width = (side * OVERSAMPLING for side in shape)
    image = np.zeros((height, width), np.uint8)
    size = min(height, width) * rng.uniform(.6, 1.5)
    for _ in range(rng.choice([1, 1, 1, 2])):
        kind = rng.random()
        centre = np.array([width, height]) * rng.uniform(.3, .7, 2)
        if kind < .5 and outlines:
            art = outlines[rng.integers(len(outlines))]
            scale = size / max(art.shape)
            angle = rng.normal(0, .25)
            flip = rng.choice([-1, 1])
            turn = scale * np.array([[np.cos(angle) * flip, -np.sin(angle)], [np.sin(angle) * flip, np.cos(angle)]])
            shift = centre - turn @ (np.array(art.shape[::-1]) / 2)
            drawn = cv2.warpAffine(art, np.column_stack([turn, shift]), (width, height), flags=cv2.INTER_LINEAR)
            drawn = np.clip((drawn.astype(np.float32) - 127) * max(1, scale * 2) + 127, 0, 255).astype(np.uint8)
            image = np.maximum(image, drawn)
        elif kind < .7:
            angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
            radius = np.ones(720)
            rough = rng.uniform(.3, 1.2)
            for wave in range(1, 24):
                radius += rough * .35 * rng.normal() / wave ** rng.uniform(1.2, 1.8) * np.cos(wave * angles + rng.uniform(0, 6.3))
            radius = np.maximum(radius, .1) * size / 2.6
            polygon(image, centre + radius[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]))
        elif kind < .8:
            angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(4, 9)))
            radius = size / 2 * rng.uniform(.5, 1.2, len(angles))
            polygon(image, centre + radius[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]))
        else:
            limbs(rng, image, size / 1.5)
    return image


def branches(rng, image, mask):
    """Wires, twigs and straps that leave the silhouette."""
    ys, xs = np.nonzero(mask[::8, ::8] > 127)
    if not len(xs):
        return

    def grow(start, angle, thickness, length, depth):
        for _ in range(rng.integers(4, 12)):
            angle += rng.normal(0, .18)
            end = start + length / 6 * np.array([np.cos(angle), np.sin(angle)])
            cv2.line(image, fixed(start).tolist(), fixed(end).tolist(), 255, max(1, round(thickness)), cv2.LINE_AA, SHIFT)
            start, thickness = end, thickness * .96
            if depth < 3 and rng.random() < .3:
                grow(start, angle + rng.normal(0, .9), thickness * .6, length * .6, depth + 1)

    for _ in range(rng.integers(2, 12)):
        root = rng.integers(len(xs))
        grow(np.array([xs[root], ys[root]]) * 8., rng.uniform(0, 6.3), np.exp(rng.uniform(np.log(2), np.log(30))), rng.uniform(100, 900), rng.choice([0, 3]))


def normals(mask):
    """Distance inside a mask in pixels and the outward direction, at a quarter of its size."""
    small = cv2.resize(mask, None, fx=.25, fy=.25, interpolation=cv2.INTER_AREA)
    hard = (small > 127).astype(np.uint8)
    inside = cv2.distanceTransform(hard, cv2.DIST_L2, 3)
    outside = cv2.distanceTransform(1 - hard, cv2.DIST_L2, 3)
    field = cv2.GaussianBlur(inside - outside, (0, 0), 4)
    dy, dx = np.gradient(field)
    length = np.hypot(dx, dy) + 1e-4
    return inside * 4, -dx / length, -dy / length


# Length (pixels of the drawing), depth of the roots, how many for each root pixel, thickness, at most this many.
STRANDS = {
    "fur": ((14, 90), 1.2, .08, (1., 3.), 12000),
    "long": ((50, 240), 1., .06, (1., 3.4), 8000),
    "hair": ((150, 700), .3, .02, (1., 2.6), 5000),
    "whiskers": ((80, 420), .2, .0004, (1., 2.4), 60),
}


def strands(rng, cover, mask, kind):
    """Draws strands over `cover` (uint8 [h, w, 2]: coverage and shade) that grow out of a silhouette."""
    inside, nx, ny = normals(mask)
    (shortest, longest), depth_share, density, (thinnest, thickest), most = STRANDS[kind]
    mean_length = np.exp(rng.uniform(np.log(shortest), np.log(longest)))
    lengths = noise(rng, inside.shape, rng.integers(2, 8)) ** rng.uniform(.4, 1.6) * rng.uniform(.8, 1.7)
    if rng.random() < .4:  # bald parts keep their hard edge
        lengths *= np.clip((noise(rng, inside.shape, rng.integers(2, 6)) - rng.uniform(.25, .5)) * 8, 0, 1)
    ys, xs = np.nonzero((inside > 0) & (inside < max(8, mean_length * depth_share)))
    count = int(min(len(ys) * 16 * density * rng.uniform(.3, 1.5) * 40 / (mean_length + 20), most))
    if count < 1 or not len(ys):
        return
    root = rng.integers(0, len(ys), count)
    if kind == "whiskers":  # bundles from a few spots
        spots = rng.integers(0, len(ys), rng.integers(1, 5))
        root = spots[rng.integers(0, len(spots), count)]
    y, x = ys[root], xs[root]
    combed = noise(rng, inside.shape, rng.integers(1, 5)) * rng.uniform(1, 7) + rng.uniform(0, 6.3)
    along = rng.uniform(.2, 1)
    angle = np.arctan2(along * ny[y, x] + (1 - along) * np.sin(combed[y, x]), along * nx[y, x] + (1 - along) * np.cos(combed[y, x]))
    cell = rng.uniform(10, 60)
    _, clump = np.unique((x * 4 // cell).astype(int) * 4096 + (y * 4 // cell).astype(int), return_inverse=True)
    per_clump = lambda scale: rng.normal(0, scale, clump.max() + 1)[clump]
    angle = angle + rng.normal(0, rng.uniform(.03, .4), count) + per_clump(rng.uniform(0, .4))
    bend = rng.normal(0, rng.uniform(.1, 1)) + rng.normal(0, .35, count) + per_clump(.4)
    curl, pace, phase = rng.uniform(0, .8) * (rng.random() < .5), rng.uniform(3, 14), rng.uniform(0, 6.3, count)
    length = mean_length * lengths[y, x] * rng.uniform(.45, 1.1, count)
    t = np.linspace(0, 1, 9)[None]
    heading = angle[:, None] + bend[:, None] * t + curl * np.sin(pace * t + phase[:, None])
    step = (length / 8)[:, None]
    px = (x * 4 + rng.uniform(0, 4, count))[:, None] + np.cumsum(np.cos(heading) * step, 1)
    py = (y * 4 + rng.uniform(0, 4, count))[:, None] + np.cumsum(np.sin(heading) * step, 1)
    shade = np.clip(128 + rng.normal(0, 40) + rng.normal(0, rng.uniform(8, 50), count) + per_clump(rng.uniform(0, 25)), 0, 255)
    thickness = rng.uniform(thinnest, thickest) * rng.lognormal(0, .3, count)
    points = fixed(np.stack([px, py], -1))
    for index in rng.permutation(count):
        line, colour = points[index], (255, int(shade[index]))
        thick = max(1, round(thickness[index]))
        cv2.polylines(cover, [line], False, colour, max(1, thick - 1), cv2.LINE_AA, SHIFT)
        if thick > 1:  # strands taper
            cv2.polylines(cover, [line[:6]], False, colour, thick, cv2.LINE_AA, SHIFT)


def lace(rng, shape):
    """Holes of a net or of lace, oversampled coverage in 0..1."""
    height, width = shape
    yy, xx = np.mgrid[:height, :width].astype(np.float32)
    period, angle = rng.uniform(16, 120), rng.uniform(0, 3)
    bump = (noise(rng, shape, 8) - .5) * period * 2
    u, v = np.cos(angle) * xx + np.sin(angle) * yy + bump, -np.sin(angle) * xx + np.cos(angle) * yy + bump
    net = np.sin(u * 6.283 / period) * np.sin(v * 6.283 / period * rng.uniform(.5, 2))
    return 1 - np.clip((net - rng.uniform(-.2, .6)) * period / 8 + .5, 0, 1) * (noise(rng, shape, 3) > rng.uniform(.2, .5))


def draw(rng, shape, outlines, kind=None):
    """One subject: alpha and shade, f32 [h, w] in 0..1, and its kind."""
    kind = kind or str(rng.choice(KINDS, p=SHARES))
    mask = outline(rng, shape, outlines)
    if kind == "thin":
        branches(rng, mask, mask.copy())
    big = mask.shape
    base = np.clip(128 + (fractal(rng, shape, 3) - .5) * rng.uniform(0, 200), 0, 255).astype(np.uint8)
    cover = np.dstack([mask, cv2.resize(base, big[::-1])])
    if kind in ("fur", "long", "hair"):
        if rng.random() < .8:  # under the fur the skin starts further in
            inside = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 3)
            skin = rng.uniform(2, 30) * np.clip(noise(rng, big, 6) * 1.6 - .3, 0, 1)
            cover[..., 0] = np.minimum(cover[..., 0], np.clip((inside - skin) / rng.uniform(1, 8) + .5, 0, 1) * 255).astype(np.uint8)
        strands(rng, cover, mask, kind)
        if kind != "fur" and rng.random() < .5:
            strands(rng, cover, mask, "fur")
        if rng.random() < .5:
            strands(rng, cover, mask, "whiskers")
    small = cv2.resize(cover.astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA) / 255
    alpha, shade = small[..., 0], small[..., 1]
    if kind == "lace":
        alpha = alpha * cv2.resize(lace(rng, big), shape[::-1], interpolation=cv2.INTER_AREA)
    elif kind == "smoke":
        soft = cv2.GaussianBlur(alpha, (0, 0), rng.uniform(3, 20))
        alpha = soft * np.clip(fractal(rng, shape, 2) * rng.uniform(1, 2.5) - rng.uniform(0, .6), 0, 1)
    return np.clip(alpha, 0, 1), shade, kind
