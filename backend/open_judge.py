"""From the settings to the judge that serves and answers the command line: model folder, rungs, plan."""

from backend.data_folder import TRUST
from backend.evidence.rungs import rungs
from backend.judge import Judge
from backend.model_folder import open_model_folder
from backend.session import CUDA, VIEW_A_CORE
from backend.settings import Settings
from backend.tuning import kept_plan


def open_judge(settings: Settings) -> Judge:
    """The judge that the settings name. Raises ModelFolderError."""
    folder, above = open_model_folder(settings.model), rungs(settings.data / TRUST)
    judge = Judge(folder, above, kept_plan(settings.data, folder) or VIEW_A_CORE)
    if judge.session.provider == CUDA:  # only a session tells
        for_gpu = open_model_folder(settings.model, gpu=True)
        if for_gpu.weights != folder.weights:
            return Judge(for_gpu, above)
    return judge
