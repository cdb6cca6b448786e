"""Frozen dataclasses and enums that everything else speaks in; standard library only."""
