"""Times a training step in PyTorch, plain and captured in two ways, by turns: bench.py MODEL THREADS SECONDS

One line of JSON. Both captures are first compared, value by value: a timing of wrong numbers would say nothing.
"""

import copy
import json
import os
import statistics
import sys
import time

# The wheel is built for CUDA: what it would take of those libraries is looked for only when it is called, which never happens.
sys.setdlopenflags(os.RTLD_LAZY)

import torch
from torch.nn import functional as F

from gram import GramCapture
from hooks import HooksCapture
from models import make

WARM_UP = 3
BLOCK_SECONDS = 0.25


class Training:
    """A model with its optimizer; `capture` makes what runs a captured forward and backward pass."""

    def __init__(self, model, capture):
        self.model = copy.deepcopy(model)
        self.capture = capture(self.model) if capture else None
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=True)

    def step(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        if self.capture is None:
            F.cross_entropy(self.model(x), y).backward()
        else:
            self.capture.step(x, y)
        self.optimizer.step()


def largest_difference(model, x, y):
    """Of the two captures' values, relative to the largest of each matrix; and of their weight gradients."""
    hooks, gram = copy.deepcopy(model), copy.deepcopy(model)
    expected, found = HooksCapture(hooks).step(x, y), GramCapture(gram).step(x, y)
    assert expected.keys() == found.keys(), (expected.keys(), found.keys())
    worst = 0.0
    for name, sets in expected.items():
        for of_set, others in zip(sets, found[name]):
            for a, b in zip(of_set, others):
                shared = min(len(a), len(b))
                worst = max(worst, float((a[:shared] - b[:shared]).abs().max() / a[0]))
    # Some gradients are nothing but rounding, as that of a key's bias: all are measured by the largest.
    largest = max(float(each.grad.abs().max()) for each in hooks.parameters())
    for a, b in zip(hooks.parameters(), gram.parameters()):
        worst = max(worst, float((a.grad - b.grad).abs().max()) / largest)
    return worst


def block_of(training, x, y, steps):
    """Seconds a step."""
    start = time.perf_counter()
    for _ in range(steps):
        training.step(x, y)
    return (time.perf_counter() - start) / steps


def rounded(value):
    """To three digits: more are noise. Whole numbers are written without an exponent."""
    short = float(f"{value:.3g}")
    return int(short) if short.is_integer() else short


def main(name, threads, seconds):
    torch.set_num_threads(threads)
    # As TensorFlow does. The same batch is learnt again and again, until gradients are too small for normal numbers.
    torch.set_flush_denormal(True)
    model, x, y = make(name)
    difference = largest_difference(model, x, y)
    assert difference < 1e-3, f"{name}: the two captures differ by {difference} of the largest value"
    ways = {"plain": Training(model, None), "hooks": Training(model, HooksCapture), "gram": Training(model, GramCapture)}
    steps, times = {}, {way: [] for way in ways}
    for way, training in ways.items():
        if way != "hooks":
            block_of(training, x, y, WARM_UP)
        steps[way] = max(1, min(150, round(BLOCK_SECONDS / block_of(training, x, y, 1))))
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times["gram"]) < 3:
        for way, training in ways.items():
            # A slow one would leave the others no time.
            if way == "hooks" and len(times[way]) >= 3 and times[way][-1] > 2 * BLOCK_SECONDS:
                continue
            times[way].append(block_of(training, x, y, steps[way]))
    middle = {way: rounded(statistics.median(each) * 1e3) for way, each in times.items()}
    ratio = {
        way: rounded(statistics.median(c / p for c, p in zip(times[way], times["plain"]))) for way in ("hooks", "gram")
    }
    result = {
        "version": torch.__version__,
        "plainMs": middle["plain"],
        "hooks": {"capturedMs": middle["hooks"], "ratio": ratio["hooks"]},
        "gram": {"capturedMs": middle["gram"], "ratio": ratio["gram"]},
        "largestDifference": rounded(difference),
        "blocks": len(times["gram"]),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
