"""The peers' side of `cargo xtask bench scoring`: measures one case and prints one line of JSON.

    scoring_peers.py DIR CASE PEER REPEATS

Peers do what hosts' scripts do: read solution and submission, match rows by id, call the metric on the public and the
private rows. Times are of the process's CPU clock; peak memory includes the imports, and `import_mb` says how much they
are. Scores are printed so that the caller can assert that they are equal.
"""

import json
import resource
import sys
import time
from pathlib import Path

folder, case, peer, repeats = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


PARTS = ("Public", "Private")
WIDE = [f"p{number}" for number in range(18)]


def pandas_labels(solution, submission):
    import pandas as pd
    from sklearn.metrics import f1_score

    def read():
        return pd.read_csv(folder / solution)

    def score(truth):
        answer = pd.read_csv(folder / submission)
        if len(answer) != len(truth):
            raise ValueError("rows")
        both = truth.merge(answer, on="id", suffixes=("", "_answer"), validate="one_to_one")
        if len(both) != len(truth):
            raise ValueError("ids")
        parts = (both[both["Usage"] == part] for part in PARTS)
        return [float(f1_score(part["label"], part["label_answer"], average="macro")) for part in parts]

    return read, score


def polars_labels(solution, submission):
    import polars as pl

    def read():
        return pl.read_csv(folder / solution)

    def score(truth):
        answer = pl.read_csv(folder / submission)
        if answer.height != truth.height:
            raise ValueError("rows")
        both = truth.join(answer, on="id", how="inner", suffix="_answer", validate="1:1")
        if both.height != truth.height:
            raise ValueError("ids")
        cells = both.group_by("Usage", "label", "label_answer").len()
        scores = []
        for part in PARTS:
            cell = cells.filter(pl.col("Usage") == part)
            hits = cell.filter(pl.col("label") == pl.col("label_answer")).select("label", hits="len")
            true = cell.group_by("label").agg(true=pl.col("len").sum())
            predicted = cell.group_by(label="label_answer").agg(predicted=pl.col("len").sum())
            table = true.join(predicted, on="label", how="full", coalesce=True).join(hits, on="label", how="left")
            table = table.fill_null(0)
            scores.append(float(table.select((2 * pl.col("hits") / (pl.col("true") + pl.col("predicted"))).mean()).item()))
        return scores

    return read, score


def pandas_log_loss(submission):
    import numpy as np
    import pandas as pd
    from sklearn.metrics import log_loss

    def read():
        return pd.read_csv(folder / "dense-solution.csv")

    def score(truth):
        answer = pd.read_csv(folder / submission)
        both = truth.merge(answer, on="id", validate="one_to_one")
        if len(both) != len(truth):
            raise ValueError("ids")
        if not np.allclose(both[WIDE].sum(axis=1), 1, atol=0.01):
            raise ValueError("sums")
        parts = (both[both["Usage"] == part] for part in PARTS)
        return [float(log_loss(part["label"], part[WIDE], labels=range(18))) for part in parts]

    return read, score


def polars_log_loss(submission):
    import numpy as np
    import polars as pl

    def read():
        return pl.read_csv(folder / "dense-solution.csv")

    def score(truth):
        answer = pl.read_csv(folder / submission)
        both = truth.join(answer, on="id", how="inner", validate="1:1")
        if both.height != truth.height:
            raise ValueError("ids")
        values = both.select(WIDE).to_numpy()
        if not np.allclose(values.sum(axis=1), 1, atol=0.01):
            raise ValueError("sums")
        label = both["label"].to_numpy()
        chosen = values[np.arange(len(label)), label]
        eps = np.finfo(float).eps
        losses = -np.log(np.clip(chosen, eps, 1 - eps))
        usage = both["Usage"].to_numpy()
        return [float(losses[usage == part].mean()) for part in PARTS]

    return read, score


def pandas_auc():
    import pandas as pd
    from sklearn.metrics import roc_auc_score

    def read():
        return pd.read_csv(folder / "binary-solution.csv")

    def score(truth):
        answer = pd.read_csv(folder / "binary-shuffled.csv")
        both = truth.merge(answer, on="id", suffixes=("", "_answer"), validate="one_to_one")
        if len(both) != len(truth):
            raise ValueError("ids")
        parts = (both[both["Usage"] == part] for part in PARTS)
        return [float(roc_auc_score(part["label"], part["label_answer"])) for part in parts]

    return read, score


def sklearn_auc():
    """The metric alone, on arrays in memory."""
    import numpy as np
    import pandas as pd
    from sklearn.metrics import roc_auc_score

    truth = pd.read_csv(folder / "binary-solution.csv")
    both = truth.merge(pd.read_csv(folder / "binary-shuffled.csv"), on="id", suffixes=("", "_answer"))
    label = np.ascontiguousarray(both["label"].to_numpy())
    values = np.ascontiguousarray(both["label_answer"].to_numpy())
    return (lambda: None), (lambda _: [float(roc_auc_score(label, values))])


def sklearn_auc_18():
    """The metric alone, on arrays in memory."""
    import numpy as np
    import pandas as pd
    from sklearn.metrics import roc_auc_score

    truth = pd.read_csv(folder / "dense-solution.csv")
    both = truth.merge(pd.read_csv(folder / "wide64-shuffled.csv"), on="id")
    label = np.ascontiguousarray(both["label"].to_numpy())
    values = np.ascontiguousarray(both[WIDE].to_numpy())
    return (lambda: None), (lambda _: [float(roc_auc_score(label, values, multi_class="ovr"))])


CASES = {
    ("labels-any", "pandas"): lambda: pandas_labels("any-solution.csv", "any-shuffled.csv"),
    ("labels-any", "polars"): lambda: polars_labels("any-solution.csv", "any-shuffled.csv"),
    ("labels-dense", "pandas"): lambda: pandas_labels("dense-solution.csv", "dense-shuffled.csv"),
    ("labels-dense", "polars"): lambda: polars_labels("dense-solution.csv", "dense-shuffled.csv"),
    ("log-loss-32", "pandas"): lambda: pandas_log_loss("wide32-shuffled.csv"),
    ("log-loss-32", "polars"): lambda: polars_log_loss("wide32-shuffled.csv"),
    ("log-loss-64", "pandas"): lambda: pandas_log_loss("wide64-shuffled.csv"),
    ("log-loss-64", "polars"): lambda: polars_log_loss("wide64-shuffled.csv"),
    ("auc-file", "pandas"): pandas_auc,
    ("auc-metric", "sklearn"): sklearn_auc,
    ("auc-18-metric", "sklearn"): sklearn_auc_18,
}

read, score = CASES[case, peer]()
import_mb = peak_mb()
result = {"case": case, "peer": peer, "import_mb": import_mb}
for mode in ("both_files", "warm"):
    cpu, wall = [], []
    truth = read() if mode == "warm" else None
    for _ in range(repeats):
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        scores = score(truth if mode == "warm" else read())
        cpu.append((time.process_time() - cpu_start) * 1e3)
        wall.append((time.perf_counter() - wall_start) * 1e3)
    result[mode] = {"cpu_ms": cpu, "wall_ms": wall}
    if mode == "both_files":
        result["peak_mb"] = peak_mb()
result["scores"] = scores
print(json.dumps(result))
