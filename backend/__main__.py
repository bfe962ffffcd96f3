"""`python -m backend` serves; `python -m backend check FILE...` judges files in the terminal.

An installed package has it as `candid`, too. Worker processes import this module, too, under another name: so
nothing is imported here.
"""


def run() -> None:
    from backend.commandline.commands import commands

    commands()


if __name__ == "__main__":
    run()
