"""Makes sam-traces.json: traces of SAM's BatteryStateful (NREL), its lithium-ion cell with a voltage table.

Run:  python -m venv venv && venv/bin/pip install nrel-pysam==7.1.1.post1 && venv/bin/python make-sam.py

Of all that SAM models, this takes what both can share: the open-circuit voltage over charge as a table, one resistance, no ageing, no self-
discharge, ambient temperature throughout. SAM has no RC pair, so the cell of the test has next to none. SAM is BSD-3. Signs in the file are
this project's: positive current charges.
"""
import json
import os
import PySAM
import PySAM.BatteryStateful as stateful

OCV_SOC = [0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100]
OCV_V = [2.50, 3.109, 3.296, 3.485, 3.581, 3.667, 3.751, 3.841, 3.948, 4.042, 4.097, 4.124, 4.200]
CAPACITY_AH = 5.0
OHM = 0.025
EVERY_S = 60


def model(initial_percent):
    b = stateful.new()
    p = b.ParamsCell
    p.chem = 1
    p.life_model = 0
    p.initial_SOC = initial_percent
    p.minimum_SOC = 0
    p.maximum_SOC = 100
    p.voltage_choice = 1
    p.voltage_matrix = [[100 - s, v] for s, v in sorted(zip(OCV_SOC, OCV_V), reverse=True)]
    p.Qfull = CAPACITY_AH
    p.Qfull_flow = 0
    p.Vnom_default = 3.7
    p.resistance = OHM
    p.leadacid_q10 = p.leadacid_q20 = p.leadacid_qn = p.leadacid_tn = 0
    p.calendar_choice = 0
    p.cycling_matrix = [[0, 0, 100], [0, 100000, 100], [100, 0, 100]]
    p.Vexp, p.Vnom, p.Vfull, p.Vcut, p.C_rate, p.Qexp, p.Qnom = 4.05, 3.4, 4.2, 2.5, 0.2, 0.2, 4.0
    pack = b.ParamsPack
    pack.nominal_energy = 3.7 * CAPACITY_AH / 1000
    pack.nominal_voltage = 3.7
    pack.mass, pack.surface_area, pack.Cp, pack.h = 0.07, 0.005, 1000, 1e3
    pack.T_room_init = 25
    pack.cap_vs_temp = [[-20, 100], [0, 100], [25, 100], [60, 100]]
    pack.loss_choice = 0
    pack.monthly_charge_loss = pack.monthly_discharge_loss = pack.monthly_idle_loss = [0] * 12
    pack.schedule_loss = [0]
    pack.replacement_option = 0
    c = b.Controls
    c.control_mode = 0
    c.dt_hr = EVERY_S / 3600
    c.input_current = 0
    b.setup()
    return b


def run(name, initial_percent, currents):
    b = model(initial_percent)
    volts, soc = [], []
    for amps in currents:
        b.Controls.input_current = -amps
        b.execute(0)
        volts.append(round(b.StatePack.V, 5))
        soc.append(round(b.StatePack.SOC, 5))
    print(name, volts[0], volts[-1], soc[-1])
    return {"name": name, "initialSocPercent": initial_percent, "everyS": EVERY_S, "currentA": currents, "voltageV": volts, "socPercent": soc}


def main():
    traces = [
        run("constant current discharge", 95, [-2.5] * 100),
        run("constant current charge", 10, [2.5] * 90),
        run("pulses and rests", 60, ([-5.0] * 5 + [0.0] * 10 + [2.5] * 5 + [0.0] * 10) * 2),
    ]
    out = {
        "madeWith": f"NREL-PySAM {PySAM.__version__}, BatteryStateful, make-sam.py",
        "licence": "BSD-3-Clause (SAM, NREL); open-circuit voltage after Chen et al. 2020, doi 10.1149/1945-7111/ab9050",
        "cell": {"capacityAh": CAPACITY_AH, "ocvSocPercent": OCV_SOC, "ocvV": OCV_V, "ohm": OHM},
        "traces": traces,
    }
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "sam-traces.json"), "w") as f:
        json.dump(out, f, separators=(",", ":"))
        f.write("\n")


main()
