"""Nanoseconds that reference simulators take for a step of 60 s of one cell: PyBaMM's Thevenin model over an hour of five-minute powers, and
SAM's BatteryStateful. Prints a line with name and figure
for each that is installed. Model building and set-up are not counted.

Run it with: python battery-peers.py
"""
import time


def thevenin():
    import pybamm

    pybamm.set_logging_level("ERROR")
    watts = [5.0, -8.0, 3.0, -4.0, 6.0, -2.0] * 2
    steps = [f"{'Charge' if w > 0 else 'Discharge'} at {abs(w)} W for 300 seconds" for w in watts]
    experiment = pybamm.Experiment(steps, period="60 seconds")
    simulation = pybamm.Simulation(pybamm.equivalent_circuit.Thevenin(), experiment=experiment)
    simulation.solve()
    started = time.perf_counter()
    simulation.solve()
    return f"PyBaMM {pybamm.__version__}, Thevenin", (time.perf_counter() - started) / 60 * 1e9


def sam():
    import PySAM
    import PySAM.BatteryStateful as stateful

    battery = stateful.default("LFPGraphite")
    battery.ParamsCell.initial_SOC = 50
    battery.ParamsCell.minimum_SOC, battery.ParamsCell.maximum_SOC = 0, 100
    battery.Controls.control_mode = 1
    battery.Controls.dt_hr = 1 / 60
    battery.Controls.input_power = 0
    battery.setup()
    count = 20000
    started = time.perf_counter()
    for k in range(count):
        battery.Controls.input_power = -0.5 if k // 60 % 2 else 0.5
        battery.execute(0)
    return f"NREL-PySAM {PySAM.__version__}, BatteryStateful", (time.perf_counter() - started) / count * 1e9


for measure in (thevenin, sam):
    try:
        print(*measure(), sep="\t")
    except ImportError:
        pass
