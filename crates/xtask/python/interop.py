"""Opens what the baseline writes with the programs it is written for: PyTorch with torchvision and timm, onnxruntime,
TensorBoard, Optuna with its dashboard, Weights & Biases.

    interop.py FOLDER REPLAY    FOLDER is what the example `interop` wrote, REPLAY docs/baseline/wandb_replay.py
"""

import io
import json
import math
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np

IMAGES = (2, 3, 65, 65)
CLASSES = 10
MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mixed(state):
    """The mixing function of splitmix64, on an array."""
    z = state.astype(np.uint64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(name, shape):
    """Uniform in [-1, 1), from the stream of the name: `uniform` of baseline/examples/interop/seeded.rs."""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = (key ^ byte) * 0x100000001B3 & MASK
    with np.errstate(over="ignore"):
        first = int(mixed(np.array([0x5EED + GAMMA & MASK], dtype=np.uint64))[0])
        state = first ^ (key * 0xD1342543DE82EF95 & MASK)
        counter = np.arange(1, int(np.prod(shape, dtype=np.int64)) + 1, dtype=np.uint64)
        bits = mixed(np.uint64(state) + counter * np.uint64(GAMMA))
    unit = (bits >> np.uint64(11)).astype(np.float64) / 2.0**53
    return (2.0 * unit - 1.0).astype(np.float32).reshape(shape)


VARIANCES = {"mobilenet_v2": 2.0, "efficientnet_b0": 2.5, "tf_efficientnet_lite0": 2.0}


def seeded(name, shape, variance):
    values = uniform(name, shape)
    if len(shape) > 1:
        return values * np.float32((3.0 * variance / np.prod(shape[1:])) ** 0.5)
    if name.endswith("running_var"):
        return values * np.float32(0.5) + np.float32(1)
    if name.endswith("weight"):
        return values * np.float32(0.1) + np.float32(1)
    return values * np.float32(0.1)


def networks():
    import timm
    import torchvision

    makers = {name: getattr(torchvision.models, name) for name in ("resnet18", "resnet34", "resnet50", "mobilenet_v2")}
    for name, make in makers.items():
        yield name, make(num_classes=CLASSES).eval()
    for name in ("efficientnet_b0", "tf_efficientnet_lite0"):
        yield name, timm.create_model(name, num_classes=CLASSES, pretrained=False).eval()


def logits_of(model):
    import torch

    with torch.no_grad():
        return model(torch.from_numpy(uniform("images", IMAGES))).numpy()


def reference_logits():
    import torch

    logits = {}
    for name, model in networks():
        variance = VARIANCES.get(name, 1.0)
        state = {
            key: value
            if key.endswith("num_batches_tracked")
            else torch.from_numpy(seeded(key, tuple(value.shape), variance))
            for key, value in model.state_dict().items()
        }
        model.load_state_dict(state, strict=True)
        logits[name] = logits_of(model)
    return logits


def largest_difference(one, other):
    return float(np.abs(np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)).max())


def require(condition, text):
    if not condition:
        sys.exit(f"interop: {text}")
    print(f"  {text}", flush=True)


def check_networks(folder):
    from safetensors.torch import load_file

    ours = json.loads((folder / "logits.json").read_text())
    for name, expected in reference_logits().items():
        apart = float((expected[0] - expected[1]).std())
        require(apart > 0.05, f"{name}: logits depend on the image, by {apart:.2f}")
        off = largest_difference(ours[name], expected)
        require(off < 1e-4, f"{name}: our logits on the same weights are off by {off:.1e}")
    for name, model in networks():
        model.load_state_dict(load_file(folder / f"{name}.safetensors"), strict=True)
        off = largest_difference(ours[name], logits_of(model))
        require(off < 1e-4, f"{name}: our weights, loaded strictly, give logits that are off by {off:.1e}")


def check_onnx(folder):
    import onnx
    import onnxruntime

    for name, expected in json.loads((folder / "logits.json").read_text()).items():
        path = str(folder / f"{name}.onnx")
        onnx.checker.check_model(onnx.load(path), full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        channels = session.get_inputs()[0].shape[1]
        shape = (IMAGES[0], channels, *IMAGES[2:])
        (logits,) = session.run(None, {"images": uniform("images", shape)})
        off = largest_difference(logits, expected)
        require(off < 1e-4, f"{name}: onnxruntime's logits are off by {off:.1e}")


def check_tensorboard(folder):
    from tensorboard import program
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    steps = [(event.step, event.value) for event in events.Scalars("train/loss")]
    expected = [(step, 1.0) for step in range(7)] + [(step, 2.0) for step in range(7, 12)]
    require(steps == expected, "TensorBoard shows a resumed run without the steps that were lost")
    require(events.Histograms("weights")[0].histogram_value.num == 1000, "TensorBoard shows the histogram")
    require(events.Images("confusion")[0].width > 0, "TensorBoard shows the confusion matrix")

    server = program.TensorBoard()
    server.configure(argv=[None, "--logdir", str(folder), "--port", "0", "--load_fast", "false", "--reload_interval", "1"])
    address = f"http://127.0.0.1:{server.launch().rsplit(':', 1)[1].strip('/')}"
    for _ in range(100):
        tags = json.loads(urllib.request.urlopen(f"{address}/data/plugin/scalars/tags").read())
        if tags:
            break
        time.sleep(0.2)
    require(any("train/loss" in run for run in tags.values()), "TensorBoard's server lists the run")


def check_optuna(folder):
    import optuna
    from optuna.trial import TrialState

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path = str(folder / "study.log")
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
    sampler = optuna.samplers.TPESampler(seed=1)
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
    study = optuna.load_study(study_name="interop", storage=storage, sampler=sampler, pruner=pruner)
    states = [trial.state for trial in study.trials]
    require(
        len(states) == 22 and states[-2:] == [TrialState.FAIL, TrialState.RUNNING] and TrialState.PRUNED in states,
        "Optuna reads complete, pruned, failed and running trials",
    )
    for trial in study.trials[:20]:
        value = objective(trial.params["optimizer.rate"], trial.params["optimizer.kind"], trial.last_step)
        if abs(trial.value - value) >= 1e-9:
            sys.exit(f"interop: trial {trial.number} has other parameters in Optuna")
    require("optimizer.rate" in optuna.importance.get_param_importances(study), "Optuna finds importances")
    check_pruning(study)

    def goes_on(trial):
        rate = trial.suggest_float("optimizer.rate", 1e-4, 1e-1, log=True)
        trial.suggest_float("model.dropout", 0.0, 0.5, step=0.1)
        trial.suggest_int("model.width", 8, 64, step=8)
        kind = trial.suggest_categorical("optimizer.kind", ["sgd", "adamw"])
        trial.suggest_categorical("augment", [True, False])
        for step in range(1, 10):
            value = objective(rate, kind, step)
            trial.report(value, step)
            if trial.should_prune():
                raise optuna.TrialPruned()
        return value

    study.optimize(goes_on, n_trials=5)
    require(len(study.trials) == 27, "Optuna goes on with our study")

    import optuna_dashboard

    answer = {}
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/studies/0",
        "QUERY_STRING": "after=0",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    body = optuna_dashboard.wsgi(storage)(environ, lambda status, headers, *_: answer.update(status=status))
    shown = json.loads(b"".join(body))
    require(answer["status"].startswith("200") and len(shown["trials"]) == 27, "optuna-dashboard shows the study")


def objective(rate, kind, step):
    return 1 - (math.log10(rate) + 2) ** 2 / 4 - 0.5 / step + (0.1 if kind == "adamw" else 0.0)


def check_pruning(study):
    """The rungs in our journal, judged by Optuna's own rule."""
    from optuna.pruners._successive_halving import _is_trial_promotable_to_next_rung
    from optuna.trial import TrialState

    for trial in study.trials[:20]:
        before = [other for other in study.trials if other.number < trial.number]
        rung, key = 0, "completed_rung_0"
        while key in trial.system_attrs:
            value = trial.system_attrs[key]
            competing = [other.system_attrs[key] for other in before if key in other.system_attrs] + [value]
            goes_on = _is_trial_promotable_to_next_rung(value, competing, 3, study.direction)
            rung, key = rung + 1, f"completed_rung_{rung + 1}"
            is_last = key not in trial.system_attrs
            if is_last and trial.state == TrialState.PRUNED and goes_on or not is_last and not goes_on:
                sys.exit(f"interop: trial {trial.number} was pruned otherwise than Optuna would")
    print("  Optuna would have pruned the same trials")


def check_wandb(folder, script):
    log = folder / "log.jsonl"
    lines = [{"epoch": epoch, "train/loss": 1.0 / epoch, "validation/f1_macro": 0.1 * epoch} for epoch in range(1, 4)]
    log.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"epoch": 4, "tr')
    environment = dict(os.environ, WANDB_MODE="offline", WANDB_DIR=str(folder), WANDB_SILENT="true")
    subprocess.run([sys.executable, script, log, "--project", "interop"], check=True, env=environment)
    runs = list(folder.glob("wandb/offline-run-*/*.wandb"))
    require(len(runs) == 1 and runs[0].stat().st_size > 0, "wandb keeps the replayed log as an offline run")


def main():
    folder, replay = (Path(argument) for argument in sys.argv[1:])
    check_networks(folder)
    check_onnx(folder)
    check_tensorboard(folder)
    check_optuna(folder)
    check_wandb(folder, replay)


if __name__ == "__main__":
    main()
