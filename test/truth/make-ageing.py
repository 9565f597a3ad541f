"""Makes ageing.json: capacity lost at a constant stress, by the closed forms of Naumann et al. 2018 and 2020 (constants as in simses, BSD-3).

Run:  python make-ageing.py
"""
import json
import math
import os

YEAR_S = 365.25 * 86400


def calendar(celsius, soc, years):
    k = 1.2571e-5 * math.exp(-17126 / 8.314462618 * (1 / (celsius + 273.15) - 1 / 298.15))
    return k * (2.8575 * (soc - 0.5) ** 3 + 0.60225) * math.sqrt(years * YEAR_S)


def cycles(full_cycles, depth, c_rate):
    return (0.0630 * c_rate + 0.0971) * (4.0253 * (depth - 0.6) ** 3 + 1.0923) * math.sqrt(full_cycles)


out = {
    "source": "Naumann et al. 2018, doi 10.1016/j.est.2018.01.019 (calendar), and 2020, doi 10.1016/j.jpowsour.2019.227666 (cycles), a commercial LFP cell; constants as in simses, BSD-3",
    "taken": "The closed forms at a constant stress, by make-ageing.py: q = k·√t and q = k·√n with n full cycles.",
    "calendar": [
        {"celsius": t, "socPercent": s, "years": y, "lossPercent": round(100 * calendar(t, s / 100, y), 2)}
        for t, s, y in ((25, 50, 10), (40, 90, 5), (10, 20, 10))
    ],
    "cycles": [
        {"fullCycles": n, "depthPercent": d, "cRate": c, "lossPercent": round(cycles(n, d / 100, c), 2)}
        for n, d, c in ((3650, 80, 0.25), (1000, 100, 1), (5000, 20, 0.5))
    ],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ageing.json"), "w") as f:
    json.dump(out, f, indent=2, ensure_ascii=False)
    f.write("\n")
