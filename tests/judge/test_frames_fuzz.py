"""Some thousands of mutated streams; `python -m fuzz.decoder` goes on where this ends."""

from __future__ import annotations

import tracemalloc
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz import corpus, seeded, targets
from quizapp.judge import frames
from quizapp.judge.frames import FrameError

real_frames, real_streams = cache(corpus.real_frames), cache(corpus.real_streams)


def test_every_real_frame_keeps_the_promises():
    tally = targets.Tally()
    for frame in real_frames():
        targets.decode_one(frame, tally)
    assert tally.decoded == len(real_frames())


def test_every_real_conversation_keeps_the_promises():
    tally = targets.Tally()
    for stream in real_streams():
        targets.hear_all(stream, tally)
    assert tally.tried == len(real_streams())


def test_an_honest_conversation_passes_every_check():
    tally = targets.Tally()
    targets.hear_all(real_streams()[0], tally)
    assert tally.verdicts == {"passed": len(corpus.checks())}


@pytest.mark.parametrize("seed", range(2))
def test_mutated_frames_give_a_value_or_a_frame_error(seed):
    data = seeded.streams(Random(seed), real_frames(), framed=True)
    tally, _ = seeded.fuzz(targets.decode_one, data, 1000)
    assert 0 < tally.decoded < tally.tried


@pytest.mark.parametrize("seed", range(2))
def test_mutated_conversations_are_never_our_fault(seed):
    data = seeded.streams(Random(seed), real_streams(), framed=False)
    tally, _ = seeded.fuzz(targets.hear_all, data, 250)
    assert {"failed", "no_result"} <= set(tally.verdicts)


@given(st.data())
@settings(max_examples=150)
def test_hypothesis_finds_no_bytes_that_break_a_promise(data):
    frame = bytearray(data.draw(st.sampled_from(real_frames())))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(frame)))
        frame[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=12))
    targets.decode_one(bytes(frame), targets.Tally())


def test_no_mutated_frame_allocates_more_than_its_parts_may_take():
    data = seeded.streams(Random(9), real_frames(), framed=True)
    for frame in real_frames():
        targets.decode_one(frame, targets.Tally())
    for _ in range(500):
        frame = next(data)
        assert peak(frame) < _ALLOWED * len(frame) + _FIXED, frame.hex()


_ALLOWED = 160  # bytes for a byte: a list in a list of empty dicts, at 5 bytes each
_FIXED = 1 << 16


def peak(frame):
    """The most that Python has allocated at a time while decoding; torch's own memory is its."""
    tracemalloc.start()
    try:
        frames.decode(frame)
    except FrameError:
        pass
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return most
