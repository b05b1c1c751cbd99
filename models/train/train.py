"""Trains the edge network.

python train.py DATA OUT --minutes 60 [--threads 1] [--batch 16] [--start WEIGHTS | --resume] [--device cpu|cuda]
OUT/checkpoint.pt holds the weights, their running mean (which ships), the optimiser and the number of updates; training goes on
from it with --resume. OUT/weights.pt holds what ships alone; --start begins with such a file. The learning rate follows the time that is left.
"""
import argparse
import copy
import math
import pathlib
import time

import torch

from losses import flicker, in_other_noise, loss
from network import EdgeNetwork
from samples import Crops

AVERAGE = .998  # of the running mean of the weights
# Share of a batch that is seen twice in other noise, and how much a difference between the two counts.
PAIRED, STEADY = .25, 15


def half_is_fast(device):
    """bf16 is three times as fast as f32 where the processor has it, and slow elsewhere."""
    asked = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)  # older versions cannot be asked
    return device.type == "cuda" or bool(asked and asked())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--updates", type=int, default=10 ** 9)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--side", type=int, default=320)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--warm-up", type=int, default=100, help="updates until the rate is reached")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=pathlib.Path)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / "checkpoint.pt"
    device = torch.device(options.device)
    network = EdgeNetwork().to(device, memory_format=torch.channels_last)
    if options.start:
        network.load_state_dict(torch.load(options.start, map_location=device))
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), options.rate, weight_decay=1e-3)
    updates = 0
    if options.resume:
        state = torch.load(checkpoint, map_location=device)
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        updates = state["updates"]
    crops = Crops(options.data, options.seed + updates, options.side)
    ahead = {"prefetch_factor": 4} if options.workers else {}
    pairs = int(options.batch * PAIRED)
    loader = torch.utils.data.DataLoader(crops, options.batch - pairs, num_workers=options.workers, **ahead)
    began, first, sums = time.time(), updates, [0., 0., 0., 0]

    def again(values):
        return torch.cat([values[:pairs], values])

    def save():
        state = {"network": network.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "updates": updates}
        torch.save(state, checkpoint.with_suffix(".part"))
        checkpoint.with_suffix(".part").rename(checkpoint)
        torch.save(average.state_dict(), options.out / "weights.pt")

    network.train()
    for x, alpha, extra in loader:
        passed = (time.time() - began) / 60 / options.minutes
        if passed >= 1 or updates - first >= options.updates:
            break
        rate = options.rate * min(1, (updates - first + 1) / options.warm_up) * (.02 + .98 * .5 * (1 + math.cos(math.pi * passed)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        x, alpha, extra = (again(values.to(device)) for values in (x, alpha, extra))
        x = in_other_noise(x, pairs)
        near, weight = extra[:, :1], extra[:, 1:]
        with torch.autocast(device.type, torch.bfloat16, enabled=half_is_fast(device)):
            out = network.raw(x)
        out = out.float()
        value = loss(out, alpha, near, weight) + STEADY * flicker(out, near, pairs)
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.)
        optimiser.step()
        updates += 1
        keep = min(AVERAGE, updates / (updates + 20))
        with torch.no_grad():
            for mean, now in zip(average.state_dict().values(), network.state_dict().values()):
                if mean.dtype.is_floating_point:
                    mean.lerp_(now, 1 - keep)
            inside = lambda values: float((values * near).sum() / near.sum().clamp(min=1))
            for index, figure in enumerate((float(value.detach()), inside((out.clamp(0, 1) - alpha).abs()), inside((x[:, 3:] - alpha).abs()), 1)):
                sums[index] += figure
        if updates % 50 == 0:
            count = sums[3]
            print(f"{updates} updates, {(time.time() - began) / 60:.1f} min, loss {sums[0] / count:.4f}, band MAD {sums[1] / count:.4f} = {sums[1] / sums[2]:.3f} of the guidance's", flush=True)
            sums = [0., 0., 0., 0]
        if updates % 200 == 0:
            save()
    save()


if __name__ == "__main__":
    main()
