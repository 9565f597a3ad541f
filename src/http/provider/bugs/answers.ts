/** Defects of the answers: their shape, their type, what they tell, and the ids in them. */
import type { World } from '../platform-steps.js';
import type { Refusal } from '../refusal.js';
import type { Answer, PlatformRequest, Steps } from '../steps.js';
import type { Bug } from './bug.js';
import { changeField, changeReadBack, crash, isFields } from './change.js';

export const answerBugs: readonly Bug[] = [
  {
    name: 'unknown-device-html',
    category: 'error-shape',
    description: 'leaves an unknown device to its web server',
    symptom: 'an unknown device is answered with a page of HTML',
    plant: (steps) =>
      changeRefusal(steps, (answer, { code }) => {
        if (code !== 'device_not_found') return answer;
        const text = '<!doctype html><title>404 Not Found</title><h1>Not Found</h1>';
        return { ...answer, headers: { 'content-type': 'text/html' }, text };
      }),
  },
  {
    name: 'unauthorized-empty',
    category: 'error-shape',
    description: 'refuses at a gateway that knows nothing of the error object',
    symptom: 'a request without a token is answered without a body',
    plant: (steps) =>
      changeRefusal(steps, (answer, { code }) => (code.startsWith('token_') ? { ...answer, body: undefined } : answer)),
  },
  {
    name: 'error-code-missing',
    category: 'error-shape',
    description: 'leaves the code out of the error object where a body is refused',
    symptom: 'a refused body is answered with an error object without code',
    plant: (steps, world) =>
      changeInvalid(world, steps, (answer) => ({ ...answer, body: withField(answer.body, 'code', undefined) })),
  },
  {
    name: 'error-type-wrong',
    category: 'error-shape',
    description: 'has a type of error of its own where a body is refused',
    symptom: 'a refused body is answered with the type validation_error, which the contract lacks',
    plant: (steps, world) =>
      changeInvalid(world, steps, (answer) => ({
        ...answer,
        body: withField(answer.body, 'type', 'validation_error'),
      })),
  },
  {
    name: 'error-status-200',
    category: 'error-shape',
    description: 'says in the body alone that a state was refused',
    symptom: 'a refused body is answered 200, with the error object',
    plant: (steps, world) => changeInvalid(world, steps, (answer) => ({ ...answer, status: 200 })),
  },
  {
    name: 'malformed-json-crash',
    category: 'error-shape',
    description: 'does not catch what its JSON parser throws',
    symptom: 'a body that is no JSON is a 500 with a stack trace',
    plant: (steps) => ({
      readBody: (submission) => {
        const { problem } = submission.body;
        if (problem === undefined) return steps.readBody(submission);
        return crash(
          `SyntaxError: ${problem}\n    at JSON.parse (<anonymous>)\n    at readState (/srv/app/state.js:41:23)`,
        );
      },
    }),
  },
  {
    name: 'token-echoed',
    category: 'error-shape',
    description: 'shows the headers of the request in the message for an unknown device',
    symptom: 'the bearer token stands in the answer',
    plant: (steps) =>
      changeFinish(steps, (answer, { headers }) => {
        if (!isFields(answer.body) || answer.body['code'] !== 'device_not_found') return answer;
        return { ...answer, body: withField(answer.body, 'message', `Not found. ${JSON.stringify(headers)}`) };
      }),
  },
  {
    name: 'success-content-type',
    category: 'error-shape',
    description: 'leaves the content type of its answers to the default of its framework',
    symptom: 'an accepted state is answered with JSON as text/html',
    plant: (steps) =>
      changeFinish(steps, (answer) =>
        answer.stored === true ? { ...answer, headers: { 'content-type': 'text/html; charset=utf-8' } } : answer,
      ),
  },
  {
    name: 'record-id-unstable',
    category: 'ids',
    description: 'makes up an id whenever it renders a record',
    symptom: 'the id that reads back is not that of the receipt',
    plant: (steps, { contract }) => {
      let count = 0;
      return changeReadBack(steps, (body) =>
        changeField(body, contract.answerFields.recordId, (id) => `${String(id)}${++count}`),
      );
    },
  },
  {
    name: 'record-id-uuid',
    category: 'ids',
    description: 'gives records the bare UUID of its database',
    symptom: 'the id in a receipt has no prefix',
    plant: (steps, { contract }) => ({
      renderReceipt: (record) =>
        changeField(steps.renderReceipt(record), contract.answerFields.recordId, () =>
          record.id
            .slice(4)
            .padEnd(32, '0')
            .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
        ),
    }),
  },
  {
    name: 'device-id-wrong',
    category: 'ids',
    description: 'renders the id of the record in place of that of the device',
    symptom: 'the device id in a receipt is not that of the path',
    plant: (steps, { contract }) => ({
      renderReceipt: (record) =>
        changeField(steps.renderReceipt(record), contract.answerFields.deviceId, () => record.id),
    }),
  },
  {
    name: 'read-back-account-missing',
    category: 'ids',
    description: 'leaves the account out of what is read back',
    symptom: 'a read-back has no account id',
    plant: (steps, { contract }) =>
      changeReadBack(steps, (body) => changeField(body, contract.answerFields.accountId, () => undefined)),
  },
];

function changeRefusal(steps: Steps, change: (answer: Answer, refusal: Refusal) => Answer): Partial<Steps> {
  return { renderRefusal: (refusal, about) => change(steps.renderRefusal(refusal, about), refusal) };
}

function changeInvalid({ open }: World, steps: Steps, change: (answer: Answer) => Answer): Partial<Steps> {
  return changeRefusal(steps, (answer, { status }) =>
    status === open.invalidBodyStatus.default ? change(answer) : answer,
  );
}

function changeFinish(steps: Steps, change: (answer: Answer, request: PlatformRequest) => Answer): Partial<Steps> {
  return { finish: (answer, request) => change(steps.finish(answer, request), request) };
}

function withField(body: unknown, name: string, value: unknown): unknown {
  return isFields(body) ? changeField(body, name, () => value) : body;
}
