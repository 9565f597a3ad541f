/**
 * What a device shows of its state: the true value rounded to the quantum of its meter.
 *
 * Rounding is also what keeps the bytes of a run the same everywhere: a difference in the last bit of a sine or an
 * exponential between two machines stays far under half a quantum.
 */

/** The step of each shown value. 0.1 shows 34.2. */
export interface ShownQuanta {
  readonly socPercent: number;
  readonly powerKw: number;
  readonly energyKwh: number;
}

/** A quantum as whole units of a power of ten: 0.25 is 25 units of a hundredth. */
interface DecimalQuantum {
  readonly units: number;
  readonly scale: number;
}

/** A function that rounds to one quantum. */
export type Quantise = (value: number) => number;

/**
 * Rounding to a multiple of a quantum, half away from zero. The result is the double nearest to the decimal number, 34.2
 * and never 34.199999, and zero has no sign.
 * @param quantum above 0, with at most nine decimals
 */
export function quantiser(quantum: number): Quantise {
  const { units, scale } = decimalQuantum(quantum);
  return (value) => {
    const steps = Math.round((Math.abs(value) * scale) / units);
    return steps === 0 ? 0 : (Math.sign(value) * steps * units) / scale;
  };
}

function decimalQuantum(quantum: number): DecimalQuantum {
  const decimals =
    quantum
      .toFixed(9)
      .replace(/\.?0+$/, '')
      .split('.')[1]?.length ?? 0;
  const scale = 10 ** decimals;
  return { units: Math.round(quantum * scale), scale };
}
