"""Files in and out: the learner's data in formats that other programs read. Pure of store and course.

`jsonl` owns the log as lines, `tables` CSV, `anki_out` and `anki_in` Anki's packages, `html_out` and
`html_in` how Markdown becomes HTML and back, `own_decks` the text of a learner's own deck. All that
is read here is untrusted: nothing is executed, and what is too large is refused before it is read.
"""
