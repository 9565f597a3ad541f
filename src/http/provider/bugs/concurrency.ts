/** Defects that show only while requests are in flight together. */
import { setTimeout as pause } from 'node:timers/promises';

import { compareTimes } from '../../../contract/rfc3339.js';
import type { StoredRecord } from '../records.js';
import type { Fields } from '../steps.js';
import type { Bug } from './bug.js';
import { crash } from './change.js';

/** How long the database takes, ms: long enough for a second request to come in. */
const databaseMs = 15;

export const concurrencyBugs: readonly Bug[] = [
  {
    name: 'duplicate-race',
    category: 'concurrency',
    description: 'waits for its database between looking a reference up and storing under it',
    symptom: 'the same body sent twice at once is stored twice, under two record ids',
    plant: () => ({ reachMemory: () => pause(databaseMs) }),
  },
  {
    name: 'latest-race',
    category: 'concurrency',
    description: 'decides which state is the latest before it waits for its database',
    symptom: 'of two states sent at once, the one with the older time may be read back',
    plant: (steps) => {
      const seen = new WeakMap<Fields, StoredRecord>();
      return {
        keyOf: (fields, submission) => {
          const latest = steps.findLatest(submission.device.deviceId);
          if (latest !== undefined) seen.set(fields, latest);
          return steps.keyOf(fields, submission);
        },
        reachMemory: () => pause(databaseMs),
        becomesLatest: (record) => {
          const latest = seen.get(record.fields);
          return latest === undefined || compareTimes(record.time, latest.time) >= 0;
        },
      };
    },
  },
  {
    name: 'concurrent-bodies-mixed',
    category: 'concurrency',
    description: 'keeps the body of a request in a variable that all requests share',
    symptom: 'of two states sent at once, both are stored with the fields of the second',
    plant: (steps) => {
      let shared: Fields = {};
      return {
        keyOf: (fields, submission) => {
          shared = fields;
          return steps.keyOf(fields, submission);
        },
        reachMemory: () => pause(databaseMs),
        keepFields: () => shared,
      };
    },
  },
  {
    name: 'concurrent-crash',
    category: 'concurrency',
    description: 'breaks where its database is still busy with another submission',
    symptom: 'of two states sent at once, one is answered 500',
    plant: (steps) => {
      let isBusy = false;
      return {
        readBody: (submission) => (isBusy ? crash() : steps.readBody(submission)),
        reachMemory: async () => {
          isBusy = true;
          await pause(databaseMs);
          isBusy = false;
        },
      };
    },
  },
];
