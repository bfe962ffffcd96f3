"""The linear head on frozen features, learned anew or from an earlier model's on. Pure numpy and scipy.

Learned anew, it is a logistic regression with a Gaussian prior around nought. From an earlier head on, the
prior is what that one learned: a Gaussian around its weights, as wide as the curvature of its loss allows
(Laplace's approximation; Bishop, Pattern Recognition and Machine Learning, 4.5). The pictures that it learned
from are not needed: their curvature is estimated on the new ones. So a model goes on learning where its data
cannot, and a handful of corrections moves what they speak of and little else.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

SHRINKAGE: Final = (
    1e3  # precision of the prior around nought: thousands of features, few independent pictures
)
ROUNDS: Final = 200  # of L-BFGS at most

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """logit = features @ kernel + bias."""

    kernel: NDArray[np.float64]  # [features]
    bias: float


@dataclass(frozen=True, slots=True)
class Earlier:
    """A head to go on from, and how many crops it learned from: so heavy it weighs against the new ones."""

    head: Head
    crops: int


def standardise(features: Floats, epsilon: float) -> tuple[Floats, Floats]:
    """Mean and variance [features]; `features` [n, features] becomes, in place,
    (features - mean) / sqrt(variance + epsilon)."""
    mean, variance = features.mean(0), features.var(0)
    features -= mean
    features /= np.sqrt(variance + epsilon)
    return mean, variance


def in_units(head: Head, mean: Floats, deviation: Floats) -> Head:
    """The same head for standardised features."""
    return Head(head.kernel * deviation, float(head.bias + head.kernel @ mean))


def learn(x: Floats, y: Floats, earlier: Earlier | None = None) -> Head:
    """The head for standardised features x [n, features] and labels y [n], 0 or 1; `earlier` in the same
    units. Without one, sklearn's LogisticRegression(C=1 / SHRINKAGE) finds the same."""
    start = earlier.head if earlier else Head(np.zeros(x.shape[1]), 0.0)
    before = x @ start.kernel.astype(np.float32) + np.float32(start.bias)  # logits
    spread = expit(before) * (1 - expit(before))
    stiffness = (earlier.crops / len(x) if earlier else 0.0) * spread  # of the earlier loss along each row

    def objective(change: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        kernel = change[:-1].astype(np.float32)
        moved = x @ kernel + np.float32(change[-1])
        logits = before + moved
        loss = np.logaddexp(0, logits) - y * logits
        value = loss.sum(dtype=float) + (stiffness * moved**2).sum(dtype=float) / 2
        slope = expit(logits) - y + stiffness * moved
        gradient = np.append(x.T @ slope + SHRINKAGE * kernel, slope.sum()).astype(np.float64)
        return float(value + SHRINKAGE * (change[:-1] @ change[:-1]) / 2), gradient

    found = minimize(objective, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B",
                     options={"maxiter": ROUNDS}).x  # fmt: skip
    return Head(start.kernel + found[:-1], float(start.bias + found[-1]))
