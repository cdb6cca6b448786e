"""From disk to the domain: decks and exercises, with file and line in every error.

`load_course` reads what a session needs and raises the first error; `course_errors` reads
everything and returns all errors, for the audit. Neither runs any code of the course. The modules
build on each other in this order: `source` (text and its errors), `tree` (YAML with lines),
`values` (typed fields), `answers`, `placeholders`, `notes` and `decks`, `checks`, `near_misses` and
`exercises`, `cache`, `codec`, `stored`, `plan` and `stamps`, `cataloguefile`, `textindex` and
`catalogue` (what is kept between starts), `cardmap` (the cards of all decks), `ahead` (other
processes that read), `shelf` (the course's decks), `own` (the learner's), `loader`.
PyYAML is imported only when something has to be parsed. What every start needs is a named tuple
where it can be, since to make a dataclass takes about half a millisecond.
"""

from quizapp.course.loader import course_errors, load_course, load_exercise

__all__ = ["course_errors", "load_course", "load_exercise"]
