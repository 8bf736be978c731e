"""Makes `weather.csv`: a year of hourly observations, in the shape in which weather services publish theirs.

python docs/examples/weather.py [FOLDER]

As in many such files, the text is Windows-1252, fields are cut by semicolons, numbers have decimal commas,
dates are German, a preamble says where it is from, -999 stands for what was not measured, and a few rows are
not what they should be. The same command always makes the same bytes.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

STATIONS = {433: "Berlin-Tempelhof", 3379: "München-Stadt", 2667: "Köln-Bonn", 1975: "Hamburg-Fuhlsbüttel"}
HOURS = 8784
#: What went wrong, by the number of the row.
SLIPS = {
    4200: "433;24.02.2024 07:00;defekt;81;0,0;NW",
    9001: "3379;31.04.2024 10:00;14,2;60;0,0;N",
    15500: "2667;19.05.2024 02:00;12,9;77;0,2",
    22222: "1975;02.08.2024 22:00;19,4;71;0,0;SW;nachgetragen",
}


def rows() -> Iterator[str]:
    """Yield the lines of the file."""
    chance = random.Random(2024)  # noqa: S311  # it is weather, no secret
    yield "Deutscher Beispieldienst - stündliche Beobachtungen 2024"
    yield "erzeugt von docs/examples/weather.py"
    yield "Station;Zeit;Temperatur (°C);Feuchte (%);Niederschlag (mm);Windrichtung"
    number = 0
    missing = 0.002
    for hour in range(HOURS):
        moment = datetime(2024, 1, 1) + timedelta(hours=hour)  # noqa: DTZ001  # local time, as in such files
        for station in STATIONS:
            number += 1
            if number in SLIPS:
                yield SLIPS[number]
                continue
            season = -math.cos(2 * math.pi * (hour - 500) / HOURS)
            day = -math.cos(2 * math.pi * (hour % 24 - 3) / 24)
            warmth = 10 + 9 * season + 4 * day + chance.gauss(0, 2)
            rain = max(0.0, chance.gauss(-2, 1.5))
            values = (f"{warmth:.1f}", str(min(100, int(75 - 8 * day + chance.gauss(0, 8)))), f"{rain:.1f}")
            fields = [value.replace(".", ",") if chance.random() > missing else "-999" for value in values]
            wind = chance.choice(["N", "NO", "O", "SO", "S", "SW", "W", "NW"])
            yield ";".join([str(station), f"{moment:%d.%m.%Y %H:%M}", *fields, wind])


def main(folder: Path) -> Path:
    """Write the file into `folder`, and return its path."""
    path = folder / "weather.csv"
    path.write_text("\r\n".join(rows()) + "\r\n", encoding="cp1252", newline="")
    return path


if __name__ == "__main__":
    print(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
