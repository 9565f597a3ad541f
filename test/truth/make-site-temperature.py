"""Makes site-temperature.json: mean air temperature of each month, and of each hour of the day over the year, at two places.

Usage: python3 make-site-temperature.py <723170TYA.CSV> <PVGIS TMY of 45 N 8 E as CSV> > site-temperature.json

Both files lie in pvlib-python: pvlib/data/723170TYA.CSV and tests/data/tmy_45.000_8.000_2005_2023.csv.
"""

import csv
import json
import sys


def read_tmy3(path):
    """Month, hour UTC, dry-bulb temperature."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    column = next(i for i, name in enumerate(rows[1]) if name.startswith("Dry-bulb"))
    for row in rows[2:]:
        yield int(row[0][:2]), (int(row[1][:2]) + 5) % 24, float(row[column])


def read_pvgis(path):
    with open(path) as file:
        for line in file:
            if line[:8].isdigit() and line[8:9] == ":":
                cells = line.split(",")
                yield int(line[4:6]), int(line[9:11]), float(cells[1])


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def place(name, latitude, longitude, source, rows):
    rows = list(rows)
    return {
        "name": name,
        "latitudeDegrees": latitude,
        "longitudeDegrees": longitude,
        "source": source,
        "annualMeanCelsius": round(mean(t for _, _, t in rows), 2),
        "monthlyMeanCelsius": [round(mean(t for m, _, t in rows if m == month), 1) for month in range(1, 13)],
        "hourlyMeanCelsiusUtc": [round(mean(t for _, h, t in rows if h == hour), 1) for hour in range(24)],
    }


json.dump(
    {
        "licence": "TMY3: NREL, free for any use. PVGIS: European Union, free with its source",
        "taken": "Computed by make-site-temperature.py from hourly values of a typical year, whose months come from different years",
        "places": [
            place("Greensboro, North Carolina", 36.1, -79.95, "NSRDB TMY3 723170, NREL", read_tmy3(sys.argv[1])),
            place("Asti, Italy", 45, 8, "PVGIS-SARAH, European Commission JRC", read_pvgis(sys.argv[2])),
        ],
    },
    sys.stdout,
    indent=2,
)
print()
