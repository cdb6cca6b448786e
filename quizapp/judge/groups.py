"""What a word in an exercise's `forbidden:` stands for. Owns the table; watching is `trace`'s.

A word is a group of this table, one op (`aten.relu`), or a module (`import.scipy`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

_RAW, _IMPORT = "aten.", "import."


@dataclass(frozen=True, slots=True)
class Group:
    """What one word forbids.

    Attributes:
        ops: dispatched ops, without overload; a trailing `*` stands for any ending.
        functions: the same at torch's Python entry, for what is taken apart before dispatch.
        composites: of `ops`, those that torch makes of ops that nobody forbids: they have to be
            taken out themselves, see `removal`.
        files: parts of library paths: any op from there counts.
        backward: whether any op of a backward pass counts.
        numpy: functions of NumPy, as dotted names below `numpy`; a trailing `*` likewise.
        modules: modules that the submission may not import, with all that is below them.
    """

    ops: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    composites: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    backward: bool = False
    numpy: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()


def _group(
    ops: str = "", functions: str = "", *, composites: str = "", numpy: str = "", modules: str = ""
) -> Group:
    return Group(
        frozenset(ops.split()),
        frozenset(functions.split()),
        frozenset(composites.split()),
        numpy=frozenset(numpy.split()),
        modules=frozenset(modules.split()),
    )


GROUPS: dict[str, Group] = {
    "convolution": _group(
        "convolution* _convolution* conv1d* conv2d* conv3d* conv_transpose* conv_tbc* "
        "conv_depthwise3d _conv_depthwise2d cudnn_convolution* miopen_convolution* "
        "miopen_depthwise_convolution mkldnn_convolution* mps_convolution* _mps_convolution* "
        "_slow_conv2d* slow_conv* thnn_conv* _nnpack_spatial_convolution qconv*",
        "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d",
        numpy="convolve correlate",
    ),
    "autograd": Group(
        frozenset({"_make_dual", "_unpack_dual", "_fw_primal"}),
        frozenset({"backward", "grad"}),
        files=("torch/autograd/forward_ad.py", "torch/_functorch/eager_transforms.py"),
        backward=True,
    ),
    "linalg": _group(
        "linalg_* norm norm_* native_norm* dist renorm cdist _cdist* _euclidean_dist _linalg_* "
        "svd qr inverse det geqrf orgqr ormqr cholesky* lu_solve triangular_solve lstsq",
        "norm dist cdist frobenius_norm nuclear_norm matrix_norm vector_norm pairwise_distance",
        composites="linalg_matrix_power linalg_multi_dot linalg_vander linalg_vecdot cdist",
        numpy="linalg.*",
    ),
    "softmax": _group(
        "_softmax _log_softmax _safe_softmax softmax log_softmax _masked_softmax _sparse_softmax "
        "_sparse_log_softmax _scaled_dot_product_*",
        "softmin",
    ),
    "logsumexp": _group("logsumexp", "logsumexp"),
    "sigmoid": _group("sigmoid sigmoid_ log_sigmoid_forward", "logsigmoid"),
    "cross_entropy": _group(
        "nll_loss* cross_entropy_loss",
        "cross_entropy nll_loss",
        composites="cross_entropy_loss",
    ),
    "binary_cross_entropy": _group("binary_cross_entropy*"),
    "mse": _group("mse_loss*"),
    "kl": _group("kl_div", "kl_div", composites="kl_div"),
    "one_hot": _group("one_hot", "one_hot", composites="one_hot"),
    "gather": _group("gather", "gather take_along_dim", numpy="take_along_axis"),
    "matmul": _group(
        "mm bmm addmm addmm_ baddbmm baddbmm_ addbmm addbmm_ mv addmv addmv_ dot vdot matmul "
        "linear linear_* mkldnn_linear* _addmm_activation _int_mm _scaled_mm* _grouped_mm "
        "_scaled_grouped_mm _weight_int* sspaddmm smm hspmm _sparse_mm* _sparse_addmm "
        "sparse_sampled_addmm _trilinear linalg_vecdot _linear_pointwise _mkl_linear qlinear* "
        "_scaled_dot_product_* einsum tensordot inner bilinear",
        "matmul einsum tensordot chain_matmul multi_dot inner bilinear vecdot",
        composites="einsum tensordot inner linalg_vecdot",
        numpy="dot vdot inner matmul einsum tensordot vecdot matvec vecmat linalg.multi_dot",
    ),
    "pooling": _group(
        "max_pool* avg_pool* adaptive_* _adaptive_* fractional_max_pool* mkldnn_max_pool* "
        "mkldnn_adaptive_avg_pool* quantized_max_pool*",
        "adaptive_avg_pool* adaptive_max_pool*",
        composites="adaptive_avg_pool*",
    ),
    "upsample": _group("upsample_* _upsample_* grid_sampler* max_unpool*", "interpolate"),
    "batch_norm": _group(
        "native_batch_norm* _native_batch_norm_legit* cudnn_batch_norm* miopen_batch_norm* "
        "batch_norm* _batch_norm*",
        "batch_norm",
    ),
    "dropout": _group(
        "native_dropout* dropout* _fused_dropout feature_dropout* alpha_dropout* "
        "feature_alpha_dropout*",
        "dropout dropout_ dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout",
        composites="dropout* feature_dropout* alpha_dropout* feature_alpha_dropout*",
    ),
    "recurrent": _group(
        "lstm* gru* rnn_* _thnn_fused_* mkldnn_rnn_layer _cudnn_rnn* quantized_lstm* "
        "quantized_gru*",
        "lstm gru rnn_tanh rnn_relu lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell",
        composites="lstm* gru* rnn_*",
    ),
    "optim": Group(frozenset({"_foreach_*", "_fused_*"}), files=("torch/optim/",)),
    "iou": _group("", "box_iou generalized_box_iou nms batched_nms"),
    "numpy": _group("", "numpy __array__", modules="numpy"),
}
GROUPS["linalg_norm"] = GROUPS["linalg"]


def unknown_groups(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that are neither a group, nor `aten.…`, nor `import.…`."""
    return tuple(
        name for name in names if name not in GROUPS and not name.startswith((_RAW, _IMPORT))
    )


def rule_of(name: str) -> Group:
    """The group of a word; `aten.relu` stands for that op alone, `import.cv2` for that module."""
    found = GROUPS.get(name)
    if found is not None:
        return found
    if name.startswith(_IMPORT):
        return Group(modules=frozenset({name.removeprefix(_IMPORT)}))
    raw = name.removeprefix(_RAW).split(".")[0]
    both = frozenset({raw, f"{raw}_"})
    return Group(both, both, both)


@functools.cache
def falls_under(name: str, patterns: frozenset[str]) -> bool:
    """Whether a name is one of the patterns, of which some end in `*`."""
    return name in patterns or any(
        pattern.endswith("*") and name.startswith(pattern[:-1]) for pattern in patterns
    )
