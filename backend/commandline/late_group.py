"""Commands below a word (`token show`), imported when the word is typed: serving reads none of their code."""

from importlib import import_module
from typing import Any, ClassVar, Final

from typer.core import TyperGroup
from typer.main import get_group

COMPLETION: Final = ("install_completion", "show_completion")  # typer's options


class LateGroup(TyperGroup):
    """A group whose `BELOW` are modules of this package, each with its own `commands`."""

    BELOW: ClassVar[tuple[str, ...]] = ("models", "service", "token", "trust")

    def get_params(self, ctx: Any) -> list[Any]:
        """Completion is offered to `candid` alone: no shell completes `python -m backend`, of three words."""
        found = super().get_params(ctx)
        if " " not in (ctx.find_root().info_name or ""):
            return found
        return [each for each in found if each.name not in COMPLETION]

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *self.BELOW]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in self.BELOW and cmd_name not in self.commands:
            below = get_group(import_module(f"backend.commandline.{cmd_name}").commands)
            below.name = cmd_name
            self.commands[cmd_name] = below
        return super().get_command(ctx, cmd_name)
