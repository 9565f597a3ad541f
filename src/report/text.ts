/** The scorecard for people: a row for each stage, then the findings grouped by cause. */
import type { Finding, Severity } from '../check/finding.js';
import type { Outcome } from '../run/event.js';
import { renderCoverage } from './coverage.js';
import { renderDuration } from './duration.js';
import type { Brush, Paint } from './paint.js';
import { countsOf, findingsOf, outcomeOf, stageFailed } from './summary.js';
import type { PlacedFinding, StageSummary, Summary } from './summary.js';

export interface TextOptions {
  readonly version: string;
  readonly paint: Paint;
}

/** More places than this are counted, not listed. */
const listedPlaces = 4;
/** Evidence that is longer than this is cut: the JSON report has all of it. */
const evidenceLength = 160;

const marks: Readonly<Record<Severity, string>> = { error: '✗', warning: '!', info: '·' };
const severityOrder: readonly Severity[] = ['error', 'warning', 'info'];

export function renderText(summary: Summary, { version, paint }: TextOptions): string {
  const blocks = [
    renderHead(summary, version, paint),
    renderStages(summary, paint),
    renderFindings(summary, paint),
    renderSkips(summary, paint),
    ...summary.stages.map((stage) => renderCoverage(stage, paint)),
    renderVerdict(summary, paint),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function renderHead(summary: Summary, version: string, paint: Paint): string {
  const facts = [
    ...(summary.target === undefined ? [] : [`target ${summary.target}`]),
    ...(summary.seed === undefined ? [] : [`seed ${summary.seed}`]),
  ];
  return [paint.bold(`voltpact ${summary.command}`), paint.dim([`version ${version}`, ...facts].join('  '))].join('  ');
}

function renderStages(summary: Summary, paint: Paint): string {
  const { stages } = summary;
  const titleWidth = Math.max(0, ...stages.map((stage) => stage.title.length));
  const textOf = (stage: StageSummary): string =>
    stage.durationMs === undefined ? `stopped after ${counted(stage.cases.length, 'case')}` : visible(stage.summary);
  const textWidth = Math.max(0, ...stages.map((stage) => textOf(stage).length));
  return stages
    .map((stage) => {
      const time = stage.durationMs === undefined ? '' : renderDuration(stage.durationMs);
      const row = `${stage.title.padEnd(titleWidth)}  ${textOf(stage).padEnd(textWidth)}  ${paint.dim(time.padStart(9))}`;
      return `  ${stageMark(stage, paint)} ${row}`.trimEnd();
    })
    .join('\n');
}

function stageMark(stage: StageSummary, paint: Paint): string {
  if (stageFailed(stage)) return paint.bad('✗');
  if (stage.cases.length > 0 && stage.cases.every(({ outcome }) => outcome === 'skipped')) return paint.dim('-');
  return stage.durationMs === undefined ? paint.warn('!') : paint.good('✓');
}

/** Findings of cases with the same rule, title and advice are one group, however often they came. */
interface Group {
  readonly finding: Finding;
  readonly places: PlacedFinding[];
}

function renderFindings(summary: Summary, paint: Paint): string {
  const groups = new Map<string, Group>();
  for (const placed of findingsOf(summary).filter(({ isSkip }) => !isSkip)) {
    const { finding, caseName } = placed;
    // What belongs to no case has been grouped by its cause already.
    const own = caseName === undefined ? finding.message : '';
    const key = JSON.stringify([finding.severity, finding.ruleId, finding.title, own]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { finding, places: [placed] });
    else group.places.push(placed);
  }
  return [...groups.values()]
    .toSorted((a, b) => severityOrder.indexOf(a.finding.severity) - severityOrder.indexOf(b.finding.severity))
    .map((group) => renderGroup(group, paint))
    .join('\n\n');
}

/** One line for each reason why cases were skipped. */
function renderSkips(summary: Summary, paint: Paint): string {
  const reasons = new Map<string, number>();
  for (const { isSkip, finding } of findingsOf(summary)) {
    if (isSkip) reasons.set(finding.message, (reasons.get(finding.message) ?? 0) + 1);
  }
  return [...reasons].map(([reason, count]) => `  ${paint.dim(`- ${count} skipped:`)} ${visible(reason)}`).join('\n');
}

function renderGroup({ finding, places }: Group, paint: Paint): string {
  const times = places.length === 1 ? '' : paint.dim(`  ${places.length} times`);
  const head = `${severityPaint(finding.severity, paint)(marks[finding.severity])} ${paint.bold(visible(finding.title))}${times}`;
  const rows: [label: string, text: string][] = [['', finding.message]];
  const cases = places.flatMap((place) => (place.caseName === undefined ? [] : [place.caseName]));
  if (cases.length > 0) rows.push(['in', listed(cases)]);
  if (Object.keys(finding.evidence).length > 0) rows.push(['evidence', shortened(renderEvidence(finding.evidence))]);
  if (finding.reproduce?.curl !== undefined) rows.push(['reproduce', finding.reproduce.curl]);
  if (finding.reproduce?.replay !== undefined) rows.push(['replay', finding.reproduce.replay]);
  rows.push(['rule', finding.ruleId]);
  return [`  ${head}`, ...rows.map(([label, text]) => renderRow(label, text, paint))].join('\n');
}

function renderRow(label: string, text: string, paint: Paint): string {
  const indent = label === '' ? '    ' : `    ${paint.dim(label.padEnd(10))}`;
  return visible(text)
    .split('\n')
    .map((line, index) => (index === 0 ? `${indent}${line}` : `${' '.repeat(label === '' ? 4 : 14)}${line}`))
    .join('\n');
}

function listed(cases: readonly string[]): string {
  const names = [...new Set(cases)];
  const shown = names.slice(0, listedPlaces).join('; ');
  return names.length <= listedPlaces ? shown : `${shown}; and ${names.length - listedPlaces} more`;
}

function renderEvidence(evidence: Readonly<Record<string, unknown>>): string {
  return Object.entries(evidence)
    .filter((entry) => entry[1] !== undefined)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= evidenceLength ? line : `${line.slice(0, evidenceLength - 1)}…`;
}

function renderVerdict(summary: Summary, paint: Paint): string {
  const outcome = outcomeOf(summary);
  const { cases, findings } = countsOf(summary);
  const hasCases = cases.passed + cases.failed + cases.skipped > 0;
  const parts = hasCases ? [`${cases.passed} passed`, `${cases.failed} failed`] : [];
  if (cases.skipped > 0) parts.push(`${cases.skipped} skipped`);
  if (findings.error > 0) parts.push(counted(findings.error, 'error'));
  if (findings.warning > 0) parts.push(counted(findings.warning, 'warning'));
  if (parts.length === 0) parts.push('nothing found');
  const time = summary.durationMs === undefined ? '' : paint.dim(`  in ${renderDuration(summary.durationMs)}`);
  return `${verdict(outcome, paint)}  ${parts.join(', ')}${time}`;
}

function verdict(outcome: Outcome, paint: Paint): string {
  if (outcome === 'pass') return paint.bold(paint.good('PASS'));
  return paint.bold(paint.bad(outcome === 'fail' ? 'FAIL' : 'ERROR'));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function severityPaint(severity: Severity, paint: Paint): Brush {
  return { error: paint.bad, warning: paint.warn, info: paint.dim }[severity];
}

/** What a provider answered must not steer the terminal: control characters are shown, not sent. */
function visible(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
