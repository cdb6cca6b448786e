"""From disk to the domain: decks and exercises, with file and line in every error.

`load_course` reads what a session needs and raises the first error; `course_errors` reads
everything and returns all errors, for the audit. Neither runs any code of the course. The modules
build on each other in this order: `source` (text and its errors), `tree` (YAML with lines),
`values` (typed fields), `answers`, `placeholders`, `notes` and `decks`, `checks`, `near_misses` and
`exercises`, `cache`, `codec`, `stored` and `catalogue` (what is kept between starts), `plan`,
`shelf` (the course's decks), `own` (the learner's), `loader`.
PyYAML is imported only when something has to be parsed.
"""

from quizapp.course.loader import course_errors, load_course, load_exercise

__all__ = ["course_errors", "load_course", "load_exercise"]
