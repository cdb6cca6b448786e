"""Files in and out: the learner's data and decks in formats that other programs read and write.

`sheets` says what goes out, `jsonl` owns the log as lines, `tables` CSV, `tabbed` lines with tabs,
`anki_out` and `anki_in` Anki's packages, `archive` how an untrusted one is opened, `html_out` and
`html_in` how Markdown becomes HTML and back, `own_decks` the text of a learner's own deck. Of cards
in Markdown, `vault` owns which files are read, `markdown_page` a file's lines, `hashcards_in` and
`obsidian_in` the two dialects, `gaps` what hides something, `markdown_cards` what they give, and
`markdown_out` the way out. Knows neither store nor
course; the engine wires them. All that is read here is untrusted: nothing in it is executed, and
what is too large is refused.
"""
