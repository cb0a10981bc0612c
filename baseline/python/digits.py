"""The fast preset's recipe for digits in PyTorch, as a fair peer: same net, same optimizer, same schedule, same number of
steps, bfloat16 autocast, channels last, digits prepared in memory.

usage: digits.py FOLDER SEED        FOLDER as `cargo xtask bench train` makes it; needs torch and numpy
prints one JSON object: accuracy, CPU-seconds of training (user + system of this process, imports left out)

Its allocator is set as the baseline's: run it with GLIBC_TUNABLES=glibc.malloc.mmap_threshold=4294967295:\
glibc.malloc.trim_threshold=4294967295 and OMP_WAIT_POLICY=PASSIVE.
"""

import json
import resource
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

EPOCHS, BATCH, WIDTHS = 5, 128, (16, 32, 64)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Conv(nn.Conv2d):
    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, 3, padding="same", bias=False)
        with torch.no_grad():
            nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")
            nn.init.dirac_(self.weight[: min(inputs, outputs)])


def norm(channels):
    layer = nn.BatchNorm2d(channels, momentum=0.4)
    layer.weight.requires_grad = False
    return layer


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.whiten = nn.Conv2d(1, 18, 3)
        self.whiten.weight.requires_grad = False
        nn.init.zeros_(self.whiten.bias)
        layers, inputs = [], 18
        for width in WIDTHS:
            layers += [Conv(inputs, width), nn.MaxPool2d(2), norm(width), nn.GELU("tanh")]
            layers += [Conv(width, width), norm(width), nn.GELU("tanh")]
            inputs = width
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(inputs, 10, bias=False)

    def forward(self, x):
        x = F.gelu(self.whiten(x), approximate="tanh")
        return self.head(self.layers(x).amax((2, 3))) / 9


def whitening(pictures):
    patches = pictures.unfold(2, 3, 1).unfold(3, 3, 1).reshape(-1, 9).double()
    values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    filters = vectors.T / torch.sqrt(values + 1e-2)[:, None]
    return torch.cat([filters, -filters]).view(18, 1, 3, 3).float()


def orthogonal(matrix, iterations=3):
    x = matrix / (matrix.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(iterations):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, weights, lr, momentum):
        super().__init__(weights, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                velocity = self.state[weight].setdefault("velocity", torch.zeros_like(weight))
                velocity.mul_(group["momentum"]).add_(weight.grad)
                ahead = weight.grad.add(velocity, alpha=group["momentum"])
                weight.mul_(len(weight) ** 0.5 / weight.norm())
                weight.add_(orthogonal(ahead.reshape(len(ahead), -1)).view(weight.shape), alpha=-group["lr"])


def main():
    folder, seed = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    load = lambda name: torch.from_numpy(np.load(f"{folder}/{name}.npy"))
    train, labels = load("train"), load("train_labels").long()
    test, answers = load("test"), load("test_labels").long()

    begun = cpu()
    mean, std = (train / 255).mean(), (train / 255).std()
    train = ((train / 255 - mean) / std).unsqueeze(1)
    padded = F.pad(train, (2, 2, 2, 2), value=float(-mean / std))
    net = Net().to(memory_format=torch.channels_last)
    net.whiten.weight.data.copy_(whitening(train[:2000]))
    rate = 11.5 / (1024 * (1 + 1 / 0.15))
    decay = 0.0153 * BATCH / (1024 * (1 + 1 / 0.15)) / rate
    filters = [p for p in net.layers.parameters() if p.dim() == 4]
    biases = [p for n, p in net.named_parameters() if n.endswith("bias")]
    others = [
        {"params": biases, "lr": 64 * rate, "weight_decay": decay / 64},
        {"params": [net.head.weight], "lr": rate, "weight_decay": decay},
    ]
    sgd = torch.optim.SGD(others, momentum=0.85, nesterov=True, fused=True)
    muon = Muon(filters, lr=0.24, momentum=0.6)
    optimizers = [sgd, muon]
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["full"] = group["lr"]

    steps, step = len(train) // BATCH * EPOCHS, 0
    state = [t for t in net.state_dict().values() if t.dtype.is_floating_point]
    slow = [t.clone() for t in state]
    net.train()
    for _ in range(EPOCHS):
        order = torch.randperm(len(train))
        for start in range(0, len(train) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            shifts = torch.randint(0, 5, (BATCH, 2))
            rows = (shifts[:, :1] + torch.arange(28))[:, :, None]
            columns = (shifts[:, 1:] + torch.arange(28))[:, None, :]
            pictures = padded[chosen, 0][torch.arange(BATCH)[:, None, None], rows, columns].unsqueeze(1)
            share = step / max(steps - 1, 1)
            factor = 0.2 + 0.8 * share / 0.23 if share < 0.23 else 1 - 0.93 * (share - 0.23) / 0.77
            for optimizer in optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = group["full"] * factor
                optimizer.zero_grad(set_to_none=True)
            with torch.autocast("cpu", torch.bfloat16):
                logits = net(pictures.contiguous(memory_format=torch.channels_last))
            F.cross_entropy(logits.float(), labels[chosen], label_smoothing=0.2, reduction="sum").backward()
            for optimizer in optimizers:
                optimizer.step()
            step += 1
            if step % 5 == 0 or step == steps:
                keep = 1.0 if step == steps else 0.95**5 * ((step - 1) / steps) ** 3
                for average, now in zip(slow, state):
                    average.lerp_(now, 1 - keep)
                    now.copy_(average)
    spent = cpu() - begun

    net.eval()
    right = 0
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(test), 500):
            pictures = ((test[start : start + 500] / 255 - mean) / std).unsqueeze(1)
            right += int((net(pictures).argmax(1) == answers[start : start + 500]).sum())
    print(json.dumps({"accuracy": right / len(test), "cpu_seconds": spent}))


main()
