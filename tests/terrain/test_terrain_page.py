"""The numbers that the manual's page on terrain tells are those the code uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from espalda.terrain import CUTS_PERCENT, profile, smoothing, track

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "explanation" / "terrain.md").read_text("utf-8")
SAID = [
    f"cuts at ±{CUTS_PERCENT[2]:g} % and ±{CUTS_PERCENT[3]:g} %",
    f"| below {profile.GOOD_ROUGHNESS:g} % | of {profile.GOOD_SIGMA_S:g} s | {profile.GOOD_SWING_M:g} m | "
    f"{profile.GOOD_SLOPE_M:g} m | good |",
    f"| up to {profile.COARSE_ROUGHNESS:g} % | of {profile.COARSE_SIGMA_M:g} m for each percent | "
    f"{profile.COARSE_SWING_M:g} m | {profile.COARSE_SLOPE_M:g} m | coarse |",
    f"one {smoothing.NOISE_WINDOW_M:g} m window to the next",
    f"{smoothing.HAMPEL_FLOOR_M:g} m at the least",
    f"faster than {profile.MOVING_MS:g} m/s",
    f"no more than {profile.LONGEST_STEP_S:g} s apart",
    f"smoothed over\n{profile.POSITION_SIGMA_S:g} s",
    f"more than {track.MAX_SPEED_MS:g} m/s to reach",
    f"walked at {profile.PACE_MS:g} m/s",
    f"rise of less than {profile.DESCENT_SWING_M:g} m",
    f"altitude outside {track.ALTITUDES_M[0]:g} to {track.ALTITUDES_M[1]:,.0f} m",
]


@pytest.mark.parametrize("words", SAID)
def test_the_manual_says_what_the_code_does(words: str) -> None:
    assert words in PAGE


def test_what_the_manual_says_in_words() -> None:
    assert (profile.GAP_S, "more than five minutes" in PAGE) == (300, True)
    assert (profile.STOP_S, "A stop is a minute or more" in PAGE) == (60, True)
    assert (profile.FEWEST_ALTITUDES, "missing for a fifth" in PAGE) == (0.8, True)
    assert (profile.FEWEST_COUNTS, "nine in ten points" in PAGE) == (0.9, True)
    assert (smoothing.HAMPEL_SAMPLES, smoothing.HAMPEL_MADS, "four times the usual spread of its fifteen" in PAGE) == (
        *(15, 4, True),
    )
