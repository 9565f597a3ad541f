// Protects the parser of the command line: each way to write an option, and the values that options take.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.js';
import { commands } from '../../src/cli/command-table.js';
import type { CommandSpec, GivenValue } from '../../src/cli/command.js';
import { parseDurationS, parsePort, parseSeed } from '../../src/cli/option-value.js';
import { UserError } from '../../src/errors.js';

function commandOf(name: string): CommandSpec {
  const command = commands.find((one) => one.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command;
}

function parse(name: string, ...words: string[]) {
  const { positional, values, switches } = parseArguments(words, commandOf(name));
  return {
    positional: positional?.text,
    values: Object.fromEntries([...values].map(([key, given]) => [key, given.map(({ text }) => text)])),
    switches: [...switches],
  };
}

describe('parseArguments', () => {
  it.each([
    ['a value behind a space', ['--seed', '7'], { seed: ['7'] }],
    ['a value behind =', ['--seed=7'], { seed: ['7'] }],
    ['a value with = in it', ['--report', 'json=a=b.json'], { report: ['json=a=b.json'] }],
    ['an option that may stand several times', ['--report', 'text', '--report=json=x'], { report: ['text', 'json=x'] }],
    ['a value that begins with one dash', ['--seed', '-5'], { seed: ['-5'] }],
    ['an empty value', ['--seed='], { seed: [''] }],
  ])('takes %s', (_, words, values) => {
    expect(parse('check', ...words).values).toEqual(values);
  });

  it('takes switches and the argument wherever they stand', () => {
    expect(parse('simulate', '--quiet', 'a-scenario', '--no-color', '--out', '-')).toEqual({
      positional: 'a-scenario',
      values: { out: ['-'] },
      switches: ['quiet', 'no-color'],
    });
  });

  it('takes a name that looks like an option behind --', () => {
    expect(parse('simulate', '--', '--odd.yaml').positional).toBe('--odd.yaml');
  });

  property.prop([fc.constantFrom(...commands), fc.array(fc.string(), { maxLength: 6 })])(
    'answers any words with arguments or a UserError',
    (command, words) => {
      try {
        parseArguments(words, command);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    },
  );
});

const value = (text: string): GivenValue => ({ text, name: '--option', place: {} });

describe('values', () => {
  it.each([
    ['90s', 90],
    ['30m', 1800],
    ['24h', 86_400],
    ['7d', 604_800],
    ['1h30m', 5400],
    ['0.5h', 1800],
  ])('the duration %s is %d s', (text, durationS) => {
    expect(parseDurationS(value(text))).toBe(durationS);
  });

  it.each(['', '5', 'h', '-1h', '1h ', '1 h', '0s', '1h30', '1w', 'NaNs', `${'9'.repeat(400)}h`])(
    'refuses the duration %j',
    (text) => {
      expect(() => parseDurationS(value(text))).toThrow(UserError);
    },
  );

  it.each([
    ['0', 0],
    ['42', 42],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('the seed %s is %d', (text, seed) => {
    expect(parseSeed(value(text))).toBe(seed);
  });

  it.each(['', '-1', '1.5', '1e3', '0x10', '9007199254740992', ' 1'])('refuses the seed %j', (text) => {
    expect(() => parseSeed(value(text))).toThrow(UserError);
  });

  it.each(['65536', '-1', 'http'])('refuses the port %j', (text) => {
    expect(() => parsePort(value(text))).toThrow(UserError);
  });

  it('names the option and its place in the configuration file', () => {
    const given = { text: 'x', name: 'port', place: { file: 'voltpact.yaml', line: 3, column: 7 } };
    expect(() => parsePort(given)).toThrow(
      expect.objectContaining({
        message: 'port: expected a whole number from 0 to 65535, got "x"',
        place: given.place,
      }),
    );
  });
});

describe('every command', () => {
  it.each(commands.map((command) => [command.name, command] as const))(
    '%s has examples that its own parser takes',
    (_, command) => {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const [line] of command.examples) {
        const [name, ...words] = (line.split(' | ')[0] ?? '').split(' ');
        expect(name).toBe(command.name);
        expect(() => parseArguments(words, command)).not.toThrow();
      }
    },
  );
});
