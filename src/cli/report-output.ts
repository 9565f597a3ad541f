/** `--report kind[=file]`: which reports a run writes, and where. */
import { unknownWord } from './unknown-word.js';
import type { Arguments, CommandContext, GivenValue } from './command.js';
import { badValue } from './option-value.js';
import { renderJson } from '../report/json.js';
import { renderJunit } from '../report/junit.js';
import { createPaint } from '../report/paint.js';
import type { Paint } from '../report/paint.js';
import { renderText } from '../report/text.js';
import type { Summary } from '../report/summary.js';
import { UserError } from '../errors.js';
import { assertWritable, writeWholeFile } from './write-file.js';

const renderers = {
  text: (summary: Summary, version: string, paint: Paint) => renderText(summary, { version, paint }),
  json: renderJson,
  junit: renderJunit,
} as const;
type ReportKind = keyof typeof renderers;

export interface ReportOutput {
  readonly kind: ReportKind;
  /** Undefined is standard output. */
  readonly file: string | undefined;
}

/**
 * The reports that were asked for. The scorecard goes to standard output unless another report does.
 *
 * @throws UserError for an unknown kind, a file that can't be written, or two reports for one place
 */
export async function parseReports(args: Arguments): Promise<ReportOutput[]> {
  const reports: ReportOutput[] = [];
  for (const value of args.values.get('report') ?? []) {
    const report = parseReport(value);
    const { file } = report;
    if (reports.some((other) => other.file === file)) {
      throw new UserError(`${value.name}: two reports for ${file ?? 'standard output'}`, {
        place: value.place,
        hint: 'Give each report a file of its own: --report json=report.json',
      });
    }
    if (file !== undefined) await assertWritable(file, value);
    reports.push(report);
  }
  if (!reports.some(({ file }) => file === undefined)) reports.push({ kind: 'text', file: undefined });
  return reports;
}

function parseReport(value: GivenValue): ReportOutput {
  const [, kind = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(value.text) ?? [];
  if (!isReportKind(kind)) {
    const words = Object.keys(renderers);
    throw unknownWord('report', kind, {
      words,
      place: value.place,
      hint: `There are ${words.join(', ')}: --report json=report.json`,
    });
  }
  if (file === '')
    throw badValue(value, 'a file behind the =', `Write --report ${kind}=report.${kind} or --report ${kind}.`);
  return { kind, file: file === '-' ? undefined : file };
}

function isReportKind(word: string): word is ReportKind {
  return Object.hasOwn(renderers, word);
}

/** Writes every report. A scorecard without a stage says nothing that standard error doesn't say, so it is left out. */
export async function writeReports(
  reports: readonly ReportOutput[],
  summary: Summary,
  context: CommandContext,
): Promise<void> {
  const { terminal, version, quiet } = context;
  for (const { kind, file } of reports) {
    const paint = file === undefined ? terminal.out.paint : createPaint(false);
    const text = renderers[kind](summary, version, paint);
    if (file !== undefined) {
      await writeWholeFile(file, text);
      if (!quiet) terminal.err.write(`wrote ${file}\n`);
    } else if (kind !== 'text' || summary.stages.length > 0) {
      terminal.out.write(text);
    }
  }
  await terminal.out.drained();
}
