"""PyTorch's optimizers doing what `baseline bench optimizer` does: a step over all weights of ResNet-18, one thread.

usage: optimizers.py SECONDS       prints lines `name CPU-milliseconds`; needs torch and torchvision
"""

import sys
import time

import torch
from torchvision.models import resnet18

torch.set_num_threads(1)
net = resnet18(num_classes=10).to(memory_format=torch.channels_last)
images = torch.rand(2, 3, 64, 64).contiguous(memory_format=torch.channels_last)
net(images).square().sum().backward()
adamw = dict(lr=1e-6, weight_decay=0.05)
sgd = dict(lr=1e-6, momentum=0.9, nesterov=True, weight_decay=1e-4)
for name, optimizer in {
    "sgd": torch.optim.SGD(net.parameters(), **sgd),
    "sgd-fused": torch.optim.SGD(net.parameters(), fused=True, **sgd),
    "adamw": torch.optim.AdamW(net.parameters(), **adamw),
    "adamw-fused": torch.optim.AdamW(net.parameters(), fused=True, **adamw),
}.items():
    optimizer.step()
    started, before, steps = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - started < float(sys.argv[1]):
        optimizer.step()
        steps += 1
    print(name, f"{(time.process_time() - before) * 1e3 / steps:.3f}")
