/** Defects of robustness: requests that break the provider, and requests that it should not have taken. */
import type { Bug } from './bug.js';
import { changeBody, crash, crashOn } from './change.js';

export const robustnessBugs: readonly Bug[] = [
  {
    name: 'extra-field-crash',
    category: 'robustness',
    description: 'hands every field of the body to its database',
    symptom: 'a field that the contract lacks is a 500',
    plant: (steps, { contract }) =>
      changeBody(steps, (fields) =>
        Object.keys(fields).some((name) => !contract.knownFields.includes(name)) ? crash() : fields,
      ),
  },
  {
    name: 'proto-key-crash',
    category: 'robustness',
    description: 'copies the body into an object key by key',
    symptom: 'a field named __proto__ is a 500',
    plant: (steps) => changeBody(steps, (fields) => (Object.hasOwn(fields, '__proto__') ? crash() : fields)),
  },
  {
    name: 'empty-body-crash',
    category: 'robustness',
    description: 'expects a body wherever one should be',
    symptom: 'a submission without a body is a 500',
    plant: (steps) => ({
      readBody: (submission) => (submission.body.text === undefined ? crash() : steps.readBody(submission)),
    }),
  },
  {
    name: 'content-type-ignored',
    category: 'robustness',
    description: 'takes any body for JSON, whatever its content type says',
    symptom: 'a state sent as text/plain is accepted',
    plant: (steps) => ({
      readBody: (submission) =>
        steps.readBody({ ...submission, headers: { ...submission.headers, 'content-type': 'application/json' } }),
    }),
  },
  {
    name: 'method-ignored',
    category: 'robustness',
    description: 'routes by path and takes any method but GET for a submission',
    symptom: 'a POST of a state is accepted',
    plant: (steps, { contract }) => ({
      route: (request) => {
        const { submit, readBack } = contract.operations;
        const isSubmission = request.deviceId !== undefined && request.method !== readBack.method;
        return isSubmission ? { name: 'submit', operation: submit } : steps.route(request);
      },
    }),
  },
  {
    name: 'device-id-crash',
    category: 'robustness',
    description: 'puts the device id into a query without escaping it',
    symptom: 'a device id with a quote is a 500',
    plant: (steps) => ({
      findDevice: (deviceId, account) => (/['"\\;]/.test(deviceId) ? crash() : steps.findDevice(deviceId, account)),
    }),
  },
  {
    name: 'reference-quote-crash',
    category: 'robustness',
    description: 'puts the reference into a query without escaping it',
    symptom: 'a reference with a single quote is a 500',
    plant: (steps, { contract }) => crashOn(steps, (fields) => /'/.test(referenceOf(fields, contract))),
  },
  {
    name: 'reference-emoji-crash',
    category: 'robustness',
    description: 'keeps text in a database whose UTF-8 has three bytes at most',
    symptom: 'a reference with a character beyond U+FFFF is a 500',
    plant: (steps, { contract }) =>
      crashOn(steps, (fields) => /[\u{10000}-\u{10FFFF}]/u.test(referenceOf(fields, contract))),
  },
  {
    name: 'reference-long-crash',
    category: 'robustness',
    description: 'has a column of 255 characters for the reference and does not check its length',
    symptom: 'a reference of 256 characters is a 500',
    plant: (steps, { contract }) => crashOn(steps, (fields) => referenceOf(fields, contract).length > 255),
  },
  {
    name: 'reference-empty-hangs',
    category: 'robustness',
    description: 'waits for a reference that is never filled in',
    symptom: 'a state with an empty reference is never answered',
    plant: (steps, { contract }) => ({
      finish: (answer, request) => {
        const finished = steps.finish(answer, request);
        const fields = answer.record?.fields ?? {};
        const isEmpty = fields[contract.requestFields.recordReferenceId ?? ''] === '';
        return request.route.name === 'submit' && isEmpty ? { ...finished, holdMs: Infinity } : finished;
      },
    }),
  },
];

function referenceOf(
  fields: Readonly<Record<string, unknown>>,
  { requestFields }: { requestFields: { readonly recordReferenceId?: string } },
): string {
  const reference = fields[requestFields.recordReferenceId ?? ''];
  return typeof reference === 'string' ? reference : '';
}
