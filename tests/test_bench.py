"""The arithmetic of the bench: what is divided by what, and when a ratio counts as reached."""

from __future__ import annotations

import pytest

from bench.figures import Findings, Ratio, median, table


@pytest.mark.parametrize(("values", "middle"), [([3], 3), ([5, 1, 3], 3), ([4, 1, 3, 2], 2.5)])
def test_the_median_is_the_middle_one(values, middle):
    assert median(values) == middle


def test_a_ratio_is_taken_round_by_round():
    ratio = Ratio("s", "w", "/s", ours=[10, 30, 20], theirs=[100, 60, 100], wanted=0.2)
    assert ratio.ratios == [0.1, 0.5, 0.2]
    assert ratio.ratio == 0.2
    assert ratio.is_reached


@pytest.mark.parametrize(
    ("best", "wanted", "reached"),
    [("at_least", 2.0, True), ("at_least", 2.1, False), ("at_most", 2.0, True), ("at_most", 1.9, False)],
)
def test_more_or_less_can_be_better(best, wanted, reached):
    assert Ratio("s", "w", "ms", [4], [2], wanted, best).is_reached is reached


def test_so_many_times_faster_is_the_other_way_round():
    ratio = Ratio("s", "w", "ms", ours=[2.0], theirs=[60.0], wanted=30.0, upside_down=True)
    assert ratio.ratio == 30
    assert ratio.is_reached


def test_the_table_names_each_section_once_and_what_was_missed():
    findings = Findings()
    findings.ratios = [
        Ratio("One", "first", "/s", [1000, 1200], [2000, 2000], 0.5),
        Ratio("One", "second", "ms", [3], [1], 2.0, "at_most"),
        Ratio("Two", "third", "ms", [1], [1]),
    ]
    lines = table(findings).splitlines()
    assert [line.count("|") for line in lines] == [8] * len(lines)
    assert len({len(line) for line in lines}) == 1
    text = "\n".join(lines)
    assert (text.count("**One**"), text.count("**Two**")) == (1, 1)
    assert "1,100 /s" in text
    assert "≥ 0.5" in text
    assert "0.50–0.60" in text
    assert (text.count("reached"), text.count("MISSED")) == (1, 1)
