import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from value_support import define, expect, load, sent

from quizapp.domain.outcomes import CheckResult, Verdict
from quizapp.judge import structure
from quizapp.judge.checks import Check
from quizapp.judge.items import Finished, Yielded
from quizapp.judge.values import TensorValue


def check_of(body):
    return f"""
        @check()
        def one(f, rng):
            "some values"
            {body}
    """


VECTORS = check_of("for n in (5, 8): yield f(torch.randn(n, generator=rng))")
MATRICES = check_of("for n in (4, 6): yield f(torch.randn(n, 3, generator=rng))")
SQUARES = check_of("for n in (3, 5): yield f(torch.randn(n, n, generator=rng))")
IMAGES = check_of("for n in (4, 6): yield f(torch.randn(3, n, n + 1, generator=rng))")
POSITIVE = check_of("for n in (5, 8): yield f(torch.rand(n, generator=rng) + 0.5)")
TWO = check_of("for n in (5, 8): yield f(*torch.randn(2, n, generator=rng))")


def hint(checks, reference, submission):
    """The hint that a submission gets for the first check of a source."""
    check = load(checks)[0]
    names = define(f"def f({reference[0]}): return {reference[1]}", "reference.py")
    wrong = define(f"def f({reference[0]}): return {submission}")
    return structure.hint(check, expect(check, names), sent(check, wrong))


@pytest.mark.parametrize(
    ("checks", "right", "wrong", "words"),
    [
        (VECTORS, "x", "-x", "every value has the wrong sign"),
        (VECTORS, "x", "2 * x", "twice what is expected"),
        (VECTORS, "x", "x / 2", "half of what is expected"),
        (VECTORS, "x", "255 * x", "are pixels of 0 to 255 not scaled"),
        (VECTORS, "x", "x * torch.pi", "π times what is expected"),
        (VECTORS, "x", "x / torch.pi", "is a factor π missing?"),
        (VECTORS, "x", "100 * x", "a percentage instead of a share?"),
        (VECTORS, "x", "7 * x", "every value is 7 times what is expected"),
        (VECTORS, "x", "x / 7", "every value is 1/7 of what is expected"),
        (VECTORS, "x", "1.37 * x", "every value is 1.37 times what is expected"),
        (VECTORS, "x", "x * len(x)", "every value is n times what is expected; is a mean asked"),
        (VECTORS, "x", "x / len(x)", "1/n of what is expected; is it divided by n once too often"),
        (VECTORS, "x * len(x)", "x * (len(x) - 1)", "(n − 1)/n of what is expected"),
        (VECTORS, "x / len(x)", "x / (len(x) - 1)", "n/(n − 1) of what is expected"),
        (VECTORS, "x", "x * len(x) ** 0.5", "√n times what is expected"),
        (VECTORS, "x", "x + 1", "every value is 1 more than expected"),
        (VECTORS, "x", "x - 0.25", "every value is 0.25 less than expected"),
        (VECTORS, "x.argsort()", "x.argsort() + 1", "1 too large: does the count begin at 0?"),
        (VECTORS, "x", "3 * x + 1", "every value is 3 × what is expected + 1"),
        (VECTORS, "x", "x ** 2", "the square of what is expected"),
        (POSITIVE, "x", "x ** 0.5", "the square root of what is expected"),
        (VECTORS, "x", "x.exp()", "exp() of what is expected; is a log missing?"),
        (VECTORS, "x.exp()", "x", "the log of what is expected"),
        (VECTORS, "x", "1 / x", "1 divided by what is expected"),
        (VECTORS, "x", "1 - x", "1 minus what is expected"),
        (VECTORS, "x", "x.abs()", "what is expected without its sign"),
        (VECTORS, "x.sigmoid()", "x", "right but for a sigmoid that is missing"),
        (VECTORS, "x.abs()", "x", "the absolute value is expected"),
        (check_of("yield f(torch.linspace(-2, 2, 9))"), "x.clamp(-1)", "x", "clamp(min=-1) is"),
        (check_of("yield f(torch.linspace(-2, 2, 9))"), "x", "x.clamp(max=1)", "not asked for: cl"),
        (check_of("yield f(torch.linspace(-2, 2, 9))"), "x.clamp(-1, 1)", "x", "min=-1, max=1"),
        (VECTORS, "10 * x", "(10 * x).round()", "rounded to whole numbers"),
        (POSITIVE, "10 * x", "10 * x // 1", "cut to whole numbers: // and int() drop"),
        (VECTORS, "x", "(x * 100).round() / 100", "rounded to 2 decimals"),
        (VECTORS, "x * 1.1", "(x * 1.1).half().float()", "went through float16 on the way"),
        (
            VECTORS,
            "x.double().exp() ** 3",
            "(x.exp() ** 3).double()",
            "went through float32 on the way",
        ),
        (VECTORS, "x * 1j + x", "x - x * 1j", "the complex conjugate of what is expected"),
        (SQUARES, "x", "x.T", "it is transposed"),
        (IMAGES, "x", "x.flip(1)", "it is reversed along axis 1"),
        (VECTORS, "x", "x.flip(0)", "it is reversed along axis 0"),
        (SQUARES, "x", "x.rot90()", "turned by 90 degrees"),
        (VECTORS, "x", "x.roll(1)", "rolled forwards by 1 along axis 0"),
        (VECTORS, "x", "x.sort().values", "sorted, smallest first"),
        (VECTORS, "x", "x.sort(descending=True).values", "sorted, largest first"),
        (IMAGES, "x", "x[[2, 1, 0]]", "reversed along axis 0"),
        (IMAGES, "x", "x[[1, 0, 2]]", "0 and 1 are swapped along axis 0"),
        (IMAGES, "x", "x[[1, 2, 0]]", "rolled backwards by 1 along axis 0"),
        (
            VECTORS,
            "x",
            "torch.cat([x[1:], x.new_zeros(1)])",
            "every value is where its neighbour belongs, 1 place too early: off by one?",
        ),
        (VECTORS, "x", "torch.cat([x[:1] + 1, x[1:]])", "only the first element is wrong"),
        (MATRICES, "x", "torch.cat([x[:-1], x[-1:] * 0])", "only the last row is wrong"),
        (MATRICES, "x", "torch.cat([x[:, :1] + 1, x[:, 1:] * 1], 1)", "only the first column is"),
        (IMAGES, "x", "torch.cat([x[:1], x[1:2] * 3, x[2:]])", "only slice 1 along axis 0"),
        (IMAGES, "x", "F.pad(x[:, 1:-1, 1:-1], (1, 1, 1, 1))", "only the border is wrong"),
        (MATRICES, "x.softmax(1)", "x.softmax(0)", "softmax of x over axis 0, not the softmax of"),
        (MATRICES, "x / x.norm(dim=1, keepdim=True)", "x", "divided by its norm along axis 1"),
        (MATRICES, "x - x.mean(0)", "x", "right once it is freed of its mean along axis 0"),
        (MATRICES, "x", "x / x.sum(0)", "divided by its sum along axis 0, which is not asked for"),
        (MATRICES, "x.exp() / x.exp().sum(1, True)", "x.exp()", "divided by its sum along axis 1"),
        (SQUARES, "x.sum(0)", "x.sum(1)", "the sum of x over axis 1, not the sum of x over axis 0"),
        (MATRICES, "x.mean(0)", "x.sum(0)", "the sum of x over axis 0, not the mean of x over axi"),
        (MATRICES, "x.amax(0)", "x.amin(0)", "the minimum of x over axis 0, not the maximum of x"),
        (MATRICES, "x.std(0)", "x.std(0, correction=0)", "standard deviation (n) of x over axis 0"),
        (MATRICES, "x.cumsum(0).sin()", "x.clone()", "x itself, as it was passed in"),
        (
            MATRICES,
            "x.exp()",
            "x.exp() * torch.arange(1, 1 + len(x))[:, None]",
            "factor of its own",
        ),
        (
            VECTORS,
            "x",
            "x * 0 + 3",
            "every value is 3: does the result depend on what is passed in?",
        ),
        (VECTORS, "x", "x + 1e-4 * x.roll(1)", "no value is off by more than 0.01 %"),
        (MATRICES, "x.sum(0)", "x.sum(1)", "the sum of x over axis 1, not"),
        (
            MATRICES,
            "x.exp().sum(0)",
            "x.exp().sum(1)",
            "axis 1 of x is gone from the shape, axis 0",
        ),
        (MATRICES, "x", "x[:-1]", "the numbers are right, but the last row is missing"),
        (MATRICES, "x", "x[1:, :-1]", "the first row and the last column are missing"),
        (MATRICES, "x", "F.pad(x, (1, 1, 0, 0))", "the first column and the last column are too m"),
        (MATRICES, "x", "x[::2, ::2]", "it is every second of the expected values"),
        (MATRICES, "x.exp().sum(1)", "x.exp()", "take the sum over axis 1, and it is right"),
        (MATRICES, "x * 2", "(x * 2).mean(0)", "the mean over axis 0 of what is expected"),
        (IMAGES, "x * 2", "(x * 2).permute(1, 2, 0)", "permute(2, 0, 1) puts them right"),
        (VECTORS, "x.exp()", "x.exp()[:, None] - x", "did a shape (n, 1) meet a shape (n,)?"),
        (MATRICES, "x[1:] * 2", "x * 3", "it has the shape of x"),
    ],
)
def test_a_usual_mistake_is_told_from_the_values(checks, right, wrong, words):
    assert words in hint(checks, ("x", right), wrong)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("x + y", "x", "what came back lacks y: add it"),
        ("x", "x + y", "y is added once too often"),
        ("x / y", "x", "multiplied by y once too often, or not divided by it"),
        ("x * y", "x", "what came back lacks a factor y"),
        ("(x, y)", "(y, x)", "the two results are right, but in the other order"),
        ("(x, y)", "(x, -y)", "every value has the wrong sign"),
        ("(x, y)", "(-x, 2 * y)", "[0]: every value has the wrong sign"),
        ("{'w': x, 'b': y}", "{'w': x, 'b': 2 * y}", "twice what is expected"),
    ],
)
def test_two_arguments_and_two_results_are_told_apart(right, wrong, words):
    assert words in hint(TWO, ("x, y", right), wrong)


def test_a_factor_is_named_after_the_argument_that_it_is():
    checks = check_of("for lr in (0.1, 0.3): yield f(torch.randn(5, generator=rng), lr)")
    found = hint(checks, ("x, lr", "x * lr"), "x")
    assert found == "every value is what is expected divided by lr; is a factor lr missing?"


DIVERGED = check_of("yield f(torch.tensor([0.93, -3.4, 0.4]), rng)")


@pytest.mark.parametrize("scale", [1e8, 1e-8, 1e3])
def test_beside_numbers_of_quite_another_size_nothing_is_near(scale):
    """One in a hundred of a difference is a lot where one side is huge."""
    wrong = f"torch.randn(3, generator=rng) * {scale}"
    assert hint(DIVERGED, ("x, rng", "x.exp()"), wrong) == ""


def test_a_length_of_a_case_is_shown_with_its_values():
    found = hint(MATRICES, ("x", "x.exp().mean(0)"), "x.exp().sum(0)")
    assert found.endswith("is a mean asked for instead of a sum? n = x.shape[0] = 4, 6")


def test_gradients_get_hints_too():
    checks = check_of("""
            x = torch.randn(5, generator=rng).requires_grad_()
            yield gradients(f(x), torch.randn(5, generator=rng), x=x)
    """)
    assert hint(checks, ("x", "x ** 2"), "2 * x ** 2").startswith("every value is twice")


def test_numbers_of_python_count_as_values():
    checks = check_of("for n in (5, 8, 9): yield f(torch.rand(n, generator=rng)).item()")
    assert "twice what is expected" in hint(checks, ("x", "x.sum()"), "2 * x.sum()")


@pytest.mark.parametrize(
    ("checks", "right", "wrong"),
    [
        (check_of("yield f(torch.ones(4, 4))"), "x", "2 * x"),  # one number only
        (check_of("yield f(torch.tensor([0., 1, 0, 1]))"), "x", "1 - x"),
        (check_of("yield f(torch.tensor([0., 0, 1, 0]))"), "x", "x.flip(0)"),
        (check_of("yield f(torch.eye(4))"), "x", "2 * x"),
        (check_of("yield f(torch.tensor([1., 2]))"), "x", "x.flip(0)"),
        (check_of("yield f(torch.tensor([2., 2, 0]))"), "x", "x ** 2"),
        (check_of("yield f(torch.tensor([3.7]))"), "x", "-x"),
        (check_of("yield f(torch.randn(6, generator=rng))"), "x", "x * 0"),
    ],
)
def test_too_few_numbers_that_could_speak_against_it_give_no_hint(checks, right, wrong):
    found = hint(checks, ("x", right), wrong)
    assert found in ("", "every value is 0: does the result depend on what is passed in?")


def test_a_factor_that_nobody_knows_takes_three_numbers():
    two = check_of("yield f(torch.randn(2, generator=rng))")
    assert hint(two, ("x", "x.exp()"), "1.0039 * x.exp()") == ""
    three = two.replace("randn(2", "randn(3")
    assert "1.0039 times" in hint(three, ("x", "x.exp()"), "1.0039 * x.exp()")


def test_what_explains_only_some_cases_is_not_said():
    assert hint(VECTORS, ("x", "x"), "2 * x if len(x) == 5 else 3 * x") == ""


def test_what_a_right_case_speaks_against_is_not_said():
    assert "sign" not in hint(VECTORS, ("x", "x"), "-x if len(x) == 5 else x")


def test_a_symmetric_case_that_is_right_does_not_speak_against_a_transposition():
    checks = check_of("""
            yield f(torch.eye(3))
            yield f(torch.randn(3, 3, generator=rng))
    """)
    assert hint(checks, ("x", "x"), "x.T") == "it is transposed"


@pytest.mark.parametrize("seed", range(40))
def test_values_that_have_nothing_to_do_with_it_get_no_hint(seed):
    checks = check_of(f"yield f(torch.randn(6, 5, generator=rng) + {seed})")
    assert hint(checks, ("x", "x.cumsum(0).sin()"), "x.cumsum(1).cos() * x[0]") == ""


def test_a_right_submission_gets_no_hint():
    assert hint(VECTORS, ("x", "x"), "x + 1e-7") == ""


def test_a_hidden_check_gives_no_hint():
    checks = VECTORS.replace("@check()", "@check(hidden=True)")
    assert hint(checks, ("x", "x"), "-x") == ""


def test_a_stream_that_breaks_off_gives_no_hint():
    check = load(VECTORS)[0]
    got = sent(check, define("def f(x): return -x"))[:2]
    assert structure.hint(check, expect(check, define("def f(x): return x")), got) == ""


def test_an_exception_in_a_later_case_gives_no_hint():
    assert hint(VECTORS, ("x", "x"), "-x if len(x) == 5 else x[99]") == ""


def test_a_wrong_type_beside_wrong_values_gives_no_hint():
    assert hint(VECTORS, ("x", "x"), "-x if len(x) == 5 else None") == ""


def test_nan_beside_wrong_values_gives_no_hint():
    assert hint(VECTORS, ("x", "x"), "-x / (len(x) == 5)") == ""


NUMBERS = st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0, 3.0, 1e-30, 1e30, 1e300, 0.1, 7.25])
DTYPES = st.sampled_from(
    [
        *(torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.float8_e4m3fn),
        *(torch.int64, torch.int32, torch.uint32, torch.uint8, torch.bool, torch.complex64),
    ]
)
SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)


@st.composite
def tensors(draw):
    shape, dtype = draw(SHAPES), draw(DTYPES)
    count = int(torch.Size(shape).numel())
    values = draw(st.lists(NUMBERS, min_size=count, max_size=count))
    whole = dtype in (torch.uint8, torch.bool, torch.int32, torch.int64, torch.uint32)
    made = torch.tensor(values, dtype=torch.float64).reshape(shape)
    return made.abs().clamp(max=100).to(dtype) if whole else made.to(dtype)


CHECK = load(VECTORS)[0]


@given(st.lists(st.tuples(tensors(), tensors()), min_size=1, max_size=3))
@settings(max_examples=120, deadline=None)
def test_any_two_tensors_can_be_looked_at_without_a_fault_or_a_warning(pairs):
    expected = [*(Yielded(TensorValue(one)) for one, _ in pairs), Finished()]
    got = [*(Yielded(TensorValue(other)) for _, other in pairs), Finished()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(structure.hint(CHECK, expected, got), str)


@given(tensors())
@settings(max_examples=60, deadline=None)
def test_equal_tensors_never_get_a_hint(tensor):
    stream = [Yielded(TensorValue(tensor)), Finished()]
    assert structure.hint(CHECK, stream, stream) == ""


@given(st.integers(1, 4), st.integers(2, 6), st.integers(0, 2**31), st.sampled_from([0, 1, 2, 5]))
@settings(max_examples=200, deadline=None)
def test_a_hint_on_small_whole_numbers_says_only_what_is_so(rows, columns, seed, most):
    """Of random small integers nothing but what holds of each of them may be said."""
    rng = torch.Generator().manual_seed(seed)
    expected, got = (torch.randint(0, most + 1, (rows, columns), generator=rng) for _ in "ab")
    found = structure.hint(
        CHECK,
        [Yielded(TensorValue(expected)), Finished()],
        [Yielded(TensorValue(got)), Finished()],
    )
    assert not found or _holds(found, expected, got), (found, expected, got)


def _holds(found, expected, got):
    bad = expected != got
    if found == "every value is 1 minus what is expected":
        return bool((got == 1 - expected).all())
    if "on what is passed in?" in found:
        return len(got.unique()) == 1
    if found.startswith("only the border"):
        return not bad[1:-1, 1:-1].any()
    if found.startswith("only the "):
        which, kind = found.split()[2:4]
        at = 0 if which == "first" else -1
        rest = bad.clone()
        (rest if kind == "row" else rest.T)[at] = False
        return not rest.any()
    if found.startswith("only "):
        kind, at = found.split()[1:3]
        rest = bad.clone()
        (rest if kind == "row" else rest.T)[int(at)] = False
        return not rest.any()
    if found.startswith("it is wrong only where"):
        zero = "where 0 is" in found
        return not (bad & ((expected != 0) if zero else (expected == 0))).any()
    return False


def test_a_check_with_a_rule_gets_no_hint_and_needs_no_expected_values():
    check = load(VECTORS.replace("@check()", "@check(rule=lambda values, data: 'wrong')"))[0]
    result = CheckResult(check.id, "label", Verdict.FAILED, 0, 1, "wrong")
    got = {check.id: sent(check, define("def f(x): return -x"))}
    assert structure.with_hints([result], [check], {}, got) == (result,)


def test_hints_stand_below_the_first_line_of_failed_checks_only():
    check: Check = load(VECTORS)[0]
    expected = {check.id: expect(check, define("def f(x): return x"))}
    got = {check.id: sent(check, define("def f(x): return -x"))}
    results = [
        CheckResult(check.id, "label", Verdict.FAILED, 0, 1, "wrong values\n  x = 1"),
        CheckResult("load", "label", Verdict.FAILED, 0, 1, "other"),
    ]
    told = structure.with_hints(results, [check], expected, got)
    assert told[0].message == "wrong values\nclose: every value has the wrong sign\n  x = 1"
    assert told[1].message == "other"
    passed = [CheckResult(check.id, "label", Verdict.PASSED, 1, 1)]
    assert structure.with_hints(passed, [check], expected, got) == tuple(passed)
