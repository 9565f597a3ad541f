/** A case that failed, as it is kept for another day: the steps, with times and references still to be filled in, and no secret. */
import { z } from 'zod';
import type { Severity } from '../../check/finding.js';
import { UserError } from '../../errors.js';
import type { Step } from './step.js';

export interface SavedCase {
  readonly version: 1;
  readonly id: string;
  /** The rule that was broken, and how that read. */
  readonly ruleId: string;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  /** Where in an answer, where it is a place. */
  readonly pointer?: string | undefined;
  /** The run that found it. */
  readonly seed: number;
  /** API version of the contract that it was found by. */
  readonly contractVersion: string;
  readonly steps: readonly Step[];
}

const hole = z.discriminatedUnion('hole', [
  z.strictObject({ hole: z.literal('location') }),
  z.strictObject({
    hole: z.literal('time'),
    tick: z.int().min(0).max(10_000),
    edge: z.string().optional(),
    utcOffsetMinutes: z.int().min(-1439).max(1439).optional(),
    fraction: z.string().regex(/^\d+$/).optional(),
  }),
  z.strictObject({ hole: z.literal('reference'), name: z.string(), form: z.string() }),
]);
const common = { device: z.int().min(0), together: z.boolean().optional(), caseId: z.string().optional() };
const step = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('submit'),
    body: z.record(z.string(), z.union([z.string(), hole])),
    abandonedAfterMs: z.int().min(1).max(60_000).optional(),
    sender: z.enum(['renewed', 'other-account']).optional(),
    deserves: z.literal('any').optional(),
  }),
  z.strictObject({ ...common, kind: z.literal('read') }),
  z.strictObject({ ...common, kind: z.literal('login') }),
]);
const savedCase = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9-]+$/),
  ruleId: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  title: z.string(),
  message: z.string(),
  pointer: z.string().optional(),
  seed: z.number(),
  contractVersion: z.string(),
  steps: z.array(step).min(1),
});

export function renderCase(saved: SavedCase): string {
  return `${JSON.stringify(saved, undefined, 2)}\n`;
}

/** @throws UserError where the text is no case of this version */
export function parseCase(text: string, file: string): SavedCase {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError('a saved case must be JSON', { place: { file }, cause });
  }
  const result = savedCase.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const pointer = issue?.path.map((part) => `/${String(part)}`).join('') ?? '';
  throw new UserError(`this is no saved case: ${issue?.message ?? 'its form is another'}`, {
    place: { file, pointer },
    hint: 'Cases are written by voltpact fuzz; one of another version has to be found again.',
  });
}
