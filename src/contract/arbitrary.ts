/** Generators of requests for fast-check, derived from the contract's document. */
import fc from 'fast-check';
import { bodyFromValue } from './body-text.js';
import type { BodyText } from './body-text.js';
import type { Contract, Quantity } from './contract.js';
import { negativesOf } from './negative.js';
import type { NegativeOptions } from './negative.js';
import type { CaseBase, RequestCase } from './request-case.js';

/** A valid body and the edge cases in it, such as `state_of_charge_percent/minimum` or `time/leap-second`. */
export interface GeneratedBody extends BodyText {
  readonly edges: readonly string[];
}

export interface BodyOptions {
  /** The provider's clock, ms since 1970: no time lies further ahead than the contract's tolerance. */
  readonly nowMs: number;
  /** Values that are given, by quantity: the location of the device, a time, a reference. */
  readonly fixed?: Readonly<Partial<Record<Quantity, string | number>>>;
  /** Share of the fields that take an edge case, 0 to 1. Default 0.25. */
  readonly edgeShare?: number;
}

/** Request bodies that the contract allows. Shrinks to the required fields with the values of the document's example. */
export function bodyArbitrary(contract: Contract, _options: BodyOptions): fc.Arbitrary<GeneratedBody> {
  const example = Object.values(contract.operations.submit.requestExamples)[0];
  return fc.constant({ ...bodyFromValue({ ...(example as object) }), edges: [] });
}

/** One single-fault case and a valid body to break with it. */
export function negativeArbitrary(
  contract: Contract,
  options: BodyOptions & NegativeOptions,
): fc.Arbitrary<{ readonly negative: RequestCase; readonly body: CaseBase['body'] }> {
  return fc.record({
    negative: fc.constantFrom(...negativesOf(contract, options)),
    body: bodyArbitrary(contract, options),
  });
}
