"""A command line that click refuses. Owns how that is told, in English as click does."""

from __future__ import annotations

from collections.abc import Sequence

import click

from quizapp.errors import Phrase, UsageError


class _ByClick(Phrase):
    """A phrase whose English is click's own sentence."""

    def __new__(cls, english: str, template: str, /, **values: object) -> _ByClick:
        phrase = str.__new__(cls, english)
        phrase.template, phrase.one, phrase.values = template, "", values
        return phrase


def misuse(error: click.ClickException) -> UsageError:
    """What click found, as an error of ours."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else "quizapp"
    english = " ".join(error.format_message().split()).rstrip(".")
    template, values = _found(error)
    what = _ByClick(english, template or "the call is not understood ({message})", **values)
    if not template:
        what.values = {"message": english}
    return UsageError(where, what, Phrase("see {command} --help", command=where))


def _found(error: click.ClickException) -> tuple[str, dict[str, object]]:
    """Template and values of what is wrong; an empty template where only click knows."""
    if isinstance(error, click.NoSuchOption):
        near = ", ".join(sorted(error.possibilities or ()))
        if near:
            return "there is no option {name}; near it: {near}", {
                "name": error.option_name,
                "near": near,
            }
        return "there is no option {name}", {"name": error.option_name}
    if isinstance(error, click.BadOptionUsage):
        return "{name} needs its value", {"name": error.option_name}
    if not isinstance(error, click.BadParameter) or error.param is None:
        return "", {}
    name = _name(error.param)
    if isinstance(error, click.MissingParameter):
        return "{name} is missing", {"name": name}
    return _about_value(name, error.param.type)


def _name(param: click.Parameter) -> str:
    opts: Sequence[str] = param.opts if isinstance(param, click.Option) else ()
    return "/".join(opts) or param.human_readable_name


def _about_value(name: str, kind: object) -> tuple[str, dict[str, object]]:
    """What the value of an option or argument must be."""
    if isinstance(kind, click.Choice):
        return "{name} must be one of: {choices}", {
            "name": name,
            "choices": ", ".join(map(str, kind.choices)),
        }
    if isinstance(kind, click.IntRange) and kind.max is not None:
        return "{name} must be a whole number from {least} to {most}", {
            "name": name,
            "least": kind.min,
            "most": kind.max,
        }
    if isinstance(kind, click.IntRange):
        return "{name} must be a whole number from {least}", {"name": name, "least": kind.min}
    if isinstance(kind, click.types.IntParamType):
        return "{name} must be a whole number", {"name": name}
    if isinstance(kind, click.Path) and kind.exists:
        return "there is no such folder or file as {name} says", {"name": name}
    if isinstance(kind, click.Path):
        return "{name} must be another kind of file", {"name": name}
    return "", {}
