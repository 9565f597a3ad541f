/**
 * JUnit XML as CI servers read it: a suite for each stage, a test case for each case. A finding that belongs to no case
 * becomes a test case of its own, so that no CI server loses it.
 */
import type { Finding } from '../check/finding.js';
import type { CaseFinished } from '../run/event.js';
import { isError } from './summary.js';
import type { StageSummary, Summary } from './summary.js';

interface TestCase {
  readonly name: string;
  readonly durationMs: number;
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'error';
  readonly findings: readonly Finding[];
}

interface Suite {
  readonly name: string;
  readonly durationMs: number;
  readonly cases: readonly TestCase[];
}

export function renderJunit(summary: Summary, version: string): string {
  const suites = summary.stages.map(toSuite);
  if (summary.failure !== undefined) {
    const failed: TestCase = { name: 'run', durationMs: 0, outcome: 'error', findings: [summary.failure] };
    suites.push({ name: 'run', durationMs: 0, cases: [failed] });
  }
  const startedAt = summary.startedAtMs === undefined ? undefined : new Date(summary.startedAtMs).toISOString();
  const cases = suites.flatMap((suite) => suite.cases);
  const head = attributes({
    name: `voltpact ${summary.command}`,
    ...totals(cases),
    time: seconds(summary.durationMs ?? sum(suites.map((suite) => suite.durationMs))),
    timestamp: startedAt,
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${head}>`,
    ...suites.map((suite) => renderSuite(suite, { command: summary.command, startedAt, ...facts(summary, version) })),
    '</testsuites>',
    '',
  ].join('\n');
}

interface SuiteContext {
  readonly command: string;
  readonly startedAt: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

function facts(summary: Summary, version: string): Pick<SuiteContext, 'properties'> {
  return {
    properties: {
      version,
      ...(summary.seed === undefined ? {} : { seed: String(summary.seed) }),
      ...(summary.target === undefined ? {} : { target: summary.target }),
    },
  };
}

function toSuite(stage: StageSummary): Suite {
  const cases: TestCase[] = stage.cases.map(toTestCase);
  for (const finding of stage.findings) {
    cases.push({
      name: `${finding.ruleId}: ${finding.title}`,
      durationMs: 0,
      outcome: isError(finding) ? 'failed' : 'passed',
      findings: [finding],
    });
  }
  const durationMs = stage.durationMs ?? sum(stage.cases.map((one) => one.durationMs));
  return { name: stage.stage, durationMs, cases };
}

function toTestCase({ name, durationMs, outcome, findings }: CaseFinished): TestCase {
  return { name, durationMs, outcome: findings.some(isError) ? 'failed' : outcome, findings };
}

function renderSuite(suite: Suite, context: SuiteContext): string {
  const head = attributes({
    name: suite.name,
    ...totals(suite.cases),
    time: seconds(suite.durationMs),
    timestamp: context.startedAt,
  });
  const properties = Object.entries(context.properties).map(
    ([name, value]) => `      <property${attributes({ name, value })}/>`,
  );
  return [
    `  <testsuite${head}>`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...suite.cases.map((one) => renderCase(one, `voltpact.${context.command}.${suite.name}`)),
    '  </testsuite>',
  ].join('\n');
}

function renderCase(one: TestCase, classname: string): string {
  const head = attributes({ classname, name: one.name, time: seconds(one.durationMs) });
  const inner = renderInner(one);
  if (inner.length === 0) return `    <testcase${head}/>`;
  return [`    <testcase${head}>`, ...inner.map((line) => `      ${line}`), '    </testcase>'].join('\n');
}

/** Errors become the failure; warnings and infos of the same case go to its output, where people see them. */
function renderInner(one: TestCase): string[] {
  const errors = one.findings.filter(isError);
  const others = one.findings.filter((finding) => !isError(finding));
  const output =
    others.length === 0 ? [] : [`<system-out>${escapeText(others.map(describe).join('\n\n'))}</system-out>`];
  if (one.outcome === 'passed') return output;
  const [first] = one.findings;
  if (one.outcome === 'skipped') {
    return [`<skipped${attributes({ message: first === undefined ? 'skipped' : first.message })}/>`, ...output];
  }
  const element = one.outcome === 'error' ? 'error' : 'failure';
  const [cause = first] = errors;
  const head = attributes({ message: cause?.title ?? 'failed', type: cause?.ruleId ?? 'failed' });
  return [`<${element}${head}>${escapeText(errors.map(describe).join('\n\n'))}</${element}>`, ...output];
}

function describe(finding: Finding): string {
  const lines = [`${finding.severity} ${finding.ruleId}: ${finding.title}`, finding.message];
  if (Object.keys(finding.evidence).length > 0) lines.push(`evidence: ${JSON.stringify(finding.evidence)}`);
  if (finding.reproduce?.curl !== undefined) lines.push(`reproduce: ${finding.reproduce.curl}`);
  if (finding.reproduce?.replay !== undefined) lines.push(`replay: ${finding.reproduce.replay}`);
  return lines.join('\n');
}

function totals(cases: readonly TestCase[]): Record<string, string> {
  const count = (outcome: TestCase['outcome']): string => String(cases.filter((one) => one.outcome === outcome).length);
  return { tests: String(cases.length), failures: count('failed'), errors: count('error'), skipped: count('skipped') };
}

function attributes(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join('');
}

/** JUnit counts time in seconds. */
function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function escapeText(text: string): string {
  return legal(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

/** In an attribute a parser turns bare line ends and tabs into spaces (XML 1.0, 3.3.3). */
function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/**
 * XML 1.0 (2.2) knows no way to write most control characters, lone surrogates, U+FFFE and U+FFFF, not even as a
 * reference: they are shown as `\u0000`, so that a report of a broken answer can still be read.
 */
function legal(text: string): string {
  return text.replace(
    /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
