/** Defects of the memory: what reads back is not what was submitted, or not the latest. */
import { compareTimes, parseRfc3339 } from '../../../contract/rfc3339.js';
import { Refusal } from '../refusal.js';
import type { Bug } from './bug.js';
import { changeField, changeNumber, changeReadBack, isFields } from './change.js';

export const readBackBugs: readonly Bug[] = [
  {
    name: 'power-sign-lost',
    category: 'read-back',
    description: 'keeps power as a magnitude',
    symptom: 'a power of -3.4 reads back as 3.4',
    plant: (steps, { contract }) =>
      changeReadBack(steps, (body) => changeNumber(body, contract.requestFields.powerKw, Math.abs)),
  },
  {
    name: 'power-clamped',
    category: 'read-back',
    description: 'keeps power within the 10 kW that its column allows',
    symptom: 'a power of 11.5 reads back as 10',
    plant: (steps, { contract }) =>
      changeReadBack(steps, (body) =>
        changeNumber(body, contract.requestFields.powerKw, (value) => Math.max(-10, Math.min(10, value))),
      ),
  },
  {
    name: 'power-zero-dropped',
    category: 'read-back',
    description: 'leaves out what is false by truth when it renders optional fields',
    symptom: 'a power of 0 does not read back',
    plant: (steps, { contract }) =>
      changeReadBack(steps, (body) =>
        changeNumber(body, contract.requestFields.powerKw, (value) => (value === 0 ? undefined : value)),
      ),
  },
  {
    name: 'soc-rounded',
    category: 'read-back',
    description: 'keeps the state of charge in whole percent',
    symptom: 'a state of charge of 34.2 reads back as 34',
    plant: (steps, { contract }) =>
      changeReadBack(steps, (body) => changeNumber(body, contract.requestFields.socPercent, Math.round)),
  },
  {
    name: 'energy-single-precision',
    category: 'read-back',
    description: 'keeps energy in 32 bits',
    symptom: 'an energy of 8.3 reads back as 8.300000190734863',
    plant: (steps, { contract }) =>
      changeReadBack(steps, (body) => changeNumber(body, contract.requestFields.energyKwh, Math.fround)),
  },
  {
    name: 'reserve-dropped',
    category: 'read-back',
    description: 'has no column for the backup reserve',
    symptom: 'the reserve does not read back',
    plant: (steps, { contract }) =>
      changeReadBack(steps, (body) => changeField(body, contract.requestFields.reservePercent, () => undefined)),
  },
  {
    name: 'optional-merged',
    category: 'read-back',
    description: 'writes a state over the one before it, field by field',
    symptom: 'an optional field that the latest state lacks reads back from an earlier one',
    plant: (steps, { contract, records }) =>
      changeReadBack(steps, (body, { deviceId }) => {
        const earlier = records.of(deviceId).flatMap(({ fields }) => Object.entries(fields));
        const optional = earlier.filter(([name]) => !contract.requiredFields.includes(name));
        return { ...Object.fromEntries(optional), ...body };
      }),
  },
  {
    name: 'reference-mangled',
    category: 'read-back',
    description: 'reads its memory as Latin-1, though it wrote UTF-8',
    symptom: 'a reference of "Zähler" reads back as "ZÃ¤hler"',
    plant: (steps, { contract }) =>
      changeReadBack(steps, (body) =>
        changeField(body, contract.requestFields.recordReferenceId, (value) =>
          Buffer.from(String(value), 'utf8').toString('latin1'),
        ),
      ),
  },
  {
    name: 'latest-by-arrival',
    category: 'read-back',
    description: 'takes what came last for the latest state',
    symptom: 'a state with an older time is read back once it has arrived late',
    plant: () => ({ becomesLatest: () => true }),
  },
  {
    name: 'read-back-stale',
    category: 'read-back',
    description: 'reads from a copy that lags one record behind',
    symptom: 'the state before the latest is read back',
    plant: (_steps, { records }) => ({
      findLatest: (deviceId) => records.of(deviceId).at(-2) ?? records.latest(deviceId),
    }),
  },
  {
    name: 'refused-state-stored',
    category: 'read-back',
    description: 'stores a state before it checks its bounds',
    symptom: 'a state that was refused is read back',
    plant: (steps, { contract, records, now }) => ({
      readBody: (submission) => {
        const content = steps.readBody(submission);
        if (content instanceof Refusal || !isFields(content.value)) return content;
        if (steps.checkSchema(content.value).length === 0) return content;
        const { accountId, device } = submission;
        const time = parseRfc3339(String(content.value[contract.requestFields.time ?? '']));
        const latest = records.latest(device.deviceId);
        if (!time.ok || (latest !== undefined && compareTimes(time, latest.time) < 0)) return content;
        const id = `dsr_${records.of(device.deviceId).length}`;
        const record = { id, accountId, deviceId: device.deviceId, time, createdAtMs: now(), fields: content.value };
        records.store(record, { becomesLatest: true, key: undefined });
        return content;
      },
    }),
  },
];
