"""What the processor is called, for figures that tell where they were measured."""

import platform
import re
import subprocess
import sys
from pathlib import Path


def processor() -> str:
    """As its maker names it. Python's own answer is a name on Windows alone."""
    return _named() or platform.processor() or platform.machine()


def model_name(cpuinfo: str) -> str | None:
    """Of Linux' /proc/cpuinfo; ARM's has none."""
    found = re.search(r"^model name\s*: (.+)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else None


def _named() -> str | None:
    try:
        if sys.platform == "linux":
            return model_name(Path("/proc/cpuinfo").read_text())
        if sys.platform == "darwin":
            asked = ("sysctl", "-n", "machdep.cpu.brand_string")
            return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        pass
    return None
