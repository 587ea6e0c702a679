"""The help of the command line in the language of the shell: ours, and what Typer says by itself.

Typer asks for these classes when a command is called, and by then the language is known.
"""

from typing import Any

from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from app.language import Text, say, spoken

__all__ = ["Command", "Group"]

WORDS = {
    "ARGUMENTS_PANEL_TITLE": say("Arguments"),
    "OPTIONS_PANEL_TITLE": say("Options"),
    "COMMANDS_PANEL_TITLE": say("Commands"),
    "ERRORS_PANEL_TITLE": say("Error"),
    "DEFAULT_STRING": say("[default: {}]"),
    "REQUIRED_LONG_STRING": say("[required]"),
    "ABORTED_TEXT": say("Aborted."),
    "RICH_HELP": say("Try [blue]'{command_path} {help_option}'[/] for help."),
}
"""What Typer has as constants, by their names."""


class _Spoken:
    """A command that explains itself in the current language."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for described in (self, *self.params):  # type: ignore[attr-defined]
            # Typer has made a plain text of it, which is still what the catalogues know it by.
            if help_ := getattr(described, "help", None):
                described.help = spoken(Text(help_, {}))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, spoken(say("Usage: ")))

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = spoken(say("Show this message and exit."))
        return option


class Command(_Spoken, TyperCommand):
    """One of the commands."""


class Group(_Spoken, TyperGroup):
    """All of the commands. With it come the words that Typer has for itself."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name, words in WORDS.items():
            setattr(rich_utils, name, spoken(words))
