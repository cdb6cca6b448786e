"""`python -m quizapp`: the command line."""

from quizapp.cli import run

if __name__ == "__main__":
    run()
