"""Files in and out: the learner's data and decks in formats that other programs read and write.

`sheets` says what goes out, `jsonl` owns the log as lines, `tables` CSV, `anki_out` and `anki_in`
Anki's packages, `archive` how an untrusted one is opened, `html_out` and `html_in` how Markdown
becomes HTML and back, `own_decks` the text of a learner's own deck. Knows neither store nor
course; the engine wires them. All that is read here is untrusted: nothing in it is executed, and
what is too large is refused.
"""
