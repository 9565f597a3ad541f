/** The contract document from disk. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Contract } from '../contract/contract.js';
import { parseContract } from '../contract/parse-contract.js';
import { UserError } from '../errors.js';

/** Path of the contract document that ships with the package; `src/http` and `dist/http` are equally deep. */
export function packagedContractPath(): string {
  return fileURLToPath(new URL('../../contracts/device-state.openapi.yaml', import.meta.url));
}

/**
 * @param path OpenAPI document; left out, the one that ships with the package
 * @throws UserError where the file cannot be read or is no contract
 */
export async function readContract(path?: string): Promise<Contract> {
  const file = path ?? packagedContractPath();
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read the contract document: ${describeFailure(cause)}`, {
      place: { file },
      hint: 'Give the path of an OpenAPI 3.1 document that exists and may be read.',
      cause,
    });
  }
  return parseContract(text, file);
}

function describeFailure(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission is denied';
  return cause instanceof Error ? cause.message : String(cause);
}
