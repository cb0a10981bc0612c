"""Logits of torchvision's and timm's networks with weights that any program can draw: tests/data/parity.json.

usage: parity.py [--check FILE]    needs torch, torchvision, timm, numpy

Weights and pictures come from splitmix64 streams, as `random.rs` makes them, so that no weights have to be passed on.
With --check the logits are compared with those in the file (largest difference 1e-4) instead of printed.
"""

import json
import sys

import numpy as np
import timm
import torch
import torchvision

GAMMA = 0x9E3779B97F4A7C15
ALL = (1 << 64) - 1


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def units(path, count):
    """`Random::new(path)`, then `unit()` so many times."""
    state = 0x5EED
    for number in path:
        following = int(mix(np.array([(state + GAMMA) & ALL], dtype=np.uint64))[0])
        state = following ^ (number * 0xD1342543DE82EF95 & ALL)
    steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GAMMA) + np.uint64(state)
    return (mix(steps) >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def fill(network):
    names = sorted(name for name in network.state_dict() if not name.endswith("num_batches_tracked"))
    state = network.state_dict()
    for position, name in enumerate(names):
        tensor = state[name]
        u = units([9, position], tensor.numel())
        if name.endswith("running_var"):
            values = 0.5 + u
        elif name.endswith("running_mean") or name.endswith("bias"):
            values = 0.2 * (u - 0.5)
        elif tensor.dim() == 1:
            values = 0.5 + 0.5 * u
        else:
            inputs = tensor.numel() / tensor.shape[0]
            values = (2 * u - 1) * np.sqrt(6 / inputs if tensor.dim() == 4 else 1 / inputs)
        tensor.copy_(torch.from_numpy(values.astype(np.float32)).view(tensor.shape))


def main():
    networks = {
        "resnet18": torchvision.models.resnet18(num_classes=10),
        "resnet34": torchvision.models.resnet34(num_classes=10),
        "resnet50": torchvision.models.resnet50(num_classes=10),
        "mobilenet_v2": torchvision.models.mobilenet_v2(num_classes=10),
        "efficientnet_b0": timm.create_model("efficientnet_b0", num_classes=10),
        "efficientnet_lite0": timm.create_model("tf_efficientnet_lite0", num_classes=10),
    }
    logits = {}
    pictures = torch.from_numpy((2 * units([8], 2 * 3 * 65 * 50) - 1).astype(np.float32)).view(2, 3, 65, 50)
    with torch.no_grad():
        for name, network in networks.items():
            fill(network)
            logits[name] = network.eval()(pictures).flatten().tolist()
    if "--check" in sys.argv:
        known = json.load(open(sys.argv[sys.argv.index("--check") + 1]))
        worst = max(abs(a - b) for name in logits for a, b in zip(logits[name], known[name], strict=True))
        print(f"largest difference {worst:.1e}")
        sys.exit(worst > 1e-4)
    print(json.dumps(logits, indent=1))


main()
