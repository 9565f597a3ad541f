/** The steps of every request as the contract and its settings have them. */
import type { Contract, OpenSettings } from '../../contract/contract.js';
import { renderRfc3339 } from '../../contract/rfc3339.js';
import type { Accounts } from './accounts.js';
import { authenticateLogin, authenticateToken } from './authenticate.js';
import { exampleField } from './example-field.js';
import type { Records, StoredRecord } from './records.js';
import { errorObject, Refusal } from './refusal.js';
import type { Fields, Steps } from './steps.js';
import { submissionSteps } from './submission-steps.js';
import type { Tokens } from './tokens.js';

/** What the steps work on. */
export interface World {
  readonly contract: Contract;
  readonly open: OpenSettings;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly records: Records;
  /** ms since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
}

export function platformSteps(world: World): Steps {
  const { contract, open, accounts, tokens, records, now } = world;
  return {
    ...submissionSteps(world),
    route: ({ target }) => target,
    authenticate: ({ route, headers: { authorization } }) => {
      if (route.name === 'token') return authenticateLogin(authorization, accounts);
      const status = open.unauthorizedStatus.default;
      return authenticateToken(authorization, { accounts, tokens, status, nowMs: now() });
    },
    findDevice: (deviceId, account) => {
      const owned = accounts.ownerOf(deviceId);
      if (owned?.account === account) return owned.device;
      const message = `There is no device ${JSON.stringify(deviceId)} in this account.`;
      return new Refusal(open.unknownDeviceStatus.default, 'device_not_found', { message });
    },
    findLatest: (deviceId) => records.latest(deviceId),
    renderReceipt: (record) => renderReceipt(contract, record),
    renderRecord: ({ fields }, receipt) => ({ ...receipt, ...fields }),
    renderRefusal: (refusal, { route, sender }) => {
      const operationId = route?.operation.operationId;
      const body = errorObject(refusal, { operationId, liveMode: sender?.account.liveMode ?? false, nowMs: now() });
      return { status: refusal.status, headers: refusal.headers, body, ...(sender !== undefined && { sender }) };
    },
    finish: (answer) => answer,
  };
}

function renderReceipt({ answerFields, operations }: Contract, record: StoredRecord): Fields {
  const example = operations.submit.answerExample;
  const receipt: Record<string, unknown> = {};
  const put = (name: string | undefined, value: unknown): void => {
    if (name !== undefined && value !== undefined) receipt[name] = value;
  };
  put(answerFields.recordId, record.id);
  put(answerFields.objectName, exampleField(example, answerFields.objectName));
  put(answerFields.accountId, record.accountId);
  put(answerFields.deviceId, record.deviceId);
  put(answerFields.timeCreated, renderRfc3339(record.createdAtMs));
  return receipt;
}
