"""What backward passes bring: the values of gradient checks. Owns cotangents and their draws.

A gradient is asked for as a vector-Jacobian product, vᵀJ, with a random v: ones would let a
backward pass through that is right for sums only. `v` is drawn after the output is there, from a
generator of its own, so that it is the same on both sides whatever the submission has drawn, and no
forward pass has seen it.

Importable in the sandbox. Leaves comparison with the reference to `agree`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import torch

from quizapp.judge.values import Gradients, Value

_STEP: Final = 1e-5
"""Of a central difference in float64: its error is of the order of 1e-10 and 1e-11 (rounding)."""
_SLACK: Final = 1e-4
_TORCH: Final = str(Path(torch.__file__).parent)
FAILED: Final = "the backward pass failed"
NO_TENSOR: Final = "the output is not a tensor"
NO_GRAPH: Final = "the output is detached from its inputs"
OTHER_SHAPE: Final = "the output has another shape than expected"
MISFIT: Final = "backward does not fit forward"
BETWEEN: Final = "\0"
"""Between `MISFIT` and what follows it: a name, the change that was measured, the one claimed."""
SCATTERED: Final = " (when grad_output is not contiguous)"
"""After the name of an input whose gradient was taken with such a cotangent."""
_draws: torch.Generator = torch.Generator()


def reseed(seed: int) -> None:
    """Begin the draws of a check; `running` does it for each."""
    _draws.manual_seed(seed)


def gradients(
    output: object, cotangent: torch.Tensor | None = None, **inputs: torch.Tensor
) -> Gradients:
    """What a backward pass from `output` brings to each of `inputs`.

    Args:
        output: what the learner's function returned; anything but a tensor is reported, not raised.
        cotangent: the gradient of the output, of its shape; a random one when left out.
        inputs: leaf tensors that require a gradient, by the names that feedback calls them.
    """
    nothing: dict[str, Value] = dict.fromkeys(inputs)
    if not isinstance(output, torch.Tensor):
        return Gradients(nothing, NO_TENSOR)
    drawn = _draw(output)  # in any case, so that the draws after it are the same on both sides
    if not output.requires_grad:
        return Gradients(nothing, NO_GRAPH)
    if cotangent is None:
        cotangent = drawn
    elif cotangent.shape != output.shape:
        return Gradients(nothing, OTHER_SHAPE)
    try:
        found = torch.autograd.grad(
            output,
            tuple(inputs.values()),
            cotangent.to(output.dtype),
            retain_graph=True,
            allow_unused=True,
        )
    except RuntimeError as error:
        if _is_raised_by_code(error):
            raise
        return Gradients(nothing, f"{FAILED}: {str(error).splitlines()[0][:300]}")
    return Gradients(dict(zip(inputs, found, strict=True)))


def _is_raised_by_code(error: BaseException) -> bool:
    """Whether Python code outside torch raised it, such as a `backward` of the submission."""
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file != __file__ and not file.startswith(_TORCH):
            return True
        traceback = traceback.tb_next
    return False


def gradient_cases(
    function: Callable[..., object],
    *,
    dtype: torch.dtype = torch.float64,
    differences: bool = True,
    **inputs: torch.Tensor,
) -> Iterator[object]:
    """All that tells whether a backward pass is right; for `yield from` in a check.

    For tasks whose point is the gradient, such as an `autograd.Function`. Yields what `function`
    returns; its gradients for two random cotangents, the second of which is not contiguous in
    memory, as those of a transpose or a broadcast are not; the gradient of each input while the
    others need none; and whether the backward pass fits the forward pass, by finite differences.

    Args:
        function: takes the inputs by position and returns one tensor.
        dtype: what the inputs are converted to.
        differences: whether to take finite differences: not for a function that is random, or that
            has a kink or jump where `inputs` lie; only in float64, since float32 rounds too much.
        inputs: the points to differentiate at, by the names that feedback calls them.
    """
    leaves = _leaves(inputs, dtype)
    output = function(*leaves.values())
    yield output
    yield gradients(output, **leaves)
    if not isinstance(output, torch.Tensor):
        return
    scattered = {name + SCATTERED: x for name, x in leaves.items()}
    yield gradients(output, _draw(output, scattered=True), **scattered)
    for name in inputs if len(inputs) > 1 else ():
        alone = _leaves(inputs, dtype, needed=(name,))
        yield gradients(function(*alone.values()), **{name: alone[name]})
    if differences and dtype is torch.float64:
        yield _fits_forward(function, inputs)


def _leaves(
    inputs: Mapping[str, torch.Tensor], dtype: torch.dtype, needed: tuple[str, ...] | None = None
) -> dict[str, torch.Tensor]:
    return {
        name: value.detach().to(dtype, copy=True).requires_grad_(needed is None or name in needed)
        for name, value in inputs.items()
    }


def _draw(like: torch.Tensor, *, scattered: bool = False) -> torch.Tensor:
    """A random tensor of the shape, dtype and device of another, every second value in memory."""
    shape = (*like.shape, 2) if scattered else tuple(like.shape)
    kind = torch.complex128 if like.dtype.is_complex else torch.float64
    drawn = torch.randn(shape, generator=_draws, dtype=kind)
    drawn = drawn.to(like.device, like.dtype)
    return drawn[..., 0] if scattered else drawn


def _fits_forward(function: Callable[..., object], inputs: Mapping[str, torch.Tensor]) -> Gradients:
    """Compare the slope of one's own forward pass with what one's backward pass makes of it.

    For each input x and random v, w: the central difference ⟨w, f(x + hv) − f(x − hv)⟩ / 2h and
    ⟨wᵀJ, v⟩ are two ways to the same number.
    """
    found: dict[str, Value] = dict.fromkeys(inputs, 0.0)
    for name in inputs:
        leaves = _leaves(inputs, torch.float64, needed=(name,))
        step = _draw(leaves[name]) * _STEP
        output = function(*leaves.values())
        ahead, behind = (
            function(*{**leaves, name: leaves[name].detach() + sign * step}.values())
            for sign in (1, -1)
        )
        if not all(isinstance(each, torch.Tensor) for each in (output, ahead, behind)):
            return Gradients(found)
        assert isinstance(output, torch.Tensor)
        assert isinstance(ahead, torch.Tensor)
        assert isinstance(behind, torch.Tensor)
        cotangent = _draw(output)
        (gradient,) = gradients(output, cotangent, **{name: leaves[name]}).reached.values()
        if gradient is None or gradient.shape != step.shape or ahead.shape != output.shape:
            continue  # told by the comparison of the gradients themselves
        measured = _dot(ahead.detach() - behind.detach(), cotangent) / (2 * _STEP)
        claimed = _dot(gradient, step) / _STEP
        if not math.isclose(measured, claimed, rel_tol=_SLACK, abs_tol=_SLACK):
            figures = f"{measured:.6g}", f"{claimed:.6g}"
            return Gradients(found, BETWEEN.join((MISFIT, name, *figures)))
    return Gradients(found)


def _dot(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one.double() * other.double()).sum())
