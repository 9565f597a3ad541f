/** The help texts, from the same tables that the parser reads. */
import type { CommandSpec, OptionSpec } from './command.js';
import { exitCodeMeanings } from './exit-code.js';
import type { Channel } from './terminal.js';

const widest = 100;

const everywhere: readonly Row[] = [
  ['voltpact <command> --help', 'options and examples of a command'],
  ['voltpact --version', 'the version'],
];
const examples: readonly Row[] = [
  ['voltpact check', 'the whole gate against the built-in mock provider'],
  ['voltpact verify --target https://staging.example.com', 'the recorded contract against your provider'],
  ['voltpact mock --port 8080', 'a provider to develop against'],
];
const credentials = 'Only from the environment: VOLTPACT_TOKEN, or VOLTPACT_ACCOUNT_ID with VOLTPACT_API_KEY.';

export function renderOverview(commands: readonly CommandSpec[], out: Channel): string {
  const { paint } = out;
  const columns = Math.min(out.columns, widest);
  const section = (title: string, rows: readonly Row[]): string[] => ['', paint.bold(title), table(rows, columns)];
  return [
    `${paint.bold('voltpact')} <command> [options]`,
    '',
    'Simulates batteries, and tests the contract by which they tell an energy platform their state.',
    ...section(
      'Commands',
      commands.map((command): Row => [usageOf(command), command.summary]),
    ),
    ...section('Everywhere', everywhere),
    ...section('Examples', examples),
    '',
    paint.bold('Credentials'),
    ...wrap(credentials, columns - 2).map((line) => `  ${line}`),
    '',
    ...exitCodeLines(out),
    '',
  ].join('\n');
}

export function renderCommandHelp(command: CommandSpec, out: Channel): string {
  const { paint } = out;
  const columns = Math.min(out.columns, widest);
  const lines = [`${paint.bold(`voltpact ${usageOf(command)}`)} [options]`, '', ...wrap(command.summary, columns)];
  for (const paragraph of command.details === '' ? [] : command.details.split('\n'))
    lines.push(...wrap(paragraph, columns));
  if (command.positional !== undefined) {
    lines.push('', paint.bold('Argument'), table([[command.positional.name, command.positional.description]], columns));
  }
  const byGroup = new Map<string, OptionSpec[]>();
  for (const option of command.options) byGroup.set(option.group, [...(byGroup.get(option.group) ?? []), option]);
  for (const [group, options] of byGroup) {
    const rows = options.map(({ name, value, description }): Row => [
      value === undefined ? `--${name}` : `--${name} <${value}>`,
      description,
    ]);
    lines.push('', paint.bold(group), table(rows, columns));
  }
  lines.push(
    '',
    paint.bold('Examples'),
    table(
      command.examples.map(([line, does]): Row => [`voltpact ${line}`, does]),
      columns,
    ),
  );
  return [...lines, '', ...exitCodeLines(out), ''].join('\n');
}

/** `simulate <scenario>`, `mock [scenario]`, `check`. */
function usageOf({ name, positional }: CommandSpec): string {
  if (positional === undefined) return name;
  return positional.required ? `${name} <${positional.name}>` : `${name} [${positional.name}]`;
}

function exitCodeLines({ paint, columns }: Channel): string[] {
  const rows = exitCodeMeanings.map(([code, meaning]): Row => [String(code), meaning]);
  return [paint.bold('Exit codes'), table(rows, Math.min(columns, widest))];
}

type Row = readonly [left: string, right: string];

/** Two columns; where the left one is long, the right one begins on a line of its own. */
function table(rows: readonly Row[], columns: number): string {
  const left = Math.min(Math.max(...rows.map(([text]) => text.length)), 30);
  const pad = ' '.repeat(left + 4);
  return rows
    .map(([name, text]) => {
      const lines = wrap(text, columns - pad.length);
      const head = `  ${name.padEnd(left)}  `;
      if (name.length > left) return [`  ${name}`, ...lines.map((line) => pad + line)].join('\n');
      return lines.map((line, index) => (index === 0 ? head : pad) + line).join('\n');
    })
    .join('\n');
}

/** Breaks between words so that lines stay within the width; a longer word stays whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
