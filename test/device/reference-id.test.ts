// Protects idempotency: the same run started again gives the same reference ids, and no two runs of a device share one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referencePrefix, renderReferenceId } from '../../src/device/reference-id.js';

const run = { seed: 1, runLabel: 'summer', startMs: 1_750_456_800_000, deviceId: 'dev_6563a6757360a6d6a628e839' };

describe('a reference id', () => {
  it('is readable, and ordered like the records', () => {
    const prefix = referencePrefix(run);
    expect(renderReferenceId(prefix, 123)).toMatch(/^vp-[0-9a-f]{16}-000123$/);
    expect(renderReferenceId(prefix, 1_234_567)).toMatch(/-1234567$/);
    expect(renderReferenceId(prefix, 9) < renderReferenceId(prefix, 10)).toBe(true);
  });

  it('is the same when the same run starts again', () => {
    expect(referencePrefix({ ...run })).toBe(referencePrefix(run));
  });

  it.each([
    { change: { seed: 2 }, what: 'seed' },
    { change: { runLabel: 'winter' }, what: 'scenario' },
    { change: { startMs: run.startMs + 1 }, what: 'start' },
    { change: { deviceId: 'dev_6563a6757360a6d6a628e83a' }, what: 'device' },
  ])('differs with another $what', ({ change }) => {
    expect(referencePrefix({ ...run, ...change })).not.toBe(referencePrefix(run));
  });

  it('does not collide over many runs', () => {
    const prefixes = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      for (let start = 0; start < 100; start++)
        prefixes.add(referencePrefix({ ...run, seed, startMs: start * 86_400_000 }));
    }
    expect(prefixes.size).toBe(10_000);
  });

  it('takes any label', () => {
    fc.assert(
      fc.property(fc.string(), (runLabel) => {
        expect(referencePrefix({ ...run, runLabel })).toMatch(/^vp-[0-9a-f]{16}$/);
      }),
    );
  });
});
