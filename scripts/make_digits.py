"""Make the digits of the exercise `cnn-gpu` anew: real handwriting, split once and for all.

Takes the 1,797 digits that scikit-learn ships (a part of "Optical Recognition of Handwritten
Digits" by E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, CC BY 4.0), shuffles them
with a fixed seed, and writes the labels of the held-out ones to a file of their own, so that they
need not enter the sandbox. Downloads nothing. scikit-learn is not a dependency of quizapp: run it
where that is installed, `python scripts/make_digits.py exercises/gpu/cnn-gpu/data`.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np

SEED = 1797
HELD_OUT = 400


def main() -> None:
    """Write `digits.npz` and `held_out_labels.npz` into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the two .npz files go")
    folder: Path = parser.parse_args().folder

    from sklearn.datasets import load_digits

    digits = load_digits()
    images = digits.images.astype(np.uint8)  # (1797, 8, 8), 0 (paper) … 16 (ink)
    labels = digits.target.astype(np.uint8)
    order = np.random.default_rng(SEED).permutation(len(labels))
    held_out, training = order[:HELD_OUT], order[HELD_OUT:]
    files = {
        "digits.npz": {
            "images": images[training],
            "labels": labels[training],
            "held_out": images[held_out],
        },
        "held_out_labels.npz": {"labels": labels[held_out]},
    }
    for name, arrays in files.items():
        np.savez_compressed(folder / name, **arrays)
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        shapes = ", ".join(f"{key} {value.shape}" for key, value in arrays.items())
        print(f"{name}: {shapes}; sha256 {digest}")


if __name__ == "__main__":
    main()
