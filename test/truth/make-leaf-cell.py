"""Makes leaf-cell.json: what a Nissan Leaf cell did, and the parameters fitted on its 25 °C file alone.

Data: batterysim/nissan-leaf-data, doi 10.5281/zenodo.2580327, MIT: HPPC-25C-2.csv, HPPC-10C.csv, 1C-Discharge-Bitrode-data.csv.
Run:  python make-leaf-cell.py <folder with the three files>     (needs numpy and scipy)

Fitted, all on HPPC-25C-2: one R0, one R1, one time constant, and the open-circuit voltage as the ten rests of an
hour, with its end at 0 % fitted like a parameter. The 10 °C file and the 1C discharge take no part in it; capacity (30.33 Ah, the first
1C discharge to the cell's own cut-off) is the scale of state of charge and moves no voltage at a pulse.
"""
import csv
import json
import os
import sys
import numpy as np
from scipy.optimize import least_squares

CAPACITY_AH = 30.33
PULSE_STEPS = (6, 7, 8)  # 30 A discharge of 30 s, rest of 40 s, charge of 10 s
LONG_STEP = 9  # discharge at 10 A to the next state of charge
LONG_WEIGHT = 0.5  # against a pulse sample: keeps the slow part of relaxation in the fit


def load(name):
    with open(os.path.join(sys.argv[1], name)) as f:
        rows = [[float(r[k]) for k in (1, 6, 8, 9)] for r in csv.reader(f) if r[0] == "No"]
    return np.array(rows)  # time s, step, current A, voltage V


def charge_ah(rows):
    seconds = np.diff(rows[:, 0], prepend=rows[0, 0])
    return np.cumsum(np.where(seconds < 120, rows[:, 2] * seconds, 0)) / 3600


def stretches(rows, steps):
    """From each rest before a 30 A pulse on: times from the end of the rest, currents, voltages, step numbers, and the rest's voltage."""
    found = []
    for k in range(1, len(rows)):
        if rows[k, 1] == 6 and rows[k - 1, 1] != 6:
            end = k
            while end < len(rows) and rows[end, 1] in steps:
                end += 1
            found.append((rows[k:end, 0] - rows[k - 1, 0], rows[k:end, 2], rows[k:end, 3], rows[k:end, 1], rows[k - 1, 3]))
    return found


def error_v(stretch, ocv, p):
    time, current, voltage, _, rest = stretch
    soc, u, before, out = np.interp(rest, ocv[1], ocv[0]), 0.0, 0.0, []
    for t, i in zip(time, current):
        alpha = np.exp(-(t - before) / p["tauS"])
        u = u * alpha + p["r1Ohm"] * i * (1 - alpha)
        soc += i * (t - before) / 3600 / CAPACITY_AH
        before = t
        slope = (ocv[1][-1] - ocv[1][-2]) / (ocv[0][-1] - ocv[0][-2])
        out.append(np.interp(soc, *ocv) + max(0, soc - ocv[0][-1]) * slope + p["r0Ohm"] * i + u)
    return np.array(out) - voltage


def fit(rows):
    starts = [k - 1 for k in range(1, len(rows)) if rows[k, 1] == 6 and rows[k - 1, 1] != 6]
    ah = charge_ah(rows)
    # 100 % is the rest after the full charge.
    soc = (1 - (ah[starts[0]] - ah[starts]) / CAPACITY_AH)[::-1]
    volts = rows[starts, 3][::-1]
    long = stretches(rows, PULSE_STEPS + (LONG_STEP,))

    def unpack(x):
        ocv = (np.r_[0, soc], np.r_[x[0], volts])
        return ocv, {"r0Ohm": x[1] * 1e-3, "tauS": x[2], "r1Ohm": x[3] * 1e-3}

    def residual(x):
        ocv, p = unpack(x)
        return np.concatenate([error_v(s, ocv, p) * np.where(s[3] == LONG_STEP, LONG_WEIGHT, 1) for s in long])

    best = least_squares(residual, [3.1, 1.6, 60, 2], x_scale=[0.1, 1, 10, 1], bounds=([2.5, 0.5, 10, 0], [3.4, 4, 400, 20]))
    return unpack(best.x)


def rounded(values, digits):
    return [round(float(v), digits) for v in values]


def truth(stretch):
    """At about one sample a second; the charge that flowed is kept by meaning the current over what is left out."""
    time, current, voltage, _, rest = stretch
    ends, charge = [], np.cumsum(current * np.diff(time, prepend=0))
    for k in range(len(time)):
        changes = k + 1 == len(time) or abs(current[k + 1] - current[k]) > 0.5
        if changes or time[k] - (time[ends[-1]] if ends else 0) >= 0.999:
            ends.append(k)
    spans = np.diff(time[ends], prepend=0)
    return {
        "restVoltageV": float(rest),
        "timeS": rounded(time[ends], 3),
        "currentA": rounded(np.diff(charge[ends], prepend=0) / spans, 4),
        "voltageV": rounded(voltage[ends], 3),
    }


def main():
    warm, cold, full = load("HPPC-25C-2.csv"), load("HPPC-10C.csv"), load("1C-Discharge-Bitrode-data.csv")
    ocv, p = fit(warm)
    factor = np.exp(20000 / 8.314462618 * (1 / 283.15 - 1 / 298.15))
    cold_p = {**p, "r0Ohm": p["r0Ohm"] * factor, "r1Ohm": p["r1Ohm"] * factor}
    for name, rows, parameters in (("25 °C", warm, p), ("10 °C", cold, cold_p)):
        errors = np.concatenate([error_v(s, ocv, parameters) for s in stretches(rows, PULSE_STEPS)])
        print(name, "pulses, RMS mV:", round(1e3 * float(np.sqrt(np.mean(errors**2))), 2))
    begin = next(k for k in range(1, len(full)) if full[k, 1] == 2 and full[k - 1, 1] != 2)
    end = next(k for k in range(begin, len(full)) if full[k, 1] != 2)
    discharge = (full[begin:end, 0] - full[begin - 1, 0], full[begin:end, 2], full[begin:end, 3], None, full[begin - 1, 3])
    soc = 1 + np.cumsum(discharge[1] * np.diff(discharge[0], prepend=0)) / 3600 / CAPACITY_AH
    # From full, whatever the rest's voltage.
    errors = error_v((*discharge[:4], ocv[1][-1]), ocv, p)[(soc > 0.1) & (soc < 0.9)]
    print("1C discharge, 10 to 90 %, RMS mV:", round(1e3 * float(np.sqrt(np.mean(errors**2))), 2))
    out = {
        "source": "batterysim/nissan-leaf-data, doi 10.5281/zenodo.2580327: HPPC-25C-2.csv, HPPC-10C.csv, 1C-Discharge-Bitrode-data.csv",
        "licence": "MIT",
        "taken": "By make-leaf-cell.py. Positive current charges.",
        "fittedOn25C": {
            "capacityAh": CAPACITY_AH,
            "ocvSocPercent": rounded(100 * ocv[0], 2),
            "ocvV": rounded(ocv[1], 3),
            "r0Ohm": round(float(p["r0Ohm"]), 6),
            "r1Ohm": round(float(p["r1Ohm"]), 6),
            "tauS": round(float(p["tauS"]), 1),
        },
        "pulses25C": [truth(s) for s in stretches(warm, PULSE_STEPS)],
        "pulses10C": [truth(s) for s in stretches(cold, PULSE_STEPS)],
        "discharge1C": truth(discharge),
    }
    print(out["fittedOn25C"])
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "leaf-cell.json"), "w") as f:
        json.dump(out, f, separators=(",", ":"), ensure_ascii=False)
        f.write("\n")


main()
