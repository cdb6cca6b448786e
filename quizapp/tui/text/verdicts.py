"""What verdicts are called. Owns a symbol and a few words for each; the words alone say it all."""

from __future__ import annotations

from quizapp.domain.outcomes import Verdict

VERDICT_WORDS: dict[Verdict, tuple[str, str]] = {
    Verdict.PASSED: ("✓", "passed"),
    Verdict.FAILED: ("✗", "wrong values"),
    Verdict.ERRORED: ("✗", "raised an exception"),
    Verdict.SYNTAX: ("✗", "is not Python"),
    Verdict.MISSING: ("○", "not written yet"),
    Verdict.TIMED_OUT: ("✗", "took too long"),
    Verdict.OUT_OF_MEMORY: ("✗", "took too much memory"),
    Verdict.OUTPUT_LIMIT: ("✗", "printed too much"),
    Verdict.CRASHED: ("✗", "crashed"),
    Verdict.BLOCKED: ("✗", "did what the sandbox refuses"),
    Verdict.POLICY: ("✗", "used what this exercise forbids"),
    Verdict.NO_RESULT: ("✗", "ended without an answer"),
    Verdict.UNREADABLE: ("✗", "cannot be read"),
    Verdict.SKIPPED: ("–", "skipped"),
    Verdict.GRADER_ERROR: ("!", "our fault, not yours"),
}
"""Verdict -> symbol and English words, which `words_zh` has in Chinese."""
