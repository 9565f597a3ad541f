"""Makes dc-charge.json: two DC charges of one electric car on one day, seen by the charger and by the car.

Data: Gueni/EV-Battery-Data-Analysis-Tool, MIT: 2023051601_charger.csv, 2023051601_OBD.csv, 2023051609_charger.csv, 2023051609_OBD.csv.
Run:  python make-dc-charge.py <folder with the four files>

The logs do not name the car. Power is voltage times current, since the column `power` is wrong. The first charge has gaps (37 of its 610 s
are recorded, its energy throughout), so it serves to find the scale of the pack: charge per point of the car's own state of charge and
voltage at rest. The second is complete, 20 minutes at 10 Hz, and is what a simulation has to reproduce.
"""
import csv
import datetime
import json
import os
import sys


def rows(name):
    with open(os.path.join(sys.argv[1], name)) as f:
        return list(csv.DictReader(f))


def charger(name):
    """Seconds from the start, V, A, Wh."""
    read = rows(name)
    at = [datetime.datetime.fromisoformat(r["datetime"]).timestamp() for r in read]
    return [(t - at[0], float(r["voltage"]), float(r["current"]), float(r["charged_energy"])) for t, r in zip(at, read)]


def by_second(samples):
    seconds = {}
    for t, volts, amps, _ in samples:
        seconds.setdefault(int(round(t, 3)), []).append((volts, amps))
    mean = lambda k: [sum(s[k] for s in v) / len(v) for _, v in sorted(seconds.items())]
    return [round(v, 2) for v in mean(0)], [round(i, 2) for i in mean(1)]


def first_charge():
    logged, car = charger("2023051601_charger.csv"), rows("2023051601_OBD.csv")
    start, end = car[0], car[-1]
    wh = logged[-1][3]
    mean_v = (logged[0][1] + logged[-1][1]) / 2
    return {
        "startSocPercent": float(start["soc"]),
        "restVoltageV": float(start["voltage"]),
        "endSocPercent": float(end["soc"]),
        "chargedWh": round(wh, 1),
        "chargedAh": round(wh / mean_v, 3),
        "temperatureCelsius": float(start["temperature"]),
    }


def second_charge():
    volts, amps = by_second(charger("2023051609_charger.csv"))
    car = [r for r in rows("2023051609_OBD.csv") if r["soc"]]
    # Before the charge the car is at rest; after it, its own figure moves for half a minute and then stands.
    settled = next(r for r in car if int(r["timestamp"]) >= 1684231570)
    return {
        "startSocPercent": float(car[0]["soc"]),
        "endSocPercent": float(settled["soc"]),
        "startTemperatureCelsius": float(car[0]["temperature"]),
        "endTemperatureCelsius": float(settled["temperature"]),
        "everyS": 1,
        "voltageV": volts,
        "currentA": amps,
    }


def main():
    out = {
        "source": "Gueni/EV-Battery-Data-Analysis-Tool: 2023051601_charger.csv, 2023051601_OBD.csv, 2023051609_charger.csv, 2023051609_OBD.csv",
        "licence": "MIT",
        "taken": "By make-dc-charge.py: means over each second of the second charge; the scale of the pack from the first.",
        "firstCharge": first_charge(),
        "secondCharge": second_charge(),
    }
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "dc-charge.json"), "w") as f:
        json.dump(out, f, separators=(",", ":"))
        f.write("\n")


main()
