"""Replays a run's log through Weights & Biases, offline: nothing leaves the machine until you call `wandb sync`.

    pip install wandb
    python docs/baseline/wandb_replay.py runs/fast/log.jsonl --project solar-cells

Every line of the log is one JSON object; its numbers become metrics, and `step` (else `epoch`) becomes the step. The run's
`experiment.toml`, beside the log, becomes the configuration. Without offline mode: WANDB_MODE=online.
"""

import argparse
import json
import os
from pathlib import Path


def entries(log):
    """The whole lines of the log; the last may be torn, while a run is going on or after it was killed."""
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            return
        if isinstance(entry, dict):
            yield entry


def numbers(entry):
    return {key: value for key, value in entry.items() if isinstance(value, (int, float)) and not isinstance(value, bool)}


def configuration(log):
    experiment = log.with_name("experiment.toml")
    if not experiment.exists():
        return {}
    import tomllib

    return tomllib.loads(experiment.read_text(encoding="utf-8"))


def main():
    arguments = argparse.ArgumentParser(description="Replay a run's log through wandb, offline.")
    arguments.add_argument("log", type=Path, help="the run's log.jsonl")
    arguments.add_argument("--project", required=True, help="the project's name in wandb")
    arguments.add_argument("--name", help="the run's name; else that of its folder")
    chosen = arguments.parse_args()

    os.environ.setdefault("WANDB_MODE", "offline")
    import wandb

    name = chosen.name or chosen.log.resolve().parent.name
    with wandb.init(project=chosen.project, name=name, config=configuration(chosen.log)) as run:
        for place, entry in enumerate(entries(chosen.log)):
            step = entry.get("step", entry.get("epoch", place))
            run.log(numbers(entry), step=int(step))


if __name__ == "__main__":
    main()
