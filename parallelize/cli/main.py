"""The `parallelize` command. Subcommands are imported when they are called, so that help is quick."""

from __future__ import annotations

import difflib
import importlib
import os
import sys

import click

from parallelize.cli.console import log_to_stderr, plain
from parallelize.cli.run_log import LEVELS, set_log_level
from parallelize.cli.stopping import Stopped, say_stopped, stoppable
from parallelize.core.errors import ParallelizeError, StorageFault, UsageError
from parallelize.core.processes import collect_rarely
from parallelize.core.version import __version__

__all__ = ["cli", "main"]

_COMMANDS = {
    "build": "Translate rows into languages, gate them, write an aligned corpus. Continues a run.",
    "inspect": "Show what is found in a source: each text, its role, what is done with it and why.",
    "terms": "Propose a glossary from a source, for a person to edit.",
    "plan": "Estimate tokens, time, disk and money of a build from a small pilot.",
    "work": "Translate a share of a run, as one worker of many.",
    "audit": "Gate a dataset that is translated already; says why for each row.",
    "calibrate": "Derive thresholds from human translations and damaged rows.",
    "judge": "Judge a run again with other thresholds; needs no model.",
    "review": "Have people read rows of a run, and bring their verdicts back.",
    "report": "Show the quality report of a run as text, as a page or as JSON.",
    "push": "Publish a run's corpus to the Hugging Face Hub, all or nothing.",
    "verify": "Check a corpus, local or published, against its manifest.",
    "status": "Show how far a run is: progress, rate, reasons so far, engines, disk.",
    "export": "Write training files with nested language mixes from a run.",
    "evaluate": "Sample a model on a benchmark in many languages and score it.",
    "study": "Compare many models, benchmarks and languages; one report.",
    "score": "Score a file of responses: off-target rates and accuracy.",
    "law": "Transferability index and parallel scaling law from accuracies.",
    "recipe": "Show the recipes that ship, or the schema of a recipe.",
    "languages": "List the languages, and which engine can translate them here.",
    "doctor": "Say what this machine can do and what is missing.",
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"parallelize.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed; one that is none is answered with the nearest."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise UsageError(
                f"there is no command {args[0]!r}", remedy=f"{hint}parallelize --help lists them"
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, "--version", message="parallelize %(version)s")
@click.option(
    "-v",
    "--verbose",
    count=True,
    help="Say more: requests that are repeated, chunks that are done (-vv: every request).",
)
@click.option(
    "--log-level",
    type=click.Choice(LEVELS),
    default="info",
    show_default=True,
    help="What the log of a run keeps (RUN/log.jsonl).",
)
def cli(verbose: int, log_level: str) -> None:
    """English reasoning data in, id-aligned parallel corpora in many languages out.

    \b
    A first corpus, with no account and no GPU:
        parallelize build --langs pt --source train.jsonl --out runs/first
        parallelize report runs/first

    Results go to stdout, progress to stderr; --json gives results for machines.
    Exit codes: 0 done, 1 the input is wrong, 2 usage, 3 this machine lacks something,
    4 a quality gate failed, 130/143 interrupted (run the same command again to go on).
    """
    log_to_stderr(verbose)
    if log_level != "info":
        set_log_level(log_level)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    collect_rarely()
    try:
        with stoppable():
            code = cli.main(args=arguments, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        sys.exit(_say(_taught(error)))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, Stopped) as error:
        sys.exit(say_stopped(error))
    except ParallelizeError as error:
        sys.exit(_say(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:  # a disk that fails where nobody thought of it
        if error.filename is None:
            raise
        remedy = (
            "see that it can be read and written, then run the same command again; what was finished is kept"
        )
        sys.exit(_say(StorageFault(f"{error.filename}: {error.strerror}", remedy=remedy)))
    sys.exit(code if isinstance(code, int) else 0)


def _taught(error: click.UsageError) -> UsageError:
    """What click says is wrong with a command, with an example of the command beside it."""
    words = " ".join(error.format_message().split()).rstrip(".")
    path: list[str] = []
    context = error.ctx
    while context is not None and context.parent is not None:
        path, context = [context.info_name or "", *path], context.parent
    typed = " ".join(["parallelize", *path])
    described = "" if error.ctx is None else error.ctx.command.help or ""
    examples = (line.strip() for line in described.splitlines())
    example = next((line for line in examples if line.startswith(typed) and not line.endswith("\\")), None)
    remedy = f"{typed} --help shows every option"
    return UsageError(
        words[:1].lower() + words[1:], remedy=remedy if example is None else f"as in: {example}\n    {remedy}"
    )


def _say(error: ParallelizeError) -> int:
    """Tell a person what went wrong; returns the exit code."""
    click.echo(click.style("error: ", fg="red", bold=True) + plain(str(error)), err=True)
    return error.exit_code
