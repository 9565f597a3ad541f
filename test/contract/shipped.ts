/** The two documents that ship, as text and as contracts, for the tests of this folder and of the checks. */
import { readFileSync } from 'node:fs';
import type { Contract } from '../../src/contract/contract.js';
import { parseContract } from '../../src/contract/parse-contract.js';

const folder = new URL('../../contracts/', import.meta.url);

export const deviceStateText = readFileSync(new URL('device-state.openapi.yaml', folder), 'utf8');
const flowDirectionText = readFileSync(new URL('device-state.flow-direction.openapi.yaml', folder), 'utf8');

export const deviceState: Contract = parseContract(deviceStateText, 'device-state.openapi.yaml');
export const flowDirection: Contract = parseContract(flowDirectionText, 'device-state.flow-direction.openapi.yaml');

/** The default document with one text replaced; throws where the text is not in it, so that no test goes blind. */
export function withChange(from: string | RegExp, to: string): string {
  const changed = deviceStateText.replace(from, to);
  if (changed === deviceStateText) throw new Error(`the document does not contain ${String(from)}`);
  return changed;
}
