/** Durations and times of the day as scenario files write them; the schema has checked their form. */
import type { ClockWindow } from '../../device/clock-window.js';
import type { ClockWindowFile } from './schema.js';

const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `24h`, `15m`, `90s`, `2d` as seconds. */
export function durationS(text: string): number {
  return Number(text.slice(0, -1)) * (UNIT_S[text.slice(-1)] ?? NaN);
}

/** `17:30` as seconds after midnight. */
export function clockTimeS(text: string): number {
  const [hours, minutes] = text.split(':').map(Number);
  return (hours ?? NaN) * 3600 + (minutes ?? NaN) * 60;
}

export function clockWindow({ from, to }: ClockWindowFile): ClockWindow {
  return { fromS: clockTimeS(from), toS: clockTimeS(to) };
}
