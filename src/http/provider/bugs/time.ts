/** Defects of time: what is read as a date-time, what it is worth, and what is rendered. */
import { parseRfc3339, renderRfc3339, type Rfc3339Result } from '../../../contract/rfc3339.js';
import type { World } from '../platform-steps.js';
import type { Fields, Steps } from '../steps.js';
import type { Bug } from './bug.js';
import { changeField, changeReadBack, crashOn, forbid } from './change.js';

export const timeBugs: readonly Bug[] = [
  {
    name: 'time-lenient',
    category: 'time',
    description: 'reads times with Date.parse, which takes almost anything',
    symptom: 'a date alone, a time without a zone or with a space in place of the T, and 30 February are accepted',
    plant: (steps, world) =>
      readTimeAs(world, steps, (text) => (Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString())),
  },
  {
    name: 'time-zone-optional',
    category: 'time',
    description: 'takes a time without a zone for UTC',
    symptom: 'a time without a zone is accepted',
    plant: (steps, world) => readTimeAs(world, steps, (text) => (parseRfc3339(`${text}Z`).ok ? `${text}Z` : text)),
  },
  {
    name: 'time-day-rolls-over',
    category: 'time',
    description: 'counts a day that its month lacks into the next month',
    symptom: '30 February is accepted',
    plant: (steps, world) =>
      readTimeAs(world, steps, (text) => {
        const [, month, day, rest] = /^(\d{4}-\d\d)-(29|30|31)(T.*)$/i.exec(text) ?? [];
        if (month === undefined || parseRfc3339(text).ok || !parseRfc3339(`${month}-01${rest}`).ok) return text;
        const first = Date.parse(`${month}-01T00:00:00Z`);
        return `${renderRfc3339(first + (Number(day) - 1) * 86_400_000).slice(0, 10)}${rest}`;
      }),
  },
  {
    name: 'time-offset-ignored',
    category: 'time',
    description: 'reads the clock of a time and not its offset',
    symptom:
      'times with different offsets are put in the wrong order, and the present time of the east lies in the future',
    plant: (steps) => ({ readTime: (text) => steps.readTime(text.replace(/[+-]\d\d:\d\d$/, 'Z')) }),
  },
  {
    name: 'time-offset-lost',
    category: 'time',
    description: 'reads a time back with a Z where its offset was, the clock unchanged',
    symptom: '10:30:00+02:00 reads back as 10:30:00Z, another instant',
    plant: (steps, world) => changeReadTime(world, steps, (text) => text.replace(/[+-]\d\d:\d\d$/, 'Z')),
  },
  {
    name: 'time-fraction-lost',
    category: 'time',
    description: 'keeps times in whole seconds',
    symptom: '10:30:00.5Z reads back as 10:30:00Z',
    plant: (steps, world) => changeReadTime(world, steps, (text) => text.replace(/\.\d+/, '')),
  },
  {
    name: 'time-fraction-refused',
    category: 'time',
    description: 'reads times with a pattern that knows no fraction of a second',
    symptom: 'a time with a fraction is refused',
    plant: (steps, world) => forbidTime(world, steps, /^[^.]*$/),
  },
  {
    name: 'time-lower-case-refused',
    category: 'time',
    description: 'demands capital T and Z, which RFC 3339 does not',
    symptom: 'a time with a small t or z is refused',
    plant: (steps, world) => forbidTime(world, steps, /^[^tz]*$/),
  },
  {
    name: 'leap-second-crash',
    category: 'time',
    description: 'gives second 60 to a calendar that has none',
    symptom: '2016-12-31T23:59:60Z is a 500',
    plant: (steps, { contract }) =>
      crashOn(steps, (fields) => {
        const time = parseRfc3339(String(fields[contract.requestFields.time ?? '']));
        return time.ok && time.isLeapSecond;
      }),
  },
  {
    name: 'time-created-local',
    category: 'time',
    description: 'renders the time of creation with the offset of its own office',
    symptom: 'the time of creation ends with +02:00, not in UTC',
    plant: (steps, world) => changeCreated(world, steps, (atMs) => renderRfc3339(atMs, 120)),
  },
  {
    name: 'time-created-shifted',
    category: 'time',
    description: 'renders the local time of creation as if it were UTC',
    symptom: 'the time of creation lies two hours ahead',
    plant: (steps, world) => changeCreated(world, steps, (atMs) => renderRfc3339(atMs + 7_200_000)),
  },
];

/** Another text is read in place of the one that came, which stays in the record. */
function readTimeAs({ contract }: World, steps: Steps, other: (text: string) => string): Partial<Steps> {
  const name = contract.requestFields.time ?? '';
  const read = (text: string): Rfc3339Result => steps.readTime(other(text));
  return {
    checkSchema: (body) =>
      steps
        .checkSchema(body)
        .filter(
          ({ ruleId, pointer, actual }) =>
            ruleId !== 'contract/date-time' || pointer !== `/${name}` || !read(String(actual)).ok,
        ),
    readTime: read,
  };
}

function changeReadTime({ contract }: World, steps: Steps, change: (text: string) => string): Partial<Steps> {
  return changeReadBack(steps, (body) =>
    changeField(body, contract.requestFields.time, (value) => change(String(value))),
  );
}

function forbidTime(world: World, steps: Steps, allowed: RegExp): Partial<Steps> {
  return forbid(world, steps, {
    quantity: 'time',
    expected: `a time that matches ${allowed.source}`,
    isFine: (value) => allowed.test(String(value)),
  });
}

function changeCreated({ contract }: World, steps: Steps, render: (atMs: number) => string): Partial<Steps> {
  return {
    renderReceipt: (record): Fields =>
      changeField(steps.renderReceipt(record), contract.answerFields.timeCreated, () => render(record.createdAtMs)),
  };
}
