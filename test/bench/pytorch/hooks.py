"""The obvious way to the spectra: hooks on the layers, and torch.linalg.svdvals of every matrix, in float32."""

import torch
from torch import nn
from torch.nn import functional as F


def gradient_of(layer, activations, adjoints):
    """dL/dW of some samples' rows, [outputs x inputs of a row]."""
    if isinstance(layer, nn.Linear):
        return adjoints.flatten(0, -2).T @ activations.flatten(0, -2)
    of_filter = nn.grad.conv3d_weight(activations, layer.weight.shape, adjoints, stride=2, padding=1)
    return of_filter.flatten(1)


def rows_of(layer, tensor):
    """Rows of samples (and positions, tokens) by columns of channels."""
    return tensor.flatten(0, -2) if isinstance(layer, nn.Linear) else tensor.movedim(1, -1).flatten(0, -2)


class HooksCapture:
    """`step` returns {layer: [[A, D, G of a group], ..., [of all samples]]}."""

    def __init__(self, model):
        self.model, self.active, self.seen = model, False, {}
        self.names = {layer: name for name, layer in model.named_modules() if isinstance(layer, (nn.Linear, nn.Conv3d))}
        for layer in self.names:
            layer.register_forward_hook(self.before)
            layer.register_full_backward_hook(self.after)
        self.recurrent = getattr(model, "lstm", None)

    def before(self, layer, inputs, output):
        if self.active:
            self.seen[layer] = [inputs[0].detach(), None]

    def after(self, layer, of_inputs, of_outputs):
        if self.active:
            self.seen[layer][1] = of_outputs[0].detach()

    def step(self, x, y):
        self.active = True
        output, states = (self.model(x), None) if self.recurrent is None else self.unrolled(x)
        F.cross_entropy(output, y).backward()
        self.active = False
        half = len(y) // 2
        sets = [slice(0, half), slice(half, None), slice(None)]
        spectra = {self.names[layer]: [self.of_set(layer, a[g], d[g]) for g in sets] for layer, (a, d) in self.seen.items()}
        if states is not None:
            spectra.update(self.of_recurrent(x, *states, sets))
        self.seen.clear()
        return spectra

    def of_set(self, layer, activations, adjoints):
        matrices = rows_of(layer, activations), rows_of(layer, adjoints), gradient_of(layer, activations, adjoints)
        return [torch.linalg.svdvals(each) for each in matrices]

    def unrolled(self, x):
        """nn.LSTM hides the adjoints of its gates, so the cell is run step by step and each pre-activation keeps its own."""
        lstm, hidden = self.recurrent, [torch.zeros(len(x), self.recurrent.hidden_size)]
        cell, gates = hidden[0], []
        of_inputs = F.linear(x, lstm.weight_ih_l0, lstm.bias_ih_l0 + lstm.bias_hh_l0)
        for step in range(x.shape[1]):
            z = of_inputs[:, step] + hidden[-1] @ lstm.weight_hh_l0.T
            z.retain_grad()
            gates.append(z)
            i, f, g, o = z.chunk(4, 1)
            cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
            hidden.append(torch.sigmoid(o) * torch.tanh(cell))
        return self.model.head(hidden[-1]), (hidden[:-1], gates)

    def of_recurrent(self, x, hidden, gates, sets):
        before = torch.stack(hidden, 1).detach()
        adjoints = torch.stack([z.grad for z in gates], 1)
        spectra = {"lstm/input": [], "lstm/recurrent": []}
        for g in sets:
            d = adjoints[g].flatten(0, 1)
            of_adjoints = torch.linalg.svdvals(d)
            for name, rows in (("lstm/input", x[g].flatten(0, 1)), ("lstm/recurrent", before[g].flatten(0, 1))):
                spectra[name].append([torch.linalg.svdvals(rows), of_adjoints, torch.linalg.svdvals(rows.T @ d)])
        return spectra
