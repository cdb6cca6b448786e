"""Text on its way to the terminal: Markdown, math, highlighted code, and what must be escaped."""
