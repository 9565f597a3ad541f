/** Several requests that mean something together: repetitions, references, order in time, requests in flight at once. */
import type { Contract } from '../../contract/contract.js';
import { requestShape } from '../../contract/request-shape.js';
import { interleave } from './interleave.js';
import { bodyOf, otherText, referenceHole, timeHole } from './bodies.js';
import type { BodyWish } from './bodies.js';
import type { Covered, FieldTexts, Probe, ReadStep, Step, SubmitStep } from './step.js';

export interface SequenceOptions {
  readonly devices: number;
  readonly hasOtherAccount: boolean;
  readonly canRenewToken: boolean;
  /** True where ticks are whole seconds, so that fractions and offsets can be put between them. */
  readonly hasSeconds: boolean;
}

const READ: ReadStep = { kind: 'read', device: 0 };

/** What the devices report before anything is submitted. */
export function openingProbe(devices: number): Probe {
  const steps = Array.from({ length: devices }, (_, device): ReadStep => ({ kind: 'read', device }));
  return probe('sequence/opening', 'the state of a device is read before anything is submitted', steps);
}

/** What teaches how the provider settles what is open. Before all else that repeats something or goes back in time. */
export function calibrationProbes(contract: Contract): Probe[] {
  const first = submit(bodyOf(contract));
  const minimal = (tick: number, reference: string): SubmitStep =>
    submit(bodyOf(contract, { tick, reference, isMinimal: true }));
  return [
    probe('sequence/repeat', 'a state is submitted twice', [first, first, READ]),
    probe('sequence/older', 'a state with an older time arrives late', [minimal(5, 'a'), minimal(0, 'b'), READ]),
  ];
}

export function sequenceProbes(contract: Contract, options: SequenceOptions): Probe[] {
  return interleave([
    referenceProbes(contract),
    concurrentProbes(contract),
    memoryProbes(contract),
    [...(options.devices > 1 ? deviceProbes(contract) : []), ...(options.hasSeconds ? orderProbes(contract) : [])],
    [...referenceFamily(contract), ...patienceProbes(contract, options)],
  ]);
}

function probe(id: string, title: string, steps: readonly Step[]): Probe {
  return { id, title, covers: SEQUENCE, steps };
}

const SEQUENCE: readonly Covered[] = [{ field: '(request)', constraint: 'sequence' }];

function submit(
  body: FieldTexts,
  rest: Omit<SubmitStep, 'kind' | 'device' | 'body'> & { device?: number } = {},
): SubmitStep {
  return { kind: 'submit', device: 0, body, ...rest };
}

/** Each field by which two states under one reference can differ. */
function referenceProbes(contract: Contract): Probe[] {
  const { fields } = requestShape(contract);
  const body = (wish: BodyWish): SubmitStep => submit(bodyOf(contract, wish));
  const others = fields.flatMap((field): SubmitStep[] => {
    const other = field.quantity === 'time' ? timeHole(1) : otherText(field);
    return other === undefined ? [] : [body({ fields: { [field.name]: other } })];
  });
  const [firstNumber] = fields.filter((field) => field.isRequired && otherText(field) !== undefined);
  const changed = firstNumber === undefined ? {} : { [firstNumber.name]: otherText(firstNumber) };
  const optional = fields.filter(({ isRequired, quantity }) => !isRequired && quantity !== 'recordReferenceId');
  const left = Object.fromEntries(optional.slice(0, 1).map(({ name }) => [name, undefined]));
  return [
    probe('sequence/other-body', 'a reference is used for another state', [body({}), body({ fields: changed }), READ]),
    probe('sequence/repeat-later', 'a state is repeated after another one', [
      body({}),
      body({ tick: 1, reference: 'b' }),
      body({}),
      READ,
    ]),
    probe('sequence/each-field', 'a reference is used for states that differ in one field each', [
      body({}),
      ...others,
      READ,
    ]),
    probe('sequence/field-left-out', 'a reference is used for the same state without an optional field', [
      body({}),
      body({ fields: left }),
      READ,
    ]),
    ...spellingProbes(contract),
  ];
}

function spellingProbes(contract: Contract): Probe[] {
  const first = submit(bodyOf(contract));
  return ['json/reverse-order', 'json/spaced'].map((caseId) =>
    probe(`sequence/repeat-${caseId.slice(5)}`, 'a state is repeated in another spelling', [
      first,
      { ...first, caseId },
    ]),
  );
}

/** What must not be left behind, and what must. */
function memoryProbes(contract: Contract): Probe[] {
  const { fields } = requestShape(contract);
  const bound = fields.find(({ isRequired, schema }) => isRequired && schema['maximum'] !== undefined);
  const empty = { [contract.requestFields.recordReferenceId ?? '']: '""' };
  const right = submit(bodyOf(contract));
  return [
    probe('sequence/stale', 'a state with only the required fields follows one with all of them', [
      right,
      submit(bodyOf(contract, { tick: 1, reference: null, isMinimal: true })),
      READ,
    ]),
    ...(bound === undefined ? [] : refusedProbes(contract, `maximum/${bound.name}/one`)),
    probe('sequence/read-twice', 'a state is read twice', [right, READ, READ]),
    probe('sequence/two-states', 'two states follow each other', [
      right,
      submit(bodyOf(contract, { tick: 1, reference: 'b' })),
      READ,
    ]),
    probe('sequence/empty-reference', 'a state with an empty reference is submitted twice', [
      submit(bodyOf(contract, { fields: empty })),
      submit(bodyOf(contract, { fields: empty })),
    ]),
    probe('sequence/no-reference', 'a state without a reference is submitted twice', [
      submit(bodyOf(contract, { reference: null })),
      submit(bodyOf(contract, { reference: null }), { deserves: 'any' }),
    ]),
  ];
}

function refusedProbes(contract: Contract, caseId: string): Probe[] {
  const right = submit(bodyOf(contract));
  return [
    probe('sequence/corrected', 'a refused state is corrected and sent again under the same reference', [
      { ...right, caseId },
      right,
      READ,
    ]),
    probe('sequence/refused-leaves-no-trace', 'a refused state follows one that was accepted', [
      right,
      submit(bodyOf(contract, { tick: 1, reference: 'b' }), { caseId }),
      READ,
    ]),
  ];
}

function concurrentProbes(contract: Contract): Probe[] {
  const { fields } = requestShape(contract);
  const number = fields.find((field) => field.isRequired && otherText(field) !== undefined);
  const changed = number === undefined ? {} : { [number.name]: otherText(number) };
  const right = submit(bodyOf(contract));
  const at = (tick: number, reference: string): SubmitStep =>
    submit(bodyOf(contract, { tick, reference, ...(tick % 2 === 0 ? {} : { fields: changed }) }));
  const together = ([first, ...rest]: readonly SubmitStep[]): Step[] =>
    first === undefined ? [] : [first, ...rest.map((step) => ({ ...step, together: true }))];
  return [
    probe('together/same', 'the same state is submitted three times at once', [
      ...together([right, right, right]),
      READ,
    ]),
    probe('together/two-states', 'two states come in at once, the later one first', [
      ...together([at(1, 'a'), at(0, 'b')]),
      READ,
    ]),
    probe('together/other-body', 'two states come in at once under one reference', [
      ...together([right, submit(bodyOf(contract, { fields: changed }))]),
      READ,
    ]),
    probe('together/four-states', 'four states come in at once', [
      ...together([at(0, 'a'), at(3, 'b'), at(1, 'c'), at(2, 'd')]),
      READ,
    ]),
  ];
}

function deviceProbes(contract: Contract): Probe[] {
  const { fields } = requestShape(contract);
  const number = fields.find((field) => field.isRequired && otherText(field) !== undefined);
  const changed = number === undefined ? {} : { [number.name]: otherText(number) };
  const readOther: ReadStep = { kind: 'read', device: 1 };
  const first = submit(bodyOf(contract));
  const second = submit(bodyOf(contract, { reference: 'b', fields: changed }), { device: 1 });
  return [
    probe('devices/apart', 'two devices report one after the other', [first, second, READ, readOther]),
    probe('devices/same-reference', 'two devices use the same reference', [
      first,
      submit(bodyOf(contract, { fields: changed }), { device: 1 }),
      READ,
      readOther,
    ]),
    probe('devices/same-body', 'two devices report the same under the same reference', [
      first,
      { ...first, device: 1 },
      readOther,
    ]),
    probe('devices/together', 'two devices report at once', [first, { ...second, together: true }, READ, readOther]),
  ];
}

/** Instants that are in one order, and in the other one to whoever compares their text or their clock. */
function orderProbes(contract: Contract): Probe[] {
  const { time } = contract.requestFields;
  if (time === undefined) return [];
  const at = (reference: string, rest: Parameters<typeof timeHole>): SubmitStep =>
    submit(bodyOf(contract, { reference, fields: { [time]: timeHole(...rest) } }));
  return [
    probe('order/clock-ahead', 'an earlier instant with a later clock arrives late', [
      at('a', [5]),
      at('b', [3, { utcOffsetMinutes: 120 }]),
      READ,
    ]),
    probe('order/clock-behind', 'a later instant with an earlier clock follows', [
      at('a', [3, { utcOffsetMinutes: 120 }]),
      at('b', [5, { utcOffsetMinutes: -300 }]),
      READ,
    ]),
    probe('order/fraction', 'a state follows within the same second', [
      at('a', [3]),
      at('b', [3, { fraction: '5' }]),
      READ,
    ]),
    probe('order/digits', 'fractions of a second are ordered by value, not by length', [
      at('a', [3, { fraction: '25' }]),
      at('b', [3, { fraction: '3' }]),
      READ,
    ]),
  ];
}

/** References that differ in little: whoever folds, trims or cuts them takes two for one. */
const FAMILY: readonly (readonly [name: string, form: string])[] = [
  ['a', '"@@-reka"'],
  ['a', '"@@-REKA"'],
  ['a', '"@@-reka "'],
  ['a', '" @@-reka"'],
  ['a', '"@@-rek\u00E4"'],
  ['a', '"@@-reka\u0308"'],
  ['a', '"@@-reka\\u0000b"'],
  ['a', '"@@-reka\\u0000c"'],
  ['a', '"@@"'],
  ['a', '"0@@"'],
  ['a', '"@@.0"'],
  ['a', `"@@${'x'.repeat(234)}1"`],
  ['a', `"@@${'x'.repeat(234)}2"`],
];
/** Longer than any column is known to be short: they may be refused, but nothing may break. */
const LENGTHS = [256, 1025, 70_000];

function referenceFamily(contract: Contract): Probe[] {
  const name = contract.requestFields.recordReferenceId;
  if (name === undefined) return [];
  const steps = FAMILY.map(([own, form], index) =>
    submit(bodyOf(contract, { tick: index, fields: { [name]: referenceHole(own, form) } })),
  );
  const long = LENGTHS.map((length, tick) =>
    submit(bodyOf(contract, { tick, fields: { [name]: referenceHole('a', `"@@${'x'.repeat(length - 20)}"`) } }), {
      deserves: 'any',
    }),
  );
  return [
    probe('references/alike', 'references that differ in case, spaces, accents or their last letter', [...steps, READ]),
    probe('references/long', 'references beyond the length of usual columns', long),
  ];
}

function patienceProbes(contract: Contract, { canRenewToken, hasOtherAccount }: SequenceOptions): Probe[] {
  const right = submit(bodyOf(contract));
  return [
    probe('sequence/abandoned', 'a state is repeated after nobody waited for its answer', [
      { ...right, abandonedAfterMs: 1 },
      right,
      READ,
    ]),
    ...(canRenewToken
      ? [
          probe('sequence/renewed-token', 'a state is repeated with another token', [
            right,
            { ...right, sender: 'renewed' },
            READ,
          ]),
        ]
      : []),
    ...(hasOtherAccount
      ? [
          probe('accounts/same-reference', 'two accounts use the same reference', [
            right,
            { ...right, sender: 'other-account' },
            READ,
          ]),
        ]
      : []),
  ];
}
