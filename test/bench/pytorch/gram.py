"""The best way to the spectra that we found in PyTorch: eigenvalues of small float64 Grams, no second backward pass.

Inside the gradient of each layer the gradient of every group is formed in place of the total, which is their sum. Where
samples are fewer than columns, every group's values come from blocks of the Grams of the samples. Grams of one size are
collected from all layers and solved by one call.
"""

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn
from torch.nn import functional as F

from lstm import WatchedLstm

GROUPS = 2


class GramCapture:
    """`step` returns what HooksCapture.step does. Groups are two halves of the batch."""

    def __init__(self, model):
        self.model, self.active = model, False
        self.grams, self.known = [], {}
        self.threads = torch.get_num_threads()
        self.workers = ThreadPoolExecutor(self.threads)
        for name, layer in model.named_modules():
            if isinstance(layer, nn.Linear):
                self.watch(name, layer, WatchedLinear)
            elif isinstance(layer, nn.Conv3d):
                self.watch(name, layer, WatchedConvolution)
            elif isinstance(layer, nn.LSTM):
                self.watch_lstm(name, layer)

    def watch(self, name, layer, watched):
        plain = layer.forward
        layer.forward = lambda x: watched.apply(x, layer.weight, layer.bias, name, self) if self.active else plain(x)

    def watch_lstm(self, name, layer):
        plain = layer.forward
        weights = (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0)
        layer.forward = lambda x: (WatchedLstm.apply(x, *weights, name, self),) if self.active else plain(x)

    def step(self, x, y):
        self.active = True
        F.cross_entropy(self.model(x), y).backward()
        self.active = False
        spectra = self.solve()
        self.grams.clear()
        self.known.clear()
        return spectra

    def add(self, name, quantity, groups, whole):
        """Grams [n x n] of each group and [m x m] of all samples."""
        self.grams += [(name, quantity, set_, gram) for set_, gram in enumerate([*groups, whole])]

    def rows(self, name, quantity, rows):
        """Rows [samples.. x columns], sorted by group. Returns the Gram of the samples, or None when columns are fewer."""
        key = (rows.data_ptr(), rows.shape)
        if key not in self.known:
            # The rows are kept: memory that was let go of could come back under the same address.
            self.known[key] = (rows, *grams_of(rows))
        _, groups, whole, of_samples = self.known[key]
        self.add(name, quantity, groups, whole)
        return whole if of_samples else None

    def gradients(self, name, parts, total):
        """Of the groups, [groups x a x b] and their sum."""
        doubles = torch.cat([parts, total[None]]).double()
        small = doubles @ doubles.mT if doubles.shape[1] <= doubles.shape[2] else doubles.mT @ doubles
        self.add(name, 2, small[:GROUPS].unbind(), small[GROUPS])

    def solve(self):
        sizes, solved, spectra = {}, {}, {}
        for gram in {id(entry[3]): entry[3] for entry in self.grams}.values():
            sizes.setdefault(gram.shape[-1], []).append(gram)
        for size, grams in sizes.items():
            # LAPACK solves one matrix after another on one core: large ones are shared out.
            shares = [grams] if size < 64 else [grams[first :: self.threads] for first in range(self.threads)]
            for share, found in zip(shares, self.workers.map(singular_values, shares)):
                solved.update(zip(map(id, share), found))
        for name, quantity, set_, gram in self.grams:
            sets = spectra.setdefault(name, [[None] * 3 for _ in range(GROUPS + 1)])
            sets[set_][quantity] = solved[id(gram)]
        return spectra


def singular_values(grams):
    """From the largest to the smallest."""
    if not grams:
        return []
    return torch.linalg.eigvalsh(torch.stack(grams)).clamp_(min=0).sqrt_().flip(-1).float()


def grams_of(rows):
    """(of each group, of all samples, whether they are over the samples) of rows that several layers may share."""
    doubles = rows.double()
    if rows.shape[0] <= rows.shape[1]:
        whole = doubles @ doubles.T
        return blocks_of(whole), whole, True
    parts = doubles.view(GROUPS, -1, rows.shape[1])
    groups = parts.mT @ parts
    return groups.unbind(), groups.sum(0), False


def blocks_of(whole):
    half = whole.shape[0] // GROUPS
    return [whole[first : first + half, first : first + half] for first in (0, half)]


def factor(gram):
    """L with L L' = gram; the smallest shift that lets a semidefinite matrix be factored changes no value that is shown."""
    shift = gram.diagonal(dim1=-2, dim2=-1).sum(-1)[..., None, None] * 1e-15
    return torch.linalg.cholesky_ex(gram + shift * torch.eye(gram.shape[-1], dtype=gram.dtype))[0]


def gradient_from_samples(capture, name, of_activations, of_adjoints):
    """s(G)^2 are the eigenvalues of L' K_D L, where L L' = K_A: no gradient is formed at all."""

    def product(a, d):
        lower = factor(a)
        return lower.mT @ d @ lower

    groups = product(torch.stack(blocks_of(of_activations)), torch.stack(blocks_of(of_adjoints)))
    capture.add(name, 2, groups.unbind(), product(of_activations, of_adjoints))


class WatchedLinear(torch.autograd.Function):
    @staticmethod
    def forward(context, x, weight, bias, name, capture):
        context.save_for_backward(x, weight)
        context.name, context.capture = name, capture
        return F.linear(x, weight, bias)

    @staticmethod
    def backward(context, dy):
        x, weight = context.saved_tensors
        rows, adjoints = x.flatten(0, -2), dy.flatten(0, -2)
        capture, name = context.capture, context.name
        of_activations = capture.rows(name, 0, rows)
        of_adjoints = capture.rows(name, 1, adjoints)
        if of_activations is not None and of_adjoints is not None:
            total = adjoints.T @ rows
            gradient_from_samples(capture, name, of_activations, of_adjoints)
        else:
            parts = adjoints.reshape(GROUPS, -1, weight.shape[0]).mT @ rows.view(GROUPS, -1, weight.shape[1])
            total = parts.sum(0)
            capture.gradients(name, parts, total)
        dx = dy @ weight if context.needs_input_grad[0] else None
        return dx, total, adjoints.sum(0), None, None


class WatchedConvolution(torch.autograd.Function):
    @staticmethod
    def forward(context, x, weight, bias, name, capture):
        context.save_for_backward(x, weight)
        context.name, context.capture = name, capture
        return F.conv3d(x, weight, bias, 2, 1)

    @staticmethod
    def backward(context, dy):
        x, weight = context.saved_tensors
        capture, name, half = context.capture, context.name, len(x) // GROUPS
        capture.rows(name, 0, x.movedim(1, -1).flatten(0, -2))
        capture.rows(name, 1, dy.movedim(1, -1).flatten(0, -2))
        parts = [
            convolution_gradients(dy[group], x[group], weight, [False, True, False])[1]
            for group in (slice(0, half), slice(half, None))
        ]
        total = parts[0] + parts[1]
        capture.gradients(name, torch.stack([part.flatten(1) for part in parts]), total.flatten(1))
        first = not context.needs_input_grad[0]
        dx = None if first else convolution_gradients(dy, x, weight, [True, False, False])[0]
        return dx, total, dy.sum((0, 2, 3, 4)), None, None


def convolution_gradients(dy, x, weight, wanted):
    return torch.ops.aten.convolution_backward(
        dy, x, weight, None, [2] * 3, [1] * 3, [1] * 3, False, [0] * 3, 1, wanted
    )
