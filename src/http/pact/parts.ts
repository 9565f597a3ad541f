/** What the interactions have in common. */
import type { Contract, OperationName, StatusSetting } from '../../contract/contract.js';
import type { Interaction } from './interaction.js';
import { answerTemplate, textLike } from './template.js';

export const JSON_TYPE = textLike('^application/json *(;.*)?$', 'application/json');

export interface AnswerPlan {
  readonly operation: OperationName;
  readonly status: StatusSetting;
  /** Fields beyond those that the document requires. */
  readonly also?: readonly string[];
}

/** The answer that the document shows for a status, and the statuses that will do as well. */
export function recordedAnswer(contract: Contract, { operation, status, also }: AnswerPlan): Interaction['response'] {
  const { default: example, accepted } = status;
  const allSuccess = accepted.length === 100 && accepted.every((each) => each >= 200 && each < 300);
  return {
    status: { example, accepted: allSuccess ? '2xx' : accepted },
    headers: { 'Content-Type': JSON_TYPE },
    body: answerTemplate(contract, { operation, status: example, ...(also !== undefined && { also }) }),
  };
}

/** The header that pins the version of the API under contract. */
export function versionHeader({ versionHeader: name, version }: Contract): Readonly<Record<string, string>> {
  return name === undefined ? {} : { [name]: version };
}
