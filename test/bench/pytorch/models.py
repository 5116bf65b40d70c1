"""The networks of the benchmark in PyTorch, in the same shapes as test/bench/cases.ts."""

import torch
from torch import nn
from torch.nn import functional as F

LSTM_STEPS, LSTM_INPUTS, LSTM_UNITS = 120, 50, 64
TOKENS, TOKEN_INPUTS, WIDTH, HEADS, FEED_FORWARD = 100, 50, 64, 4, 256


def mlp(*widths):
    layers = []
    for inputs, units in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, units), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cnn(*size):
    """Four convolutions of kernel 3 and stride 2, then two dense layers."""
    layers, channels = [], 1
    for filters in (8, 16, 32, 64):
        layers += [nn.Conv3d(channels, filters, 3, 2, 1), nn.ReLU()]
        channels = filters
        size = [(each + 1) // 2 for each in size]
    flat = channels * size[0] * size[1] * size[2]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(flat, 64), nn.ReLU(), nn.Linear(64, 2))


class Lstm(nn.Module):
    """One LSTM; a dense layer on its last state."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(LSTM_INPUTS, LSTM_UNITS, batch_first=True)
        self.head = nn.Linear(LSTM_UNITS, 2)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class Block(nn.Module):
    """Attention and a feed-forward part, each behind a layer norm and beside a residual connection."""

    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.wide, self.narrow = nn.Linear(WIDTH, FEED_FORWARD), nn.Linear(FEED_FORWARD, WIDTH)

    def heads(self, x):
        return x.view(x.shape[0], x.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)

    def forward(self, h):
        a = self.norm1(h)
        mixed = F.scaled_dot_product_attention(*(self.heads(part(a)) for part in (self.query, self.key, self.value)))
        h = h + self.output(mixed.transpose(1, 2).reshape(h.shape))
        return h + self.narrow(F.relu(self.wide(self.norm2(h))))


class Transformer(nn.Module):
    """An embedding, two blocks, the mean over the tokens, a dense layer."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Linear(TOKEN_INPUTS, WIDTH)
        self.blocks = nn.Sequential(Block(), Block())
        self.head = nn.Linear(WIDTH, 2)

    def forward(self, x):
        return self.head(self.blocks(self.embedding(x)).mean(1))


MODELS = {
    "mlp-small": (lambda: mlp(410, 512, 256, 2), (32, 410)),
    "mlp-large": (lambda: mlp(4096, 1024, 1024, 2), (64, 4096)),
    "cnn-32": (lambda: cnn(32, 32, 32), (16, 1, 32, 32, 32)),
    "cnn-61": (lambda: cnn(61, 73, 61), (16, 1, 61, 73, 61)),
    "lstm": (Lstm, (32, LSTM_STEPS, LSTM_INPUTS)),
    "transformer": (Transformer, (32, TOKENS, TOKEN_INPUTS)),
}


def make(name):
    """The model with its batch: half of the samples are of the first group and class.

    Convolutions lie channels last, which PyTorch computes faster on a processor than its default.
    """
    torch.manual_seed(1)
    build, shape = MODELS[name]
    model, x = build(), torch.randn(shape)
    if len(shape) == 5:
        model = model.to(memory_format=torch.channels_last_3d)
        x = x.to(memory_format=torch.channels_last_3d)
    return model, x, (torch.arange(shape[0]) >= shape[0] // 2).long()
