"""Makes site-load.json: hourly means of the standard load profile H0 by season and kind of day, in W for 1000 kWh a year.

Usage: python3 make-site-load.py <selp_series.csv> > site-load.json

The file is that of oemof demandlib 0.2.2 (demandlib/bdew/bdew_data/selp_series.csv): the quarter-hour table of BDEW, formerly
VDEW, in kW for 1000 kWh a year, before the factor of the day of the year.
"""

import collections
import csv
import json
import sys

KINDS = {"workday": {"1", "2", "3", "4", "5"}, "saturday": {"6"}, "sunday": {"7"}}

hours = collections.defaultdict(list)
with open(sys.argv[1], newline="") as file:
    for row in csv.DictReader(file):
        kind = next(name for name, days in KINDS.items() if row["weekday"] in days)
        time = row[""]
        hours[row["period"], kind, int(time[11:13])].append(1000 * float(row["h0"]))

json.dump(
    {
        "source": "Standard load profile H0 of BDEW (VDEW M-28/99), as in oemof demandlib 0.2.2, bdew/bdew_data/selp_series.csv",
        "licence": "demandlib: MIT",
        "taken": "Computed by make-site-load.py: mean of the four quarters of each hour, W for 1000 kWh a year",
        "hourlyW": {
            season: {
                kind: [
                    round(sum(hours[season, kind, hour]) / len(hours[season, kind, hour]), 2) for hour in range(24)
                ]
                for kind in KINDS
            }
            for season in ("winter", "transition", "summer")
        },
    },
    sys.stdout,
    indent=2,
)
print()
