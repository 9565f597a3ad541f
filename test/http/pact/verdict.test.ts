// Protects the reading of the Pact library's results: that each interaction gets its own mismatches, however many failed and
// whatever their names share, and that the fields which are missing come out by name.
import { describe, expect, it } from 'vitest';
import { parseVerdicts } from '../../../src/http/pact/verdict.js';

function failure(description: string, mismatch: object): object {
  return { interaction: `Verifying a pact between a and b Given x - ${description}`, mismatch };
}

function missing(expected: string[], actual: string[]): object {
  return {
    type: 'mismatches',
    mismatches: [
      {
        type: 'BodyMismatch',
        path: '$',
        expected: JSON.stringify(expected),
        actual: JSON.stringify(actual),
        mismatch: 'Actual map is missing the following keys: some',
      },
    ],
  };
}

function result(outcomes: readonly string[], lists: { errors?: object[]; pendingErrors?: object[] }): string {
  return JSON.stringify({
    result: false,
    errors: lists.errors ?? [],
    pendingErrors: lists.pendingErrors ?? [],
    interactionResults: outcomes.map((outcome) => ({ description: 'd', result: outcome })),
  });
}

describe('parseVerdicts', () => {
  it('gives each failure to its interaction, also where names end alike', () => {
    const json = result(['Error', 'OK', 'Error'], {
      errors: [failure('token', missing(['id', 'at'], ['id'])), failure('no token', missing(['id'], []))],
    });
    expect(parseVerdicts(json, ['token', 'fine', 'no token'])).toMatchObject([
      { outcome: 'mismatched', mismatches: [{ missing: ['at'], path: '$', kind: 'body' }] },
      { outcome: 'passed' },
      { outcome: 'mismatched', mismatches: [{ missing: ['id'] }] },
    ]);
  });

  it('finds the failures of pending interactions, which stand in a list of their own', () => {
    const json = result(['Error', 'Error'], {
      errors: [failure('b', missing(['y'], []))],
      pendingErrors: [failure('a', missing(['x'], []))],
    });
    expect(parseVerdicts(json, ['a', 'b'])).toMatchObject([
      { mismatches: [{ missing: ['x'] }] },
      { mismatches: [{ missing: ['y'] }] },
    ]);
  });

  it('says that nothing was compared where a state or the request failed', () => {
    const json = result(['Error'], { errors: [failure('a', { type: 'error', message: 'no connection' })] });
    expect(parseVerdicts(json, ['a'])).toEqual([{ outcome: 'not-compared', message: 'no connection' }]);
  });

  it.each([
    ['a status', { type: 'StatusMismatch', expected: 200, actual: 500, mismatch: 'm' }, { kind: 'status', path: '' }],
    [
      'a header',
      { type: 'HeaderMismatch', key: 'Content-Type', mismatch: 'm' },
      { kind: 'header', path: 'Content-Type' },
    ],
    ['an empty body', { type: 'BodyMismatch', path: '/', actual: null, mismatch: 'm' }, { kind: 'body', path: '$' }],
    ['another type', { type: 'BodyTypeMismatch', actual: 'text/html', mismatch: 'm' }, { kind: 'content-type' }],
  ])('reads %s', (_, mismatch, expected) => {
    const json = result(['Error'], { errors: [failure('a', { type: 'mismatches', mismatches: [mismatch] })] });
    expect(parseVerdicts(json, ['a'])).toMatchObject([{ outcome: 'mismatched', mismatches: [expected] }]);
  });

  it('is a bug, not a pass, where there is not one result for each interaction', () => {
    expect(() => parseVerdicts(result(['OK'], {}), ['a', 'b'])).toThrow(/no result for each interaction/);
  });
});
