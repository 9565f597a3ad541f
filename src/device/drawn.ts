/** Figures that a scenario leaves to the seed. */
import { drawAt, type RandomKey } from './random.js';

/** A number, or a range from which the seed draws. */
export type Drawn = number | { readonly from: number; readonly to: number };

/** @param place number of the device in its group, and which draw it is */
export function draw(value: Drawn, key: RandomKey, place: { index: number; tick: number }): number {
  if (typeof value === 'number') return value;
  return value.from + (value.to - value.from) * drawAt(key, place.index, place.tick);
}

/** Standard normal, by G. Box and M. Muller, Annals of Mathematical Statistics 29 (1958) 610. */
export function drawNormal(key: RandomKey, place: { index: number; tick: number }): number {
  const { index, tick } = place;
  const radius = Math.sqrt(-2 * Math.log(1 - drawAt(key, index, 2 * tick)));
  return radius * Math.cos(2 * Math.PI * drawAt(key, index, 2 * tick + 1));
}
