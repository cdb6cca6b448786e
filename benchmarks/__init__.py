"""Ours against peers and against the floor, as ratios within one run."""
