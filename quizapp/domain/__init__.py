"""Frozen records and enums that everything else speaks in; standard library only.

What every start makes (notes, cards, schedules, reviews, days, the course) are named tuples: a
frozen dataclass costs a millisecond of each start, and the package that makes them ten. The rest
are frozen dataclasses.
"""
