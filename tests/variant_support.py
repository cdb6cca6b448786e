"""Variants of the toy course's exercise, for the tests of engine, commands and screens."""

from engine_support import FILES

YAML = "exercises/sums/double/exercise.yaml"
COLUMN = """
        variants:
        - name: column
          change: {en: Columns are doubled., zh: 加倍的是列。}
          task: {en: "Write `twice(y)`.", zh: "写出 `twice(y)`。"}
          hints:
          - {en: "Only this one.", zh: "只有这一条。"}
          code: |
            def column(x):
                return x[:, None]

            def flat(y):
                return y[:, 0]
          calls:
            double:
              name: twice
              summary: Twice the column, as a row.
              parameters:
                y: {is: column(x), about: "(n, 1)"}
              is: "double(flat(y))[None, :]"
              returns: {about: "(1, n)"}
          fails: [small_ones, big_ones]
        """
NEGATIVE = """
        - name: negative
          change: {en: Minus twice., zh: 负的两倍。}
          task: {en: "Write `minus_double(x)`.", zh: "写出 `minus_double(x)`。"}
          calls:
            double:
              name: minus_double
              summary: Minus twice x.
              parameters: {x: {about: a vector}}
              is: "-double(x)"
              returns: {about: a vector}
          fails: [small_ones, big_ones]
        """
COLUMN_RIGHT = b"def twice(y):\n    return 2 * y.T\n"
RENAMED = b"def twice(x):\n    return x * 2\n"
MARKED = b"# quizapp: exercise double, variant column\n"


def changed(*variants):
    return {YAML: FILES[YAML].rstrip(" ") + "".join(variants).lstrip("\n")}
