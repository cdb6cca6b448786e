"""Reproducible chance. Owns how names become numbers, the same on every machine."""

from __future__ import annotations

_BITS = 53


def seed_for(*parts: object) -> int:
    """A seed of 53 bits that depends on all `parts` and on nothing else."""
    from hashlib import blake2b  # loads OpenSSL, which not every start needs

    # Lengths are part of the text, so that ("a", "bc") and ("ab", "c") differ.
    text = "".join(f"{len(str(part))}:{part}" for part in parts)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - _BITS)


def uniform(*parts: object) -> float:
    """A number in [0, 1) that depends on all `parts` and on nothing else."""
    return float(seed_for(*parts)) / (1 << _BITS)
