"""Mutated bytes against everything that takes bytes from a sandbox. A tool, no part of the wheel.

`python -m fuzz.decoder --runs 1000000` is guided by coverage and wants the extra `fuzz`; the tests
run some thousands of the same mutations with a fixed seed.
"""
