"""All benchmarks as ratios in one run, in one Markdown table each.

    python -m tests.benchmarks [NAME …] [--smoke] [--compile] [--out FILE.md] [--plot FILE.png]

NAME is `engines`, `large`, or one of the scripts beside this file. `--smoke` runs each of them once, at small sizes;
`--compile` measures torch.compile, too; `--plot` draws how the engines' times grow (with matplotlib).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import engines, large
from tests.benchmarks.measuring import Table, machine

HERE = Path(__file__).parent
# Scripts that print their own results, with their arguments for a short run.
SCRIPTS = {
    "start": ("1",),
    "points": ("1000", "1"),
    "rate": ("1",),
    "perceptron": ("2",),
    "cluster": ("1000", "2", "20"),
}


def main(words: Sequence[str]) -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", choices=["engines", "large", *SCRIPTS, []])
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args(words)
    names = asked.names or ["engines", "large", *(name for name in SCRIPTS if (HERE / f"{name}.py").exists())]
    parts = [machine()]
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        if name == "engines":
            tables = engines.measure(asked.smoke, asked.compile)
            parts += [table.markdown() for table in tables]
            if asked.plot is not None:
                _draw(tables[0], asked.plot)
        elif name == "large":
            parts += [table.markdown() for table in large.measure(asked.smoke)]
        else:
            parts.append(_printed(name, asked.smoke))
    text = "\n".join(f"{part}\n" for part in parts)
    if asked.out is None:
        print(text)
    else:
        asked.out.write_text(text, encoding="utf-8")


def _printed(name: str, smoke: bool) -> str:
    """What a script prints; if it fails, the last line of why."""
    command = [sys.executable, str(HERE / f"{name}.py"), *(SCRIPTS[name] if smoke else ())]
    ran = subprocess.run(command, capture_output=True, text=True)
    said = ran.stdout if ran.returncode == 0 else f"not measured: {(ran.stderr.splitlines() or ['it failed'])[-1]}"
    return f"### {name}\n\n```text\n{said.strip()}\n```\n"


def _draw(table: Table, file: Path) -> None:
    """How the times grow with the number of points."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for name, medians in table.growth.items():
        if "written over" not in name:
            axes.loglog(list(medians), list(medians.values()), marker="o", label=name)
    axes.set_xlabel("points")
    axes.set_ylabel("seconds")
    axes.set_title("value and gradient, three variables")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(file, dpi=120)


if __name__ == "__main__":
    main(sys.argv[1:])
