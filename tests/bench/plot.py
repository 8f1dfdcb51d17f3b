"""python -m tests.bench.plot RESULT.json PICTURE.svg

Draws how the gate's limit follows a backend's capacity, from the samples of the row `capacity`.
"""

import json
import pathlib
import sys

WIDTH, HEIGHT = 760, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 44
STYLE = ("text{font:12px sans-serif;fill:#444}.c{stroke:#b0b0b0;stroke-width:2;fill:none}"
         ".l{stroke:#1f6fb2;stroke-width:2;fill:none}.a{stroke:#888;stroke-width:1}"
         ".g{stroke:#e4e4e4;stroke-width:1}")


def picture(samples):
    """The text of an SVG."""
    last_s = max(s["at_s"] for s in samples)
    top = max(max(s["limit"], s["capacity"]) for s in samples)
    top = (int(top) // 50 + 1) * 50

    def x(at_s):
        return LEFT + at_s / last_s * (WIDTH - LEFT - RIGHT)

    def y(calls):
        return HEIGHT - BOTTOM - calls / top * (HEIGHT - TOP - BOTTOM)

    def line(kind, points):
        path = " ".join(f"{x(at_s):.1f},{y(calls):.1f}" for at_s, calls in points)
        return f'<polyline class="{kind}" points="{path}"/>'

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
             "<title>The limit of a gate and the capacity of its backend</title>",
             f"<style>{STYLE}</style>", f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for calls in range(0, top + 1, 50):
        parts.append(f'<line class="g" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(calls):.1f}" '
                     f'y2="{y(calls):.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(calls) + 4:.1f}" text-anchor="end">{calls}</text>')
    for at_s in range(0, int(last_s) + 1, 10):
        parts.append(f'<text x="{x(at_s):.1f}" y="{HEIGHT - BOTTOM + 18}" '
                     f'text-anchor="middle">{at_s}</text>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">seconds</text>')
    parts.append(f'<text x="{LEFT}" y="20">calls at once: '
                 '<tspan fill="#808080">what the backend bears</tspan>, '
                 '<tspan fill="#1f6fb2">the limit of the gate</tspan></text>')
    steps = []
    for before, after in zip(samples, samples[1:]):
        steps += [(before["at_s"], before["capacity"]), (after["at_s"], before["capacity"])]
    parts.append(line("c", steps))
    parts.append(line("l", [(s["at_s"], s["limit"]) for s in samples]))
    return "\n".join([*parts, "</svg>", ""])


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    source, target = map(pathlib.Path, arguments)
    target.write_text(picture(json.loads(source.read_text())))


if __name__ == "__main__":
    main(sys.argv[1:])
