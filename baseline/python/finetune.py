"""Fine-tuning MobileNetV2 in PyTorch, as a fair peer of the preset `finetune`: same photographs, same weights to begin
with, AdamW, one cycle, root-inverse class weights, smoothed labels, flips and transposition, bfloat16, channels last.

usage: finetune.py train DATA WEIGHTS.safetensors SEED OUT     DATA as `cargo xtask data solar-cells` makes it
           writes OUT.csv and OUT-views.csv (also mirrored both ways and turned by half), prints one JSON object:
           CPU-seconds of training (user + system of this process, imports left out)
       finetune.py score SOLUTION.csv FILE ...
           prints one JSON object for each file: macro-F1 and accuracy; and one for all but the last together: how much
           better the last is than they are on average, with the interval of 95 % of a paired bootstrap over photographs
needs torch, torchvision, safetensors, scikit-learn and pillow; run it with OMP_WAIT_POLICY=PASSIVE
"""

import csv
import json
import resource
import sys

import numpy as np

SIDE, EPOCHS, BATCH, REPLICATES = 224, 10, 32, 2000


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def train(data, weights, seed, out):
    import torch
    from PIL import Image
    from safetensors.torch import load_file
    from torch import nn
    from torchvision.models import mobilenet_v2

    begun = cpu()
    torch.manual_seed(seed)
    torch.set_num_threads(1)

    def pictures(part, table):
        paths = [f"{data}/images/{part}/{row['id']}.png" for row in table]
        opened = (Image.open(path).convert("L") for path in paths)
        return np.stack([np.array(picture.resize((SIDE, SIDE), Image.BICUBIC)) for picture in opened])

    table = rows(f"{data}/train.csv")
    classes = sorted({row["label"] for row in table})
    labels = np.array([classes.index(row["label"]) for row in table])
    shown = pictures("train", table)

    net = mobilenet_v2(weights=None)
    loaded = net.load_state_dict(load_file(weights), strict=False)
    assert all(name.endswith("num_batches_tracked") for name in loaded.missing_keys) and not loaded.unexpected_keys
    net.classifier[1] = nn.Linear(1280, len(classes))
    net = net.to(memory_format=torch.channels_last)
    head = list(net.classifier.parameters())
    body = [weight for name, weight in net.named_parameters() if not name.startswith("classifier")]
    steps = len(table) // BATCH * EPOCHS
    optimizer = torch.optim.AdamW([{"params": body, "lr": 5e-4}, {"params": head, "lr": 3e-3}], weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=[5e-4, 3e-3], total_steps=steps, pct_start=0.2)
    class_weights = torch.tensor(1 / np.sqrt(np.bincount(labels)), dtype=torch.float32)
    loss_of = nn.CrossEntropyLoss(weight=class_weights / class_weights.mean(), label_smoothing=0.1)
    draw = np.random.default_rng(seed)

    def batch(chosen, augment=None):
        made = [np.ascontiguousarray(augment(picture) if augment else picture) for picture in chosen]
        grey = torch.from_numpy(np.stack(made)).float().div_(255).unsqueeze(1).expand(-1, 3, -1, -1)
        mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
        std = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
        return ((grey - mean) / std).contiguous(memory_format=torch.channels_last)

    def augment(picture):
        if draw.random() < 0.5:
            picture = picture[:, ::-1]
        if draw.random() < 0.5:
            picture = picture[::-1]
        return picture.T if draw.random() < 0.5 else picture

    net.train()
    for _ in range(EPOCHS):
        order = draw.permutation(len(table))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            images = batch(shown[chosen], augment)
            with torch.autocast("cpu", torch.bfloat16):
                logits = net(images)
            loss = loss_of(logits.float(), torch.from_numpy(labels[chosen]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if schedule.last_epoch < steps - 1:
                schedule.step()
    spent = cpu() - begun

    net.eval()
    table = rows(f"{data}/test.csv")
    shown = pictures("test", table)
    plain, views = [], []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(table), 64):
            images = batch(shown[start : start + 64])
            answers = [net(images.flip(axes) if axes else images).float().softmax(1) for axes in ([], [3], [2], [2, 3])]
            plain.append(answers[0])
            views.append(sum(answers))
    for path, answers in ((f"{out}.csv", plain), (f"{out}-views.csv", views)):
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "label"])
            for row, answer in zip(table, torch.cat(answers).argmax(1).tolist()):
                writer.writerow([row["id"], classes[answer]])
    print(json.dumps({"cpu_seconds": spent}))


def score(solution, *files):
    from sklearn.metrics import accuracy_score, f1_score

    truth = {row["id"]: row["label"] for row in rows(solution)}
    classes = {name: number for number, name in enumerate(sorted(set(truth.values())))}
    expected = np.array([classes[label] for label in truth.values()])
    given = []
    for path in files:
        answers = {row["id"]: row["label"] for row in rows(path)}
        given.append(np.array([classes[answers[key]] for key in truth]))

    def f1(answers, chosen=slice(None)):
        return f1_score(expected[chosen], answers[chosen], average="macro")

    for path, answers in zip(files, given):
        print(json.dumps({"file": path, "f1": f1(answers), "accuracy": accuracy_score(expected, answers)}))

    def gain(chosen=slice(None)):
        *others, last = (f1(answers, chosen) for answers in given)
        return last - np.mean(others)

    draw = np.random.default_rng(1)
    gains = [gain(draw.integers(0, len(expected), len(expected))) for _ in range(REPLICATES)]
    print(json.dumps({"gain": gain(), "interval": np.quantile(gains, [0.025, 0.975]).tolist()}))


if __name__ == "__main__":
    if sys.argv[1] == "train":
        data, weights, seed, out = sys.argv[2:]
        train(data, weights, int(seed), out)
    else:
        score(*sys.argv[2:])
