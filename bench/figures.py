"""Figures with their spread, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


def median(values: Sequence[float]) -> float:
    """The middle one; of two in the middle their mean."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@dataclass(frozen=True)
class Ratio:
    """One line of the table: two things measured side by side in rounds, and the ratio they should have.

    The ratio of a round is `ours / theirs` of that round; `best` says whether more ("at_least") or less ("at_most")
    is better, `wanted` is None when the ratio is only shown.
    """

    section: str
    what: str
    unit: str
    ours: Sequence[float]
    theirs: Sequence[float]
    wanted: float | None = None
    best: str = "at_least"
    upside_down: bool = False  # the ratio is theirs / ours: "so many times faster"

    @property
    def ratios(self) -> list[float]:
        pairs = zip(self.ours, self.theirs, strict=True)
        return [(their / our if self.upside_down else our / their) for our, their in pairs]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def is_reached(self) -> bool:
        if self.wanted is None:
            return True
        return self.ratio >= self.wanted if self.best == "at_least" else self.ratio <= self.wanted

    def cells(self) -> list[str]:
        sign = "≥" if self.best == "at_least" else "≤"
        verdict = "" if self.wanted is None else "reached" if self.is_reached else "MISSED"
        return [
            self.what,
            f"{_short(median(self.ours))} {self.unit}",
            f"{_short(median(self.theirs))} {self.unit}",
            _short(self.ratio),
            f"{_short(min(self.ratios))}–{_short(max(self.ratios))}",
            "" if self.wanted is None else f"{sign} {self.wanted:g}",
            verdict,
        ]


@dataclass
class Findings:
    """The results of a run: the lines of the table, and remarks by section (where the time goes, sizes, memory)."""

    ratios: list[Ratio] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def remark(self, section: str, words: str) -> None:
        self.remarks.append((section, words))


HEADINGS = ["", "the portal", "beside it", "ratio", "spread", "wanted", ""]


def table(findings: Findings) -> str:
    """The lines as a Markdown table, one section after the other."""
    lines: list[list[str]] = [HEADINGS]
    section = ""
    for ratio in findings.ratios:
        if ratio.section != section:
            section = ratio.section
            lines.append([f"**{section}**", *[""] * 6])
        lines.append(ratio.cells())
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    rows.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(rows)


def _short(value: float) -> str:
    """Three figures, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"
