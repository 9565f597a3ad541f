"""Makes thevenin-traces.json: reference traces of the Thevenin equivalent-circuit model of PyBaMM.

Run:  python -m venv venv && venv/bin/pip install pybamm==26.10.1.1 && venv/bin/python make-thevenin.py

The cell is the LG M50's full-cell open-circuit voltage (Chen 2020) with one RC pair; resistances follow an Arrhenius law,
so that cold shows. The parameters are written beside the traces: a test builds the same cell from them. PyBaMM is BSD-3.
Signs in the file are this project's: positive current and power charge the cell.
"""
import json
import os
import numpy as np
import pybamm

pybamm.set_logging_level("ERROR")

OCV_SOC = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0]
OCV_V = [2.50, 3.109, 3.296, 3.485, 3.581, 3.667, 3.751, 3.841, 3.948, 4.042, 4.097, 4.124, 4.200]
CELL = {
    "capacityAh": 5.0,
    "ocvSocFraction": OCV_SOC,
    "ocvV": OCV_V,
    "r0Ohm": 0.025,
    "r1Ohm": 0.015,
    "tauS": 60.0,
    "activationEnergyJPerMol": 20000.0,
    "referenceTemperatureCelsius": 25.0,
    "heatCapacityJPerK": 70.0,
    "heatTransferWPerK": 0.05,
    "minVoltageV": 2.5,
    "maxVoltageV": 4.2,
}
GAS = 8.314462618


def arrhenius(celsius):
    e = CELL["activationEnergyJPerMol"] / GAS
    return pybamm.exp(e * (1 / (celsius + 273.15) - 1 / (CELL["referenceTemperatureCelsius"] + 273.15)))


def parameters(soc, ambient_celsius, thermal):
    p = pybamm.ParameterValues("ECM_Example")
    kelvin = ambient_celsius + 273.15
    p.update(
        {
            "Initial SoC": soc,
            "Cell capacity [A.h]": CELL["capacityAh"],
            "Nominal cell capacity [A.h]": CELL["capacityAh"],
            "Current function [A]": CELL["capacityAh"],
            "Ambient temperature [K]": kelvin,
            "Initial temperature [K]": kelvin,
            "Upper voltage cut-off [V]": 4.5,
            "Lower voltage cut-off [V]": 2.0,
            "Cell thermal mass [J/K]": CELL["heatCapacityJPerK"],
            # The second node of PyBaMM is held at ambient by its size, which leaves one lumped node as ours has.
            "Cell-jig heat transfer coefficient [W/K]": CELL["heatTransferWPerK"] if thermal else 1e5,
            "Jig thermal mass [J/K]": 1e9,
            "Jig-air heat transfer coefficient [W/K]": 1.0,
            "Open-circuit voltage [V]": lambda sto: pybamm.Interpolant(np.array(OCV_SOC), np.array(OCV_V), sto, "ocv"),
            "Entropic change [V/K]": 0.0,
            "R0 [Ohm]": lambda t, i, sto: CELL["r0Ohm"] * arrhenius(t),
            "R1 [Ohm]": lambda t, i, sto: CELL["r1Ohm"] * arrhenius(t),
            "C1 [F]": lambda t, i, sto: CELL["tauS"] / (CELL["r1Ohm"] * arrhenius(t)),
            "Element-1 initial overpotential [V]": 0.0,
        },
        check_already_exists=False,
    )
    return p


def run(steps, soc, ambient=25.0, thermal=False):
    model = pybamm.equivalent_circuit.Thevenin()
    experiment = pybamm.Experiment(steps, period="1 second")
    simulation = pybamm.Simulation(model, parameter_values=parameters(soc, ambient, thermal), experiment=experiment)
    simulation.solve(solver=pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-8))
    return simulation.solution


def sampled(solution, every_s):
    t = solution["Time [s]"].entries
    keep, index = np.unique(np.round(t, 6), return_index=True)
    grid = np.arange(0, int(keep[-1]) + 1, every_s)
    pick = lambda name: np.interp(grid, keep, solution[name].entries[index])
    return {
        "timeS": [int(x) for x in grid],
        "currentA": [round(float(-x), 6) for x in pick("Current [A]")],
        "voltageV": [round(float(x), 6) for x in pick("Voltage [V]")],
        "socFraction": [round(float(x), 8) for x in pick("SoC")],
        "temperatureCelsius": [round(float(x) - 273.15, 5) for x in pick("Cell temperature [K]")],
    }


def power_profile(seed, minutes):
    rng = np.random.default_rng(seed)
    return [float(np.round(x, 1)) for x in rng.uniform(-15, 12, size=minutes // 5)]


def main():
    traces = []

    def add(name, drive, steps, soc, every_s, **options):
        solution = run(steps, soc, **options)
        traces.append(
            {
                "name": name,
                "initialSocFraction": soc,
                "ambientCelsius": options.get("ambient", 25.0),
                "thermal": options.get("thermal", False),
                "drive": drive,
                **sampled(solution, every_s),
            }
        )
        print(name, len(traces[-1]["timeS"]), traces[-1]["voltageV"][-1])

    add("constant current discharge", [{"kind": "current", "currentA": -2.5, "durationS": 6000}],
        ["Discharge at 2.5 A for 6000 seconds"], 0.95, 60)
    add("constant current, constant voltage charge",
        [{"kind": "current", "currentA": 2.5, "untilVoltageV": 4.2}, {"kind": "voltage", "voltageV": 4.2, "durationS": 3600}],
        ["Charge at 2.5 A until 4.2 V", "Hold at 4.2 V for 3600 seconds"], 0.2, 60)
    pulses, drive = [], []
    for amps in (-5, 2.5, -7.5, 5):
        verb = "Discharge" if amps < 0 else "Charge"
        pulses += [f"{verb} at {abs(amps)} A for 300 seconds", "Rest for 600 seconds"]
        drive += [{"kind": "current", "currentA": amps, "durationS": 300}, {"kind": "rest", "durationS": 600}]
    add("pulses and rests", drive, pulses, 0.6, 10)
    watts = power_profile(7, 120)
    steps = [f"{'Charge' if w > 0 else 'Discharge'} at {abs(w)} W for 300 seconds" for w in watts]
    add("power profile of two hours", [{"kind": "power", "powerW": w, "durationS": 300} for w in watts], steps, 0.5, 60)
    add("power profile in the cold, self-heating", [{"kind": "power", "powerW": w, "durationS": 300} for w in watts], steps, 0.5, 60,
        ambient=-10.0, thermal=True)
    out = {
        "madeWith": f"PyBaMM {pybamm.__version__}, Thevenin model, make-thevenin.py",
        "licence": "BSD-3-Clause (PyBaMM); open-circuit voltage after Chen et al. 2020, doi 10.1149/1945-7111/ab9050",
        "cell": CELL,
        "traces": traces,
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "thevenin-traces.json")
    with open(path, "w") as f:
        json.dump(out, f, separators=(",", ":"))
        f.write("\n")


main()
