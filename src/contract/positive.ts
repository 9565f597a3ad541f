/** Requests that are valid but at an edge, one edge each, derived from the contract's document. */
import type { Contract } from './contract.js';
import type { RequestCase } from './request-case.js';

/** Every single-edge request of a contract that a provider must accept (`deserves` is `success`, or `any` where no document says). */
export function positivesOf(_contract: Contract): readonly RequestCase[] {
  return [];
}
