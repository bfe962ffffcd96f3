"""`python -m backend` serves; `python -m backend check FILE...` judges files in the terminal.

Worker processes import this module, too, under another name: so nothing is imported here.
"""

if __name__ == "__main__":
    from backend.commandline.commands import commands

    commands()
