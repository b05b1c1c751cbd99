"""What training minimises. All take alpha before it is limited, [n, 1, h, w]."""
import functools

import cv2
import numpy as np
import torch
import torch.nn.functional as F

# Side of the neighbourhood in which the softness of alpha is compared with the truth's.
AROUND = 9
# Standard deviation of the derivatives of a Gaussian, in pixels, and how far they are followed.
SIGMA, SUPPORT = 1.4, 5
# Standard deviation of the noise, 0..1, in which two looks at one picture differ.
LEAST_NOISE, MOST_NOISE = .004, .024
# Errors within NEAR pixels of a soft pixel or a step are errors of the edge, further than FAR they are far errors.
NEAR, FAR = 8, 12


def weights(alpha, apart, guidance):
    """For an alpha (f32 [h, w]): where its edge band is, 0 or 1, and how much an error counts, 0..1. The edge counts most, the
    more so where foreground and background differ (the error of a composite is |error| |F - B|); then any change for the worse
    where SAM was right about what is not soft, near the edge and more so far from it."""
    soft = ((alpha > .02) & (alpha < .98)).astype(np.uint8)
    step = cv2.morphologyEx((alpha > .5).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    within = lambda reach: cv2.dilate(soft | step, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)).astype(np.float32)
    near, far = within(NEAR), 1 - within(FAR)
    right = (np.abs(guidance - alpha) < .4) & (np.abs(alpha - .5) > .4)
    return near, (.15 + near * (1 + apart) + right * (.8 + far * .4) + far * .3) / 3


def differences(x):
    """To the right and below."""
    return x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :]


def pyramid(x, levels=4):
    """A Laplacian pyramid with box averages."""
    for _ in range(levels):
        low = F.avg_pool2d(x, 2)
        yield x - F.interpolate(low, scale_factor=2, mode="nearest")
        x = low


def kernels():
    """A Gaussian and its derivative, f64 [2 * SUPPORT + 1] each, for a correlation: a ramp of 1 a pixel has the derivative 1."""
    offsets = np.arange(-SUPPORT, SUPPORT + 1)
    smooth = np.exp(-offsets ** 2 / (2 * SIGMA ** 2))
    slope = offsets * smooth
    return smooth / smooth.sum(), slope / (offsets * slope).sum()


@functools.lru_cache
def derivatives(side):
    """Matrices [side, side] that smooth a column with a Gaussian and derive it; the border repeats. A product with them is ten
    times as fast as a convolution of one channel."""
    places = torch.arange(side)
    matrices = []
    for kernel in kernels():
        matrix = torch.zeros(side, side)
        for offset, value in enumerate(torch.from_numpy(kernel).float(), -SUPPORT):
            matrix.index_put_((places, (places + offset).clamp(0, side - 1)), value, accumulate=True)
        matrices.append(matrix)
    return matrices


def steepness(alpha):
    """The length of alpha's gradient by derivatives of a Gaussian, as the Grad error of Rhemann and others (2009) measures it."""
    rows, columns = ([matrix.to(alpha) for matrix in derivatives(side)] for side in alpha.shape[2:])
    x = rows[0] @ (alpha @ columns[1].T)
    y = rows[1] @ (alpha @ columns[0].T)
    return (x * x + y * y + 1e-6).sqrt()


def loss(out, alpha, near, weight):
    """Weighted absolute error, that of a Laplacian pyramid, of the differences between neighbours, of the local softness (an edge
    whose place is not certain is still to be as sharp as the truth's) and of the steepness, squared (but not sharp in wrong places)."""
    limited = out.clamp(0, 1)
    # Beyond 0..1 the limited alpha has no error, but must be brought back.
    beyond = (out - limited).abs()
    error = limited - alpha
    value = 3 * (weight * (error.abs() + .2 * beyond)).mean()
    softness = F.avg_pool2d(limited * (1 - limited) - alpha * (1 - alpha), AROUND, 1, AROUND // 2)
    value = value + 3 * (softness.abs() * near).mean()
    value = value + .3 * sum(2 ** level * band.abs().mean() for level, band in enumerate(pyramid(error)))
    across, down = differences(error)
    value = value + 40 * ((steepness(limited) - steepness(alpha)) ** 2 * near).mean()
    near = .2 + near
    return value + ((across.abs() * near[..., :, 1:]).mean() + (down.abs() * near[..., 1:, :]).mean())


def in_other_noise(x, count):
    """x [n, 4, h, w] whose first `count` samples come again as the next ones, with noise that differs between the two, as two
    frames of a shot at rest do."""
    noise = torch.empty(count, 1, 1, 1, device=x.device).uniform_(LEAST_NOISE, MOST_NOISE).repeat(2, 1, 1, 1)
    x[:2 * count, :3] += torch.randn_like(x[:2 * count, :3]) * noise
    return x.clamp(0, 1)


def flicker(out, near, count):
    """How much alpha differs within the pairs of `in_other_noise`."""
    limited = out.clamp(0, 1)
    return ((limited[:count] - limited[count:2 * count]).abs() * near[:count]).mean()
