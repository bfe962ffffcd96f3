"""Errors of export: each message says what was found and what to do; exit status 2, no traceback.

ExportError
    RunFolderError      the run folder lacks model.keras or model.json, or they do not belong together
    CalibrationMissing  no pictures to calibrate int8 on
    OutFolderRefused    the folder to write is in use for something else
    ToolMissing         node or its packages are not there, so TF.js cannot be proved
    ConversionFailed    a converter made something other than what was asked
    ParityError         a format gives other probabilities than Keras
"""


class ExportError(Exception):
    """Base of everything that `python -m export` reports without a traceback."""


class RunFolderError(ExportError):
    """The run folder cannot be exported."""


class CalibrationMissing(ExportError):
    """No pictures to calibrate int8 on."""


class OutFolderRefused(ExportError):
    """The folder to write holds something that is no model folder."""


class ToolMissing(ExportError):
    """node or the extension's packages are missing."""


class ConversionFailed(ExportError):
    """A converter made something other than what was asked."""


class ParityError(ExportError):
    """A format gives other probabilities than Keras."""
