"""A minute of the simulation: no difference, and each difference that is planted afterwards is found."""

import subprocess
import sys

import pytest

from dev.settings import ROOT

SECONDS = 60
SEED = 15
# Databases, the acts, what is due afterwards; longer while other tests run beside it.
LONGEST = 1800


@pytest.mark.timeout(LONGEST)
def test_a_minute_without_a_difference():
    command = [sys.executable, "-m", "soak", "--seconds", str(SECONDS), "--seed", str(SEED), "--plant", "all"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, f"make soak SECONDS={SECONDS} SEED={SEED} PLANT=all\n{result.stdout}{result.stderr}"
