"""The edge network: RGB and SAM's probability in, alpha out.

A U-Net on the picture's pixels folded two by two, with what a classical matting method would compute first as extra planes:
how far each pixel's colour lies between the mean colours of the sure subject and the sure background around it.
"""
import torch
import torch.nn.functional as F
from torch import nn

# Channels at 1/2, 1/4, 1/8 and 1/16 of the picture's resolution.
WIDTHS = (16, 32, 64, 96)
# Both sides of the input must be multiples of this.
ALIGNMENT = 32
# The means around a pixel are taken over this many pixels to each side, in cells of CELL pixels.
REACHES = (24, 56)
CELL = 8
# A pixel's alpha depends on what lies within this many pixels of it (smoke.py holds it).
RECEPTIVE_FIELD = 216


def colour_cue(x):
    """Two planes for each reach at half resolution: the place of the colour between background 0 and subject 1, and how much
    the two differ. Both means are weighted with the fourth power of what is sure, so that unsure cells count for nothing."""
    rgb, sure = x[:, :3], x[:, 3:]
    half = F.avg_pool2d(rgb, 2)
    colours, subject = F.avg_pool2d(rgb, CELL), F.avg_pool2d(sure, CELL)
    weights = torch.cat([subject ** 4, (1 - subject) ** 4], 1)
    planes = []
    for reach in REACHES:
        cells = 2 * (reach // CELL) + 1
        across, down = ((1, cells), 1, (0, cells // 2)), ((cells, 1), 1, (cells // 2, 0))
        # What lies outside the picture counts as 0 in both parts of a quotient.
        mean = lambda values: F.avg_pool2d(F.avg_pool2d(values, *across), *down)
        total = mean(weights)
        inside = mean(colours * weights[:, :1]) / (total[:, :1] + 1e-4)
        outside = mean(colours * weights[:, 1:]) / (total[:, 1:] + 1e-4)
        both = F.interpolate(torch.cat([outside, inside - outside], 1), scale_factor=CELL // 2, mode="bilinear", align_corners=False)
        apart = both[:, 3:]
        distance = (apart * apart).sum(1, keepdim=True)
        place = ((half - both[:, :3]) * apart).sum(1, keepdim=True) / (distance + 2e-3)
        planes += [place.clamp(-1, 2) - .5, (distance * 4).clamp(max=1)]
    return torch.cat(planes, 1)


def convolution(inputs, outputs, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = convolution(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class EdgeNetwork(nn.Module):
    def __init__(self, widths=WIDTHS):
        super().__init__()
        self.enter = convolution(16 + 2 * len(REACHES), widths[0])
        self.down = nn.ModuleList(nn.Sequential(convolution(a, b, 2), Residual(b)) for a, b in zip(widths, widths[1:]))
        self.bottom = Residual(widths[-1])
        self.squeeze = nn.ModuleList(nn.Conv2d(b, a, 1, bias=False) for a, b in zip(widths, widths[1:]))
        self.up = nn.ModuleList([convolution(widths[0], widths[0]), *(Residual(width) for width in widths[1:-1])])
        self.leave = nn.Conv2d(widths[0], 4, 3, 1, 1)
        # The untrained network gives the guidance back.
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def raw(self, x):
        """Alpha [n, 1, h, w] before it is limited to 0..1."""
        with torch.no_grad():
            folded = torch.cat([F.pixel_unshuffle(x - .5, 2), colour_cue(x)], 1)
        features = [self.enter(folded)]
        for step in self.down:
            features.append(step(features[-1]))
        deep = self.bottom(features.pop())
        for squeeze, up in reversed(list(zip(self.squeeze, self.up))):
            deep = up(features.pop() + F.interpolate(squeeze(deep), scale_factor=2, mode="bilinear", align_corners=False))
        return x[:, 3:] + F.pixel_shuffle(self.leave(deep), 2)

    def forward(self, x):
        return self.raw(x).clamp(0, 1)
