"""Albumentations and torchvision v2 doing what `baseline bench feed --compare` does, and the photographs for all three.

    python feed_peers.py photos DIR                      256 photographs, as a competition's folder
    python feed_peers.py measure DIR PEER SECONDS        lines `name photographs-per-CPU-second photographs-per-second`

The work: JPEG from disk -> random resized crop to 224 -> flip [-> colour jitter] -> normalised floats, channels first, in
batches of 32 by a DataLoader with one worker. CPU time is that of the main process and of the worker, after a first
epoch that is not counted; threads of OpenCV and torch are set to one, without which both look worse.
"""

import csv
import os
import random
import sys
import time

SIZE, BATCH = 224, 32
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def photos(folder):
    """Parts of the photographs inside scikit-learn and scikit-image, 500 pixels wide."""
    import skimage
    import sklearn
    from PIL import Image

    places = [
        (os.path.dirname(sklearn.__file__), ("datasets/images/china.jpg", "datasets/images/flower.jpg")),
        (os.path.dirname(skimage.__file__), ("data/astronaut.png", "data/chelsea.png", "data/coffee.png", "data/rocket.jpg")),
    ]
    sources = [os.path.join(root, name) for root, names in places for name in names]
    pictures = [Image.open(path).convert("RGB") for path in sources if os.path.exists(path)]
    assert len(pictures) >= 3, f"too few photographs among {sources}"
    os.makedirs(os.path.join(folder, "images"), exist_ok=True)
    draw = random.Random(1)
    with open(os.path.join(folder, "train.csv"), "w", newline="") as train:
        rows = csv.writer(train)
        rows.writerow(["id", "label"])
        for number in range(256):
            picture = pictures[number % len(pictures)]
            height = draw.randint(375, 425)
            share = draw.uniform(0.7, 1.0)
            width = int(min(picture.width, picture.height * 500 / height) * share)
            part = (width, int(width * height / 500))
            left = draw.randint(0, picture.width - part[0])
            top = draw.randint(0, max(0, picture.height - part[1]))
            small = picture.crop((left, top, left + part[0], top + part[1])).resize((500, height), Image.BICUBIC)
            small.save(os.path.join(folder, "images", f"photo{number}.jpg"), quality=90)
            rows.writerow([f"photo{number}", number % len(pictures)])
    small.save(os.path.join(folder, "images", "test.jpg"), quality=90)
    with open(os.path.join(folder, "test.csv"), "w") as test:
        test.write("id\ntest\n")


def pipelines(peer):
    """Name -> function from a path to a tensor."""
    import torch

    torch.set_num_threads(1)
    if peer == "albumentations":
        import albumentations as A
        import cv2
        from albumentations.pytorch import ToTensorV2

        cv2.setNumThreads(1)
        end = [A.Normalize(MEAN, STD), ToTensorV2()]
        light = [A.RandomResizedCrop((SIZE, SIZE), scale=(0.08, 1.0), ratio=(3 / 4, 4 / 3)), A.HorizontalFlip(p=0.5)]
        jitter = A.ColorJitter((0.6, 1.4), (0.6, 1.4), (0.6, 1.4), (0, 0), p=1.0)
        val = [A.SmallestMaxSize(256), A.CenterCrop(SIZE, SIZE)]

        def made(steps):
            compose = A.Compose(steps)
            return lambda path: compose(image=cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB))["image"]

        return {"light": made(light + end), "full": made(light + [jitter] + end), "val": made(val + end)}
    from PIL import Image
    from torchvision.transforms import v2

    end = [v2.PILToTensor(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]
    light = [v2.RandomResizedCrop(SIZE, scale=(0.08, 1.0)), v2.RandomHorizontalFlip()]
    val = [v2.Resize(256), v2.CenterCrop(SIZE)]

    def made(steps):
        compose = v2.Compose(steps)
        return lambda path: compose(Image.open(path).convert("RGB"))

    return {
        "light": made(light + end),
        "full": made(light + [v2.ColorJitter(0.4, 0.4, 0.4)] + end),
        "val": made(val + end),
    }


class Photos:
    def __init__(self, folder, load):
        with open(os.path.join(folder, "train.csv")) as train:
            self.paths = [os.path.join(folder, "images", row["id"] + ".jpg") for row in csv.DictReader(train)]
        self.load = load

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, at):
        return self.load(self.paths[at]), at


def cpu_seconds():
    """Of this process and of the workers, which are alive and so not counted by `getrusage`."""
    import multiprocessing

    total = time.process_time()
    ticks = os.sysconf("SC_CLK_TCK")
    for child in multiprocessing.active_children():
        with open(f"/proc/{child.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def measure(folder, peer, seconds):
    from torch.utils.data import DataLoader

    for name, load in pipelines(peer).items():
        loader = DataLoader(
            Photos(folder, load), BATCH, shuffle=True, num_workers=1, drop_last=True, persistent_workers=True
        )
        for _ in loader:
            pass
        started, before, count = time.perf_counter(), cpu_seconds(), 0
        while time.perf_counter() - started < seconds:
            for images, _ in loader:
                count += len(images)
        wall, spent = time.perf_counter() - started, cpu_seconds() - before
        print(f"{name} {count / spent:.1f} {count / wall:.1f}", flush=True)
        del loader


if sys.argv[1] == "photos":
    photos(sys.argv[2])
else:
    measure(sys.argv[2], sys.argv[3], float(sys.argv[4]))
