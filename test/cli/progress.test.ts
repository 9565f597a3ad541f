// Protects what a user sees while a job runs: one line that changes on a terminal, few plain lines in a log.
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/cli/terminal.js';
import { openProgress } from '../../src/cli/progress.js';
import { createPaint } from '../../src/report/paint.js';
import type { RunEvent } from '../../src/run/event.js';

const paint = createPaint(false);

/** Shows events that come so many ms apart and gives back all that was written. */
function written(
  events: readonly RunEvent[],
  view: { interactive: boolean; everyMs: number; quiet?: boolean },
): string {
  let text = '';
  let nowMs = 0;
  const err: Channel = {
    write: (more) => (text += Buffer.from(more).toString()),
    drained: () => Promise.resolve(),
    closed: false,
    interactive: view.interactive,
    columns: 30,
    paint,
  };
  const progress = openProgress({
    version: '1.2.3',
    terminal: { out: err, err },
    env: {},
    signal: new AbortController().signal,
    quiet: view.quiet ?? false,
    now: () => nowMs,
  });
  for (const event of events) {
    nowMs += view.everyMs;
    progress.show(event);
  }
  progress.close();
  return text;
}

const steps = (count: number): RunEvent[] =>
  Array.from({ length: count }, (_, index) => ({ kind: 'progress', stage: 'day', done: index + 1, total: count }));
const run: readonly RunEvent[] = [
  { kind: 'run-started', command: 'check', seed: 7, target: undefined, startedAtMs: 0 },
  { kind: 'note', message: 'a note' },
  { kind: 'stage-started', stage: 'day', title: 'Send a day', total: 100 },
  ...steps(100),
  { kind: 'stage-finished', stage: 'day', durationMs: 2000, summary: 'all sent' },
  { kind: 'run-finished', finishedAtMs: 1, durationMs: 1 },
];

describe('on a terminal', () => {
  it('changes one line, at most every 80 ms, and removes it at the end', () => {
    const text = written(run, { interactive: true, everyMs: 10 });
    expect(
      text
        .split('\n')
        .map((line) => line.replaceAll(/\r\p{Cc}\[2K/gu, '|'))
        .slice(0, 2),
    ).toEqual(['|seed 7', '|a note']);
    expect(text.match(/Send a day/g)?.length).toBeLessThanOrEqual(14);
    expect(text).toContain('Send a day  0 of 100');
    expect(text).toMatch(/\r\p{Cc}\[2K$/u);
  });

  it('never writes a line wider than the terminal', () => {
    const wide: RunEvent = { kind: 'stage-started', stage: 'day', title: 'A title that is wider than thirty columns' };
    for (const line of written([wide], { interactive: true, everyMs: 100 }).split(/\r\p{Cc}\[2K/u)) {
      expect(line.length).toBeLessThan(30);
    }
  });
});

describe('in a log', () => {
  it('writes a line for each stage that was quick', () => {
    expect(written(run, { interactive: false, everyMs: 10 })).toBe('seed 7\na note\nSend a day: all sent, 2.00 s\n');
  });

  it('writes a line every ten seconds within a stage that is slow', () => {
    const lines = written(run, { interactive: false, everyMs: 500 }).trimEnd().split('\n');
    expect(lines).toEqual([
      'seed 7',
      'a note',
      'Send a day  20 of 100',
      'Send a day  40 of 100',
      'Send a day  60 of 100',
      'Send a day  80 of 100',
      'Send a day  100 of 100',
      'Send a day: all sent, 2.00 s',
    ]);
  });
});

it('writes nothing when it is to be quiet', () => {
  expect(written(run, { interactive: true, everyMs: 10, quiet: true })).toBe('');
});
