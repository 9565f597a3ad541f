"""Makes site-trip-energy.json: what a car takes from its battery over three standard drive cycles.

Usage: python3 make-site-trip-energy.py <folder with udds.csv, hwfet.csv and us06.csv> > site-trip-energy.json

The cycles are those of NREL's FASTSim (columns cycSecs and cycMps, 1 s). The vehicle's figures are FASTSim's row
"2016 Nissan Leaf 30 kWh"; the motor's efficiency is an assumption (FASTSim has a map of it).
"""

import csv
import json
import sys

VEHICLE = {
    "name": "2016 Nissan Leaf 30 kWh",
    "massKg": 1613,  # curb 1477 and FASTSim's cargo of 136
    "dragCoefficient": 0.315,
    "frontalAreaM2": 2.755,
    "rollingResistance": 0.008,
    "wheelInertiaKgM2": 4 * 0.815,
    "wheelRadiusM": 0.336,
    "transmissionEfficiency": 0.95,
    "motorEfficiency": 0.92,
    "regeneratedFraction": 0.98,
    "auxiliaryW": 250,
    "airDensityKgM3": 1.2,
}
GRAVITY = 9.81
# What FASTSim's row says was measured, kWh a mile at the wall, as EPA's label has it: unadjusted / 0.7, charger 0.86.
LABEL_KWH_PER_MILE = {"udds": 0.265, "hwfet": 0.331}
LABEL_FACTOR = 0.7
CHARGER_EFFICIENCY = 0.86
KM_PER_MILE = 1.609344


def read_speeds(folder, name):
    with open(f"{folder}/{name}.csv", newline="") as file:
        return [float(row["cycMps"]) for row in csv.DictReader(file)]


def drive(speeds):
    """Energy at the battery's terminals, kWh, and the way, km."""
    v = VEHICLE
    inertia = v["massKg"] + v["wheelInertiaKgM2"] / v["wheelRadiusM"] ** 2
    efficiency = v["transmissionEfficiency"] * v["motorEfficiency"]
    joule = metre = 0.0
    for before, after in zip(speeds, speeds[1:]):
        mean = (before + after) / 2
        rolling = v["massKg"] * GRAVITY * v["rollingResistance"] * mean
        drag = v["airDensityKgM3"] / 2 * v["dragCoefficient"] * v["frontalAreaM2"] * mean**3
        wheel = rolling + drag + inertia * (after**2 - before**2) / 2
        joule += wheel / efficiency if wheel > 0 else wheel * efficiency * v["regeneratedFraction"]
        joule += v["auxiliaryW"]
        metre += mean
    return joule / 3.6e6, metre / 1000


def main(folder):
    cycles = {}
    for name in ("udds", "hwfet", "us06"):
        speeds = read_speeds(folder, name)
        kwh, km = drive(speeds)
        cycles[name] = {
            "seconds": len(speeds) - 1,
            "km": round(km, 2),
            "meanSpeedKmh": round(3600 * km / (len(speeds) - 1), 1),
            "batteryWhPerKm": round(1000 * kwh / km, 1),
        }
        if name in LABEL_KWH_PER_MILE:
            wall = LABEL_KWH_PER_MILE[name] * LABEL_FACTOR / KM_PER_MILE
            cycles[name]["publishedBatteryWhPerKm"] = round(1000 * wall * CHARGER_EFFICIENCY, 1)
    truth = {
        "source": "Drive cycles UDDS, HWFET and US06 and the vehicle's figures: NREL/fastsim (Copyright 2020 Alliance for Sustainable Energy, LLC). published: its validation figures val_udds_kwh_per_mile and val_hwy_kwh_per_mile, taken back to the battery by EPA's label factor 0.7 and the row's charger efficiency 0.86",
        "licence": "Apache-2.0",
        "taken": "Computed by make-site-trip-energy.py: rolling, drag and inertia at the wheel, regeneration, auxiliaries",
        "vehicle": VEHICLE,
        "labelFactor": LABEL_FACTOR,
        "cycles": cycles,
    }
    json.dump(truth, sys.stdout, indent=2)
    print()


main(sys.argv[1])
