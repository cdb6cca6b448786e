import pytest
import torch
from value_support import HEAD_LINES, define, expect, judge, load, sent

from quizapp.domain.outcomes import CheckResult, Verdict
from quizapp.judge import compare, running, verdicts
from quizapp.judge.running import Finished, Yielded

IOU_CHECK = """
    TARGET = torch.tensor([46.0, 57.0, 49.0, 68.0])
    BOXES = torch.tensor([[26., 39, 43, 41], [27, 26, 41, 41], [45, 57, 49, 69], [25, 36, 59, 40]])

    @check(points=2)
    def example(iou, rng):
        "the example of the task"
        yield iou(BOXES, TARGET)
"""
IOU = """
    def iou(boxes, target):
        low = torch.maximum(boxes[:, :2], target[:2])
        high = torch.minimum(boxes[:, 2:], target[2:])
        inner = (high - low).clamp(min=0).prod(1)
        areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
        return inner / (areas + (target[2:] - target[:2]).prod() - inner)
"""


def judge_iou(submission, **options):
    return judge(IOU_CHECK, IOU, submission, **options)


def returning(expression, before=""):
    """An iou that works out the right `result` and returns something else."""
    renamed = IOU.replace("def iou", "def right")
    return f"{renamed}\n    def iou(boxes, target):\n        result = right(boxes, target)\n" + (
        f"        {before}\n        return {expression}\n"
    )


def test_the_reference_passes():
    assert judge_iou(IOU) == (Verdict.PASSED, "")


@pytest.mark.parametrize(
    "expression",
    [
        "(result.double() * 3 / 3).float()",
        "result + 1e-6",
        "torch.stack([*result])",
        "result.expand(2, 4)[0]",
        "result.clone().requires_grad_()",
        "nn.Parameter(result)",
    ],
)
def test_the_same_result_by_other_ways_passes(expression):
    assert judge_iou(returning(expression)).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("right", "other"),
    [
        ("3", "10**400"),
        ("10**400", "3"),
        ("10**400", "2 * 10**400"),
        ("1 + 1j", "complex(1.7e308, 1.7e308)"),
        ("complex(1.7e308, 1.7e308)", "1 + 1j"),
        ("torch.tensor([1j])", "torch.tensor([complex(1.7e38, 3e38)])"),
        ("torch.tensor([complex(1.7e308, 1.7e308)] * 2, dtype=torch.complex128)",
         "torch.ones(2, dtype=torch.complex128)"),
    ],
)  # fmt: skip
def test_a_number_beyond_all_floats_is_wrong_and_no_fault_of_the_judge(right, other):
    check = """
        @check(atol=0.5)
        def one(f):
            "one number"
            yield f()
    """
    source = "def f():\n    return {}\n".format

    assert judge(check, source(right), source(right)).verdict is Verdict.PASSED
    assert judge(check, source(right), source(other)).verdict is Verdict.FAILED


def test_a_number_beyond_all_floats_is_held_to_the_tolerance():
    check = """
        @check(rtol=0.01)
        def one(f):
            "one number"
            yield f()
    """
    source = "def f():\n    return {}\n".format

    assert judge(check, source("10**400"), source("10**400 + 1")).verdict is Verdict.PASSED


def test_another_order_of_summation_passes():
    check = """
        @check()
        def sums(total, rng):
            "sums of many numbers"
            yield total(torch.rand(1000, 50, generator=rng))
    """
    other = "def total(x):\n        return x.flip(0).double().sum(0).float()\n"
    assert judge(check, "def total(x): return x.sum(0)", f"    {other}").verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("None", "iou must return a tensor, got None; does every path end in a return?"),
        ("result.tolist()", "iou must return a tensor, got a list; torch.stack or"),
        ("result.numpy()", "iou must return a tensor, got a NumPy array; torch.from_numpy"),
        ("result.sum().item()", "iou must return a tensor, got a float; keep it a tensor"),
        ("np.float64(1)", "iou must return a tensor, got a NumPy scalar"),
        ("(result,)", "iou must return a tensor, got a tuple"),
        ("result[:, None]", "iou returned shape (4, 1), expected (4,); the numbers are right"),
        ("result.max()", "iou returned shape (), expected (4,); one number instead of"),
        ("result.max()[None]", "iou returned shape (1,), expected (4,); one number instead"),
        ("result.double()", "iou returned dtype float64, expected float32; .to(boxes.dtype)"),
        ("result * float('nan')", "iou returned NaN in 4 of 4, first at [0]; expected numbers"),
        ("result.index_fill(0, torch.tensor(3), float('nan'))", "NaN in 1 of 4, first at [3]"),
        ("result.index_fill(0, torch.tensor(3), float('inf'))", "expected 0, got inf"),
        (
            "result + torch.eye(4)[0] * 2e-5",
            "wrong values: 1 of 4 differ, worst at [0]: expected 0, got 2e-05",
        ),
    ],
)
def test_each_way_to_be_wrong_has_its_sentence(expression, sentence):
    judged = judge_iou(returning(expression))
    assert judged.verdict is Verdict.FAILED
    assert sentence in judged.message.splitlines()[0]


def test_wrong_values_show_the_worst_the_tolerance_and_the_inputs():
    judged = judge_iou(returning("result * 0.5"))
    first, expected, got, boxes, target = judged.message.splitlines()
    assert first == (
        "iou returned wrong values: 1 of 4 differ, worst at [2]: expected 0.6875, got 0.34375 "
        "(± 1.1e-05 is allowed)"
    )
    assert expected == "  expected = [0, 0, 0.6875, 0]"
    assert got == "  got      = [0, 0, 0.34375, 0]"
    assert boxes == (
        "  boxes = [[26, 39, 43, 41], [27, 26, 41, 41], [45, 57, 49, 69], [25, 36, 59, 40]]"
    )
    assert target == "  target = [46, 57, 49, 68]"


def test_printing_instead_of_returning_is_named():
    judged = judge_iou(returning("None"), output="tensor([0., 0.])\n")
    assert judged.message.splitlines()[0] == (
        "iou must return a tensor, got None; printing is not returning: end with return instead "
        "of print"
    )


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("result.as_subclass(type('Mine', (torch.Tensor,), {}))", "Mine"),
        ("type('Liar', (), {'__eq__': lambda *_: True, '__len__': lambda _: 4})()", "Liar"),
        ("(x for x in result)", "generator"),
        ("type('MyFloat', (np.float64,), {})(1)", "MyFloat"),
        ("result.to_sparse()", "torch.Tensor with layout torch.sparse_coo"),
        ("boxes.max(dim=1)", "torch.return_types.max"),
    ],
)
@pytest.mark.filterwarnings("ignore:Sparse invariant checks")
def test_a_type_that_is_never_accepted_is_an_error_by_name(expression, name):
    judged = judge_iou(returning(expression))
    assert judged.verdict is Verdict.ERRORED
    assert "iou must return a tensor, got " in judged.message
    assert name in judged.message.splitlines()[0]


def test_an_object_with_a_malicious_reduce_is_never_loaded():
    code = """
        class Bomb:
            def __reduce__(self):
                raise AssertionError("loaded")

        def iou(boxes, target):
            return Bomb()
    """
    assert judge_iou(code).verdict is Verdict.ERRORED


def test_a_changed_argument_fails_by_name():
    judged = judge_iou(returning("result", before="boxes.zero_()"))
    assert judged.verdict is Verdict.FAILED
    assert judged.message == ("iou changed its argument boxes in place; work on a copy (clone())")


def test_wrong_values_and_changed_arguments_are_both_said():
    judged = judge_iou(returning("result + 1", before="boxes.data.zero_(); target[0] = 1"))
    first, last = judged.message.splitlines()[0], judged.message.splitlines()[-1]
    assert "wrong values" in first
    assert "changed its arguments boxes and target in place" in last


def test_changing_arguments_passes_where_it_is_the_task():
    check = """
        @check(mutates=True)
        def updates(step):
            "the weights move"
            w = torch.ones(2)
            step(w)
            yield w
    """
    code = "def step(w): w.sub_(0.5)"
    assert judge(check, code, code).verdict is Verdict.PASSED


MANY = """
    @check()
    def cases(f, rng):
        "several cases"
        for n in (2, 3, 4):
            yield f(torch.rand(n, generator=rng))
"""


def test_state_kept_between_calls_fails_at_the_first_stale_case():
    code = """
        kept = []

        def f(x):
            kept.append(x * 2)
            return kept[0]
    """
    judged = judge(MANY, "def f(x): return x * 2", code)
    assert judged.verdict is Verdict.FAILED
    assert judged.message.startswith("case 2 of 3: f returned shape (2,), expected (3,)")


def test_another_answer_each_time_fails():
    code = "def f(x): return x * 2 + torch.rand(())"
    assert judge(MANY, "def f(x): return x * 2", code).verdict is Verdict.FAILED


def test_a_stream_that_breaks_off_gives_no_result_and_says_how_far_it_came():
    code = "def f(x): return x"
    judged = judge(MANY, code, code, cut=3)
    assert judged == (
        Verdict.NO_RESULT,
        "ended without a complete answer, after 1 of 3 cases",
    )


def test_no_stream_at_all_gives_no_result():
    code = "def f(x): return x"
    assert judge(MANY, code, code, cut=0).verdict is Verdict.NO_RESULT


def test_a_forged_stream_of_fewer_values_fails():
    check = load(MANY)[0]
    code = define("def f(x): return x")
    expected = expect(check, code)
    got = [item for item in sent(check, code) if not isinstance(item, Yielded)]
    assert compare.compare_streams(check, expected, got).verdict is Verdict.FAILED


def test_more_values_than_expected_fail():
    check = load(MANY)[0]
    code = define("def f(x): return x")
    expected = expect(check, code)
    got = [*expected[:-1], Yielded(1), Finished()]
    judged = compare.compare_streams(check, expected, got)
    assert judged == (Verdict.FAILED, "gave more values than expected")


GRADIENTS = """
    @check()
    def reaches(f, rng):
        "the gradient reaches x and w"
        x = torch.rand(3, generator=rng).requires_grad_()
        w = torch.rand(3, generator=rng).requires_grad_()
        out = f(x, w)
        yield out
        yield gradients(out, torch.ones(3), x=x, w=w)
"""


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("(x * w).detach()", "no gradient reaches x: the output is detached from its inputs"),
        ("torch.tensor([a * b for a, b in zip(x.tolist(), w.tolist())])", "no gradient reaches x"),
        ("x.detach() * w", "no gradient reaches x; detach()"),
        ("(x * w).detach() + 0 * x", "the gradient of x: got wrong values: 3 of 3 differ"),
    ],
)
def test_a_gradient_that_does_not_arrive_is_named(body, sentence):
    judged = judge(GRADIENTS, "def f(x, w): return x * w", f"def f(x, w): return {body}")
    assert judged.verdict is Verdict.FAILED
    assert sentence in judged.message


def test_a_gradient_where_none_belongs_is_named():
    judged = judge(GRADIENTS, "def f(x, w): return x * w.detach()", "def f(x, w): return x * w")
    assert "a gradient reaches w, none should" in judged.message


COUNTED = """
    @check()
    def many(iou, rng):
        "1,000 boxes by tensor code"
        low = torch.rand(1000, 2, generator=rng)
        boxes = torch.cat([low, low + 1], 1)
        yield count_ops(iou, boxes, torch.tensor([0.0, 0, 1, 1]), at_most=60)
"""


def test_a_python_loop_over_boxes_fails_with_both_counts():
    code = returning("torch.stack([right(box[None], target)[0] for box in boxes])")
    judged = judge(COUNTED, IOU, code)
    assert judged.verdict is Verdict.FAILED
    first = judged.message.splitlines()[0]
    assert first.startswith("iou ran ")
    assert first.endswith(
        "ops for boxes of shape (1000, 4), at most 60 (the reference needs 20); "
        "replace the Python loop by tensor code"
    )


def test_a_loop_without_torch_ops_fails_by_its_lines():
    code = """
        def iou(boxes, target):
            a, b, c, d = target.tolist()
            found = []
            for x, y, z, w in boxes.tolist():
                inner = max(min(z, c) - max(x, a), 0) * max(min(w, d) - max(y, b), 0)
                found.append(inner / ((z - x) * (w - y) + (c - a) * (d - b) - inner))
            return torch.tensor(found)
    """
    judged = judge(COUNTED, IOU, code)
    assert judged.verdict is Verdict.FAILED
    assert "at most 600 (the reference needs 5)" in judged.message
    assert " lines of Python for boxes" in judged.message


def test_tensor_code_in_many_steps_passes_the_count():
    code = returning("result", before="x = boxes + 1 - 1; y = x * 2")
    assert judge(COUNTED, IOU, code).verdict is Verdict.PASSED


def test_a_claimed_limit_is_not_believed():
    check = load(COUNTED)[0]
    expected = expect(check, define(IOU))
    code = define(returning("torch.stack([right(box[None], target)[0] for box in boxes])"))
    got = [
        Yielded(running.replace(item.value, at_most=(None, None, None)))
        if isinstance(item, Yielded)
        else item
        for item in sent(check, code)
    ]
    assert compare.compare_streams(check, expected, got).verdict is Verdict.FAILED


def test_an_exception_names_its_line_and_what_it_was_called_with():
    code = """
        def helper(boxes):
            return boxes[9]

        def iou(boxes, target):
            return helper(boxes)
    """
    judged = judge_iou(code)
    assert judged.verdict is Verdict.ERRORED
    first, callers = judged.message.splitlines()[:2]
    assert first.startswith("IndexError: index 9 is out of bounds")
    assert first.endswith(f"in line {HEAD_LINES + 3}: `return boxes[9]`")
    assert callers == f"  called from line {HEAD_LINES + 6} (iou)"
    assert "  target = [46, 57, 49, 68]" in judged.message


@pytest.mark.parametrize(
    ("statement", "verdict", "words"),
    [
        ("raise SystemExit(0)", Verdict.ERRORED, "remove exit() or sys.exit()"),
        ("raise KeyboardInterrupt", Verdict.ERRORED, "raises KeyboardInterrupt itself"),
        ("raise type('Own', (BaseException,), {})('!')", Verdict.ERRORED, "Own: !"),
        ("raise MemoryError", Verdict.OUT_OF_MEMORY, "more memory than is allowed"),
        ("raise PermissionError(13, 'no')", Verdict.BLOCKED, "sandbox does not allow"),
        ("raise EOFError", Verdict.ERRORED, "There is no keyboard here"),
        ("boxes.to('cuda')", Verdict.ERRORED, "use the device of the inputs (x.device)"),
        ("iou(boxes, target)", Verdict.ERRORED, "calls itself without end"),
    ],
)
@pytest.mark.skipif(torch.cuda.is_available(), reason="one case is about machines without a GPU")
def test_exceptions_with_one_usual_cause_say_what_to_do(statement, verdict, words):
    judged = judge_iou(f"def iou(boxes, target):\n        {statement}".replace("def", "    def", 1))
    assert judged.verdict is verdict
    assert words in judged.message


def test_an_exception_whose_text_cannot_be_made_is_still_an_error():
    code = """
        class Odd(Exception):
            def __str__(self):
                raise SystemExit

        def iou(boxes, target):
            raise Odd
    """
    judged = judge_iou(code)
    assert judged.verdict is Verdict.ERRORED
    assert "Odd: (its message cannot be shown)" in judged.message


def test_control_and_direction_characters_of_a_message_are_escaped():
    judged = judge_iou("def iou(boxes, target): raise ValueError('\\x1b[2J\\u202egnp\\x07 PASSED')")
    assert "\\x1b[2J\\u202egnp\\x07 PASSED" in judged.message
    assert "\x1b" not in judged.message


@pytest.mark.parametrize("arguments", ["boxes", "boxes, target, more", ""])
def test_wrong_arity_is_a_missing_function(arguments):
    judged = judge_iou(f"def iou({arguments}): return 1", signature="iou(boxes, target)")
    assert judged == (
        Verdict.MISSING,
        f"found `iou({arguments})`, expected `iou(boxes, target)`",
    )


def test_a_type_error_inside_the_function_is_not_about_arity():
    judged = judge_iou("def iou(boxes, target): return len()")
    assert judged.verdict is Verdict.ERRORED


def test_what_the_check_cannot_use_is_blamed_on_what_was_returned():
    check = """
        @check()
        def total(f):
            "the sum of what f returns"
            yield f(torch.ones(2)).sum()
    """
    judged = judge(check, "def f(x): return x", "def f(x): pass")
    assert judged.verdict is Verdict.FAILED
    assert judged.message.startswith("f must return a tensor, got None; does every path")


def test_a_forbidden_op_is_a_matter_of_policy_with_its_line():
    code = """
        def iou(boxes, target):
            try:
                raise ValueError
            except ValueError:
                return getattr(F, "con" + "v2d")(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2))
    """
    judged = judge_iou(code, forbidden=("convolution",))
    assert judged.verdict is Verdict.POLICY
    assert f"torch.conv2d ran in line {HEAD_LINES + 6}: `return getattr" in judged.message


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        ("3", "3.0", "must return an int, got a float (3)"),
        ("3", "True", "must return an int, got a bool"),
        ("0.5", "torch.tensor(0.5)", "must return a float, got a tensor of shape (); .item()"),
        ("0.5", "0.51", "returned 0.51, expected 0.5 (± 1.1e-05"),
        ("float('nan')", "1.0", "returned 1, expected nan"),
        ("float('inf')", "1.0", "returned 1, expected inf"),
        ("'a'", "'b'", "returned 'b', expected 'a'"),
        ("'a'", "'\\n\\u2028\\x1b'", r"returned '\n\u2028\x1b', expected 'a'"),
        ("(1, 2)", "(1, 3)", "returned (1, 3), expected (1, 2)"),
        ("(1, 2)", "torch.Size([2, 1])", "returned (2, 1), expected (1, 2)"),
        ("(1, 2)", "[1, 2]", "must return a tuple, got a list"),
        ("(x, 2.0)", "(x, 3.0)", "[1] of what f returned is 3, expected 2"),
        ("(x, 2.0)", "(None, 2.0)", "[0] of what f returned must be a tensor, got None"),
        ("(x, 2.0)", "(x * 2, 2.0)", "[0] of what f returned has wrong values: 2 of 2 differ"),
        ("[x]", "[x, x]", "returned 2 values, expected 1"),
        ("{'a': x}", "{'b': x}", "returned a dict with no key 'a', expected keys ['a']"),
        ("{'a': x}", "{'a': x[None]}", "['a'] of what f returned has shape (1, 2), expected"),
        ("x.long()", "x.int()", "dtype int32, expected int64; .to(torch.int64)"),
        ("x.long()", "x.long() + 1", "2 of 2 differ, worst at [0]: expected 1, got 2"),
        ("x > 0", "x < 0", "expected True, got False"),
        ("x.sum()", "x.sum() / 2", "returned 1, expected 2 (± 1.3e-05"),
        ("x.dtype", "torch.int64", "returned torch.int64, expected torch.float32"),
        ("x * 1j", "x * 2j", "expected 0+1j, got 0+2j"),
        (
            "torch.tensor([1 << 62])",
            "torch.tensor([(1 << 62) + 1])",
            "returned 4611686018427387905,",
        ),
        ("torch.ones(2, 3)", "torch.ones(3, 2)", "the numbers are right, only the shape"),
        (
            "torch.arange(6.0).view(2, 3)",
            "torch.arange(6.0).view(2, 3).t()",
            "it is the transpose of what is expected",
        ),
    ],
)
def test_other_values_than_tensors_have_their_sentences(expected, got, words):
    check = """
        @check()
        def one(f):
            "one value"
            yield f(torch.ones(2))
    """
    judged = judge(check, f"def f(x): return {expected}", f"def f(x): return {got}")
    assert judged.verdict is Verdict.FAILED
    assert words in judged.message.splitlines()[0]


def test_a_shape_passes_as_a_tuple_of_sizes():
    check = """
        @check()
        def shape(f):
            "the shape"
            yield f(torch.ones(2, 3))
    """
    judged = judge(check, "def f(x): return (2, 3)", "def f(x): return x.shape")
    assert judged.verdict is Verdict.PASSED


@pytest.mark.parametrize("offset", [0.0, 0.009])
def test_the_tolerance_of_a_check_counts(offset):
    check = """
        @check(atol=0.01, rtol=0)
        def about(f):
            "about right"
            yield f(torch.ones(2))
            yield 0.0
    """
    judged = judge(check, "def f(x): return x", f"def f(x): return x + {offset}")
    assert judged.verdict is Verdict.PASSED


def test_a_hidden_check_keeps_inputs_and_numbers_to_itself():
    hidden = IOU_CHECK.replace("points=2", "points=2, hidden=True")
    judged = judge(hidden, IOU, returning("result + 1"))
    assert judged == (Verdict.FAILED, "iou returned wrong values in a hidden case")


def test_a_large_input_is_shown_by_shape_range_and_the_slice_that_is_wrong():
    check = """
        @check()
        def rows(f):
            "many rows"
            yield f(torch.arange(4000.0).view(1000, 4))
    """
    code = "def f(x):\n        y = x.sum(1)\n        y[17] = 0\n        return y\n"
    judged = judge(check, "def f(x): return x.sum(1)", f"    {code}")
    assert judged.message.splitlines()[1:3] == [
        "  expected[15:20] = [246, 262, 278, 294, 310]",
        "  got[15:20]      = [246, 262, 0, 294, 310]",
    ]
    assert judged.message.splitlines()[3] == (
        "  x = float32 of shape (1000, 4), from 0 to 3999; x[17] = [68, 69, 70, 71]"
    )


@pytest.mark.parametrize("reference", ["raise ValueError('x')", "return object()"])
def test_a_reference_that_fails_is_our_own_fault(reference):
    check = """
        @check()
        def one(f):
            "one value"
            yield f()
    """
    judged = judge(check, f"def f(): {reference}", "def f(): return 1")
    assert judged.verdict is Verdict.GRADER_ERROR


def test_a_check_without_a_case_is_our_own_fault():
    check = """
        @check()
        def none(f):
            "no value"
            for _ in ():
                yield f()
    """
    assert judge(check, "def f(): 1", "def f(): 1").verdict is Verdict.GRADER_ERROR


def test_a_value_that_is_too_large_is_an_output_limit():
    check = load("""
        @check()
        def one(f):
            "one value"
            yield f()
    """)[0]
    expected = expect(check, define("def f(): return torch.zeros(())"))
    got = sent(check, define("def f(): return torch.zeros(()).expand(10**9)"))
    assert compare.compare_streams(check, expected, got).verdict is Verdict.OUTPUT_LIMIT


def test_a_patched_torch_spoils_only_its_own_values(monkeypatch):
    check = load(IOU_CHECK)[0]
    expected = expect(check, define(IOU))
    names = define(returning("result * 0"))
    with monkeypatch.context() as patches:
        for name in ("allclose", "equal", "isclose", "all"):
            patches.setattr(torch, name, lambda *_, **__: True)
        patches.setattr(torch.testing, "assert_close", lambda *_, **__: None)
        patches.setattr("builtins.all", lambda *_: True)
        got = sent(check, names)
    assert compare.compare_streams(check, expected, got).verdict is Verdict.FAILED


DTYPES = [
    "bool", "uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64", "float16",
    "bfloat16", "float32", "float64", "complex64", "complex128", "float8_e4m3fn", "float8_e5m2",
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_can_be_compared_and_shown(dtype):
    check = """
        @check()
        def one(f):
            "one value"
            yield f(torch.tensor([0.0, 1.0, 1.0]))
    """
    right, wrong = (f"def f(x): return {x}.to(torch.{dtype})" for x in ("x", "(x * 0)"))
    assert judge(check, right, right).verdict is Verdict.PASSED
    judged = judge(check, right, wrong)
    assert judged.verdict is Verdict.FAILED
    assert "2 of 3 differ, worst at [1]: expected " in judged.message


def test_a_stop_iteration_is_told_as_such():
    judged = judge_iou("def iou(boxes, target): return next(iter([]))")
    assert judged.message.startswith("StopIteration, in line ")


def test_a_stream_that_breaks_off_after_changing_an_argument_is_no_result():
    check = load(MANY)[0]
    expected = expect(check, define("def f(x): return x"))
    got = sent(check, define("def f(x): return x.zero_()"))[:1]
    assert compare.compare_streams(check, expected, got).verdict is Verdict.NO_RESULT


def test_arguments_that_cannot_be_shown_are_left_out():
    check = """
        @check()
        def one(f):
            "a module and a number"
            yield f(torch.nn.Linear(1, 1), 3)
    """
    judged = judge(check, "def f(net, n): return n", "def f(net, n): return n + 1")
    assert judged.message == "f returned 4, expected 3\n  n = 3"


def test_a_small_input_that_is_wide_is_shown_row_by_row():
    check = """
        @check()
        def one(f):
            "a wide input"
            yield f(torch.arange(36.0).view(3, 12) + 0.0625)
    """
    judged = judge(check, "def f(x): return 0", "def f(x): return 1")
    lines = judged.message.splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("  x = [[0.0625, 1.0625")
    assert lines[2].startswith("       [12.062, 13.062")


def test_a_value_that_is_not_the_calls_result_is_called_the_result():
    check = """
        @check()
        def one(f):
            "the shape of the result"
            yield f(torch.ones(2, 3)).sum(0)
            yield list(f(torch.ones(2)).shape)
    """
    judged = judge(check, "def f(x): return x", "def f(x): return x.double()")
    assert judged.message.startswith("case 1 of 2: the result has dtype float64, expected")
    judged = judge(check, "def f(x): return x", "def f(x): return x if x.dim() > 1 else x[None]")
    assert judged.message.startswith("case 2 of 2: the result has 2 values, expected 1")


def test_what_a_check_cannot_use_though_its_type_is_right_is_put_down_to_the_function():
    check = """
        @check()
        def one(f):
            "the second element"
            yield f(torch.ones(2))[1]
    """
    judged = judge(check, "def f(x): return x", "def f(x): return x[:1]")
    assert judged.verdict is Verdict.ERRORED
    assert judged.message.startswith("the check could not go on with what f gave it\nIndexError")


def test_a_wrong_number_without_axes_where_one_element_is_expected_fails_by_its_shape():
    check = """
        @check()
        def one(f):
            "one element"
            yield f(torch.ones(1))
    """
    judged = judge(check, "def f(x): return x", "def f(x): return x.sum() + 1")
    assert judged.verdict is Verdict.FAILED
    assert judged.message.startswith("f returned shape (), expected (1,)")


def test_the_numbers_around_the_worst_one_are_shown_in_their_row():
    check = """
        @check()
        def one(f):
            "a matrix"
            yield f(torch.arange(24.0).view(3, 8))
    """
    code = "def f(x):\n        y = x.clone()\n        y[2, 7] = -1\n        return y\n"
    judged = judge(check, "def f(x): return x + 0", f"    {code}")
    assert judged.message.splitlines()[1:3] == [
        "  expected[2, 3:8] = [19, 20, 21, 22, 23]",
        "  got[2, 3:8]      = [19, 20, 21, 22, -1]",
    ]


def test_a_dict_of_the_check_speaks_by_its_keys():
    check = """
        @check()
        def one(f):
            "a finding"
            yield {"a gradient is left over": bool(f(1)), "devices": ["cpu", f(2)]}
    """
    judged = judge(check, "def f(x): return 0", "def f(x): return 1")
    assert judged.message.startswith("a gradient is left over: got True, expected False")
    judged = judge(check, "def f(x): return x - 1", "def f(x): return 'a' * (x - 1)")
    assert judged.message.startswith("devices[1]: must be an int, got a string")


def test_an_exception_in_every_check_is_told_in_full_once():
    same = "IndexError: too many indices, in line 3: `b[:, 2]`"
    results = [
        CheckResult("a", "one", Verdict.ERRORED, 0, 1, f"{same}\n  x = [1]"),
        CheckResult("b", "two", Verdict.ERRORED, 0, 1, f"case 1 of 3: {same}\n  x = [2]"),
        CheckResult("c", "three", Verdict.ERRORED, 0, 1, "ValueError: other\n  x = [2]"),
        CheckResult("d", "four", Verdict.FAILED, 0, 1, f"{same}\n  x = [3]"),
    ]
    messages = [result.message for result in verdicts.fold_repeats(results)]
    assert messages == [
        f"{same}\n  x = [1]",
        f"case 1 of 3: {same}",
        "ValueError: other\n  x = [2]",
        f"{same}\n  x = [3]",
    ]
