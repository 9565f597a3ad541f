/** `--set key=value`: answers to the questions that the API leaves open, put into the contract document before it is read. */
import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { Contract, StatusSetting } from '../contract/contract.js';
import { parseContract } from '../contract/parse-contract.js';
import { UserError } from '../errors.js';
import { packagedContractPath, readContract } from '../http/read-contract.js';
import type { GivenValue } from './command.js';
import { badValue } from './option-value.js';

const settings = ['x-voltpact', 'open'];

/**
 * The contract with the settings changed. They pass the same checks as in the document itself.
 *
 * @throws UserError for a setting or a value that the contract does not know
 */
export async function readChangedContract(path: string | undefined, changes: readonly GivenValue[]): Promise<Contract> {
  let contract = await readContract(path);
  if (changes.length === 0) return contract;
  const file = path ?? packagedContractPath();
  const document = parseDocument(await readFile(file, 'utf8'));
  for (const change of changes) {
    const [, name = '', text = ''] = /^(\w+)=(.+)$/s.exec(change.text) ?? [];
    if (name === '') throw badValue(change, 'key=value', 'Write for instance olderTime=refused.');
    for (const [key, value] of partsOf(name, scalar(text), contract)) document.setIn([...settings, ...key], value);
    contract = parseChanged(document.toString(), file, change);
  }
  return contract;
}

type Part = readonly [path: readonly string[], value: unknown];

/** Of a status, the value given is the one to answer with; it joins those that are accepted. */
function partsOf(name: string, value: unknown, { open }: Contract): Part[] {
  const known: unknown = Object.entries(open).find(([key]) => key === name)?.[1];
  if (!isStatusSetting(known)) return [[[name], value]];
  return [
    [[name, 'default'], value],
    [[name, 'accepted'], [...new Set([...known.accepted, value])]],
  ];
}

function isStatusSetting(setting: unknown): setting is StatusSetting {
  return typeof setting === 'object' && setting !== null && 'accepted' in setting;
}

/** A number or `null` where the text is one. */
function scalar(text: string): unknown {
  if (text === 'null') return null;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** The document's lines are not the user's here: the place of the option stands instead. */
function parseChanged(text: string, file: string, change: GivenValue): Contract {
  try {
    return parseContract(text, file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = error;
    throw new UserError(`${change.name} ${change.text}: ${message}`, {
      place: change.place,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
