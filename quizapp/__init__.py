"""quizapp: spaced repetition and judged exercises for learning deep learning in a terminal."""

__version__ = "0.1.0"
