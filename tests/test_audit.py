"""The audit finds every kind of mistake, tells it once, and says where."""

import pytest
from engine_support import FILES, shared_judge, write_course

from quizapp.audit import audit_course
from quizapp.errors import UsageError

CHECKS = "exercises/sums/double/checks.py"
SOLUTION = "solutions/sums/double.py"
STARTER = "exercises/sums/double/starter.py"
CLAMPS = "exercises/sums/double/near_misses/clamps.py"
SQUARES = "exercises/sums/double/near_misses/squares.py"
SHAPES, SUMS = "cards/shapes.yaml", "cards/sums.yaml"
PRINTED = "print(torch.full(({{n}},), 3).sum().item())"
NOTHING = '''
        @check(points=1)
        def nothing(double, rng):
            """nothing at all"""
            yield from ()
        '''


@pytest.fixture
def audit(tmp_path):
    def run(changed=None, **kwargs):
        root = write_course(tmp_path / "course", changed)
        return audit_course(root, shared_judge(), **kwargs)

    return run


def edited(path, old, new):
    assert old in FILES[path]
    return {path: FILES[path].replace(old, new)}


def told(report):
    return [str(finding) for finding in report.findings]


def test_a_sound_course_has_no_findings_and_everything_was_tried(audit):
    report = audit()

    assert told(report) == []
    assert report.tried == {
        "proofs": 1,
        "predictions": 1,
        "answers": 1,
        "references": 1,
        "starters": 1,
        "near misses": 2,
    }


def test_a_proof_that_does_not_hold_is_found(audit):
    (finding,) = told(audit(edited(SHAPES, "== 2", "== 3")))

    assert finding.startswith("cards/shapes.yaml:3: len-is-axis-0: the proof does not hold: Asser")


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("print({{n}} / 0)", "the snippet fails: ZeroDivisionError"),
        ("assert {{n}}", "the snippet prints nothing"),
        ("for i in range({{n}} * 5): print(i)", "the snippet prints 30 lines"),
        ("print('x' * 80, {{n}})", "the snippet prints 82 characters on a line"),
        ("print(torch.rand({{n}})[0].item())", "the snippet prints something else at each run"),
    ],
)
def test_a_snippet_that_cannot_be_predicted_is_found(audit, code, what):
    (finding, *_) = audit(edited(SHAPES, PRINTED, code), cards=True, exercises=False).findings

    assert (finding.where, finding.subject, finding.what[: len(what)]) == (
        "cards/shapes.yaml:17",
        "full-print",
        what,
    )
    assert finding.seen.startswith("n = ")


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ('number: "n * m / 0"', "the answer cannot be worked out: ZeroDivisionError"),
        ('number: "torch.ones(n, m)"', "the answer is no finite number but tensor("),
        ('number: "n * m * torch.inf"', "the answer is no finite number but inf"),
        ('shape: "n * m"', "the answer is no shape but "),
        ('expression: "object()"', "the answer"),
    ],
)
def test_an_answer_that_cannot_be_given_is_found(audit, answer, what):
    changed = edited(SUMS, 'number: "n * m"', answer)
    (finding, *_) = audit(changed, cards=True, exercises=False).findings

    assert (finding.subject, finding.what[: len(what)]) == ("count-elements", what)


def test_options_that_a_draw_makes_equal_are_found(audit):
    text = FILES[SUMS].replace(
        "- id: sum-shape\n          kind: choice",
        "- id: sum-shape\n          kind: choice\n          given: {n: {int: [4, 4]}}",
    )
    text = text.replace('text: "(3,)"', 'text: "({{n}},)"')
    (finding,) = told(audit({SUMS: text}, exercises=False))

    assert "sum-shape: two options are the same in en (with n = 4)" in finding


def test_a_reference_that_fails_its_check_is_found(audit):
    changed = edited(CHECKS, "@check(points=1)", '@check(points=1, needs="small_ones")')
    changed |= {SOLUTION: "def double(x):\n    raise ValueError('no')\n"}

    assert any("ValueError" in line for line in told(audit(changed, cards=False)))


def test_a_starter_that_passes_is_found(audit):
    assert told(audit({STARTER: "def double(x):\n    return x + x\n"}, cards=False)) == [
        "exercises/sums/double/starter.py:1: double: the starter is a solution already; "
        "leave something to write"
    ]


def test_a_near_miss_that_does_not_fail_where_it_says_is_found(audit):
    changed = edited(CLAMPS, "fails: big_ones", "fails: small_ones")

    assert told(audit(changed, cards=False)) == [
        "exercises/sums/double/near_misses/clamps.py:5: double: this near miss does not fail "
        "small_ones (with seed 1); sharpen the check, or correct the line `fails:`"
    ]


def test_a_check_that_lets_a_near_miss_pass_is_found(audit):
    changed = edited(CHECKS, "generator=rng) + 100", "generator=rng)")

    assert any(
        "clamps.py:5: double: this near miss does not fail big_ones" in line
        for line in told(audit(changed, cards=False))
    )


def test_a_near_miss_that_looks_like_another_is_found(audit):
    changed = {CLAMPS.replace("clamps", "powers"): FILES[SQUARES].replace("x * x", "x ** 2")}

    (finding,) = told(audit(changed, cards=False))
    assert "squares.py:5: double: this near miss is diagnosed as powers" in finding


def test_a_check_without_a_case_is_found(audit):
    (finding,) = told(audit({CHECKS: FILES[CHECKS] + NOTHING}, cards=False))

    assert finding.startswith(
        "exercises/sums/double/checks.py:18: double: cannot be judged: nothing: "
    )


def test_mistakes_in_files_are_found_before_anything_is_run(audit):
    report = audit(edited(SUMS, "id: keyword", "id: key_word"))

    assert not report.sound
    assert report.tried == {}
    assert any(finding.where.startswith("cards/sums.yaml:") for finding in report.findings)


def test_only_the_topics_asked_for_are_tried(audit):
    assert audit(topics=["shapes"]).tried == {"proofs": 1, "predictions": 1}


def test_an_unknown_topic_is_refused(audit):
    with pytest.raises(UsageError, match="did you mean shapes"):
        audit(topics=["shape"])


def test_progress_counts_every_trial(audit):
    counted = []
    audit(on_progress=lambda done, total: counted.append((done, total)))

    assert counted == [(n, 18) for n in range(1, 19)]


def test_a_picture_that_is_not_there_is_found(audit):
    named = edited(SHAPES, "The size of axis 0.", "![axes](axes-{n}.png) The size of axis 0.")
    (finding,) = told(audit(named, exercises=False, topics=["shapes"]))

    assert finding.startswith("cards/shapes.yaml:3: len-is-axis-0: the picture axes-{n}.png")
    assert "there is no such file" in finding
