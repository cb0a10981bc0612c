"""Adds a column `scene` to a competition's train.csv: one number for photographs that a network finds alike.

Pixels find a photograph saved twice; a thing photographed twice, from two sides, only features find. Those of a frozen
run lie beside it:

    baseline train --config frozen --data DATA --out runs/frozen
    python docs/baseline/scenes.py DATA runs/features-*.safetensors --alike 0.8
    baseline train --config frozen --data DATA --out runs/scenes \
        --set "split={kind='stratified-group',folds=5,group={column='scene'},seed=1}"

Needs numpy. Rows of the features are those of train.csv.
"""

import argparse
import collections
import csv
import json
import pathlib
import struct

import numpy as np

arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
arguments.add_argument("data", type=pathlib.Path)
arguments.add_argument("features", type=pathlib.Path)
arguments.add_argument("--alike", type=float, default=0.8, help="correlation from which two photographs are one scene")
options = arguments.parse_args()

raw = options.features.read_bytes()
(length,) = struct.unpack("<Q", raw[:8])
entry = json.loads(raw[8 : 8 + length])["features"]
start, end = entry["data_offsets"]
features = np.frombuffer(raw[8 + length :][start:end], dtype="<f4").reshape(entry["shape"])

path = options.data / "train.csv"
with open(path, newline="") as file:
    header, *rows = list(csv.reader(file))
if len(rows) != len(features):
    raise SystemExit(f"{path} has {len(rows)} rows, the features {len(features)}: are they of this competition?")

features = (features - features.mean(0)) / (features.std(0) + 1e-6)
features /= np.linalg.norm(features, axis=1, keepdims=True)
parent = list(range(len(rows)))


def root(at):
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


pairs = 0
for first in range(len(rows)):
    for second in np.flatnonzero(features[first + 1 :] @ features[first] >= options.alike) + first + 1:
        a, b = sorted((root(first), root(int(second))))
        parent[b] = a
        pairs += 1

scenes = [root(at) for at in range(len(rows))]
if "scene" in header:
    at = header.index("scene")
    header, rows = header[:at] + header[at + 1 :], [row[:at] + row[at + 1 :] for row in rows]
with open(path, "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*header, "scene"])
    writer.writerows([*row, scene] for row, scene in zip(rows, scenes))
sizes = sorted(collections.Counter(scenes).values(), reverse=True)
alone = sizes.count(1)
print(f"{pairs} pairs, {len(sizes)} scenes: the largest have {sizes[:5]} photographs, {alone} stand alone")
