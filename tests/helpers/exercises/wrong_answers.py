"""What the wrong answers of several lessons are made of."""

from __future__ import annotations

import numpy as np


def nearest(points, centers):
    return np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)
