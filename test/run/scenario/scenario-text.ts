/** Scenario files as text, good and bad, and what is said of the bad ones. */
import { expect } from 'vitest';
import { UserError } from '../../../src/errors.js';
import { parseScenario } from '../../../src/run/scenario/parse-scenario.js';

export const FILE = 'my.yaml';
export const LINES = [
  'title: A test',
  'start: 2025-06-21T00:00:00+02:00',
  'duration: 24h',
  'devices:',
  '  - battery: tesla-powerwall-2',
  '    soc: 30',
  '    controller: { kind: self-consumption }',
  '    load: { annualKwh: 4200 }',
];

/** The good scenario with a line replaced by others. */
export function withLine(number: number, ...lines: string[]): string {
  return LINES.toSpliced(number - 1, 1, ...lines).join('\n');
}

export function errorOf(text: string): UserError {
  try {
    parseScenario(text, FILE);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the scenario was accepted');
}

export interface BadRow {
  readonly what: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

const CAR = ['  - battery: vw-id3-58', '    soc: 30'];

export function car(controller: string, battery = 'vw-id3-58'): string {
  return [...LINES.slice(0, 4), CAR[0]?.replace('vw-id3-58', battery), CAR[1], `    controller: ${controller}`].join(
    '\n',
  );
}

/** The good scenario with a line below its device. */
export function withReporter(line: string): string {
  return [...LINES, `    ${line}`].join('\n');
}

export const EV = 'kind: ev, arrives: 18:00, departs: 07:00, tripKwh: 5';

/** Holds the problem of a file to its place, its words and its hint. */
export function expectProblem({ text, line, column, message, hint }: BadRow): void {
  const error = errorOf(text);
  expect({ ...error.place, message: `${error.message}. ${error.hint ?? ''}` }).toMatchObject({
    file: FILE,
    line,
    column,
  });
  expect(`${error.message}. ${error.hint ?? ''}`).toContain(message);
  if (hint !== undefined) expect(error.hint).toBe(hint);
}
