"""nn.LSTM's fused forward pass with a backward pass that knows the adjoints of the gates."""

import torch


class WatchedLstm(torch.autograd.Function):
    """x [samples x steps x inputs] to states [samples x steps x units].

    The states come from the fused layer. All gates are then had by two products, since the states are known; what is left
    step by step is one product and a few element-wise operations in each direction.
    """

    @staticmethod
    def forward(context, x, w_input, w_recurrent, b_input, b_recurrent, name, capture):
        zeros = x.new_zeros(1, len(x), w_recurrent.shape[1])
        weights = [w_input, w_recurrent, b_input, b_recurrent]
        states = torch.lstm(x, (zeros, zeros), weights, True, 1, 0.0, False, False, True)[0]
        context.save_for_backward(x, states, *weights)
        context.name, context.capture = name, capture
        return states

    @staticmethod
    def backward(context, dstates):
        x, states, w_input, w_recurrent, b_input, b_recurrent = context.saved_tensors
        before = torch.cat([torch.zeros_like(states[:, :1]), states[:, :-1]], 1)
        adjoints = gate_adjoints(x, before, dstates, w_input, w_recurrent, b_input + b_recurrent)
        capture, name = context.capture, context.name
        rows = adjoints.flatten(0, 1)
        by_group = adjoints.view(2, -1, adjoints.shape[-1])
        totals = []
        for part, inputs in (("input", x), ("recurrent", before)):
            capture.rows(f"{name}/{part}", 0, inputs.flatten(0, 1))
            capture.rows(f"{name}/{part}", 1, rows)
            parts = by_group.mT @ inputs.reshape(2, -1, inputs.shape[-1])
            totals.append(parts.sum(0))
            capture.gradients(f"{name}/{part}", parts, totals[-1])
        of_bias = rows.sum(0)
        return None, *totals, of_bias, of_bias, None, None


def gate_adjoints(x, before, dstates, w_input, w_recurrent, bias):
    """dL/dz of all pre-activations, [samples x steps x 4 units], gates in PyTorch's order: input, forget, cell, output."""
    samples, steps, units = before.shape
    # Steps first: each step is then one contiguous block.
    gates = (x.transpose(0, 1) @ w_input.T + before.transpose(0, 1) @ w_recurrent.T + bias).view(
        steps, samples, 4, units
    )
    i, f, o = (torch.sigmoid(gates[:, :, gate]) for gate in (0, 1, 3))
    g = torch.tanh(gates[:, :, 2])
    cells, written = torch.empty_like(f), i * g
    torch.mul(f[0], 0, out=cells[0]).add_(written[0])
    for cell, previous, kept, new in zip(cells[1:].unbind(), cells.unbind(), f[1:].unbind(), written[1:].unbind()):
        torch.addcmul(new, kept, previous, out=cell)
    squashed = torch.tanh(cells)
    previous = torch.cat([torch.zeros_like(cells[:1]), cells[:-1]])
    # What the adjoint of the cell, and of the state, is multiplied by to give the adjoint of each gate.
    of_cell = torch.stack([g * i * (1 - i), previous * f * (1 - f), i * (1 - g * g)], 2)
    of_output = squashed * o * (1 - o)
    through = o * (1 - squashed * squashed)
    adjoints = torch.empty(steps, samples, 4, units)
    dcell = torch.zeros(samples, units)
    down = dstates.transpose(0, 1).unbind()
    parts = zip(adjoints.unbind(), of_cell.unbind(), of_output.unbind(), through.unbind(), f.unbind(), down)
    dstate = None
    for step, (adjoint, cell_part, output_part, through_part, kept, from_above) in reversed(list(enumerate(parts))):
        dstate = from_above if dstate is None else torch.addmm(from_above, dstate, w_recurrent)
        dcell = torch.addcmul(dcell, dstate, through_part)
        torch.mul(dcell[:, None], cell_part, out=adjoint[:, :3])
        torch.mul(dstate, output_part, out=adjoint[:, 3])
        dcell = dcell * kept
        dstate = adjoint.view(samples, 4 * units)
    return adjoints.view(steps, samples, 4 * units).transpose(0, 1).contiguous()
