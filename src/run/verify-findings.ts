/** What a verification found, from the verdict on each interaction and what went over the wire for it. */
import type { Finding } from '../check/finding.js';
import { renderCurl } from '../http/client/curl.js';
import type { Exchange } from '../http/exchange.js';
import type { Mismatch } from '../http/pact/verdict.js';
import type { InteractionResult } from '../http/pact/verify-provider.js';
import type { CaseFinished } from './event.js';

export interface Judgement {
  /** Those that belong to no single interaction. */
  readonly findings: readonly Finding[];
  readonly cases: readonly CaseFinished[];
}

/** A case for each interaction, and what can be said only of all of them. */
export function judgeInteractions(stage: string, results: readonly InteractionResult[]): Judgement {
  const refusal = tokenRefusal(results);
  const isLate = results.some(({ verdict }) => verdict.outcome === 'deadline');
  return {
    findings: [...(refusal === undefined ? [] : [refusal]), ...(isLate ? [deadlineFinding(results)] : [])],
    cases: results.map((result) => {
      const toCase = caseOf(stage, result);
      if (refusal !== undefined && usesToken(result))
        return toCase('skipped', notVerified(result, 'the provider refused the token'));
      if (result.verdict.outcome === 'deadline')
        return toCase('skipped', notVerified(result, 'the deadline came first'));
      if (result.verdict.outcome === 'skipped') return toCase('skipped', notVerified(result, result.verdict.reason));
      const findings = findingsOf(result);
      const failed = findings.some(({ severity }) => severity === 'error');
      return toCase(failed ? 'failed' : 'passed', findings);
    }),
  };
}

type ToCase = (outcome: CaseFinished['outcome'], findings: readonly Finding[]) => CaseFinished;

function caseOf(stage: string, { interaction, exchange }: InteractionResult): ToCase {
  return (outcome, findings) => ({
    kind: 'case-finished',
    stage,
    name: interaction.description,
    outcome,
    durationMs: exchange?.durationMs ?? 0,
    findings,
  });
}

function notVerified({ interaction: { description } }: InteractionResult, reason: string): Finding[] {
  return [
    {
      ruleId: 'pact/not-verified',
      severity: 'info',
      title: `"${description}" was not verified`,
      message: `It could not be judged: ${reason}.`,
      evidence: { interaction: description },
    },
  ];
}

/** The exchanges that show what became of the user's token, the state's own request among them. */
function tokenExchanges({ exchange, stateFailure }: InteractionResult): Exchange[] {
  return [exchange, stateFailure?.exchange].filter((each) => each !== undefined);
}

function usesToken({ interaction }: InteractionResult): boolean {
  return interaction.request.filledIn.includes('token');
}

/** One finding where every request with the user's own credentials was answered as if they were wrong. */
function tokenRefusal(results: readonly InteractionResult[]): Finding | undefined {
  const exchanges = results.filter(usesToken).flatMap(tokenExchanges);
  const [first] = exchanges;
  if (first === undefined || !exchanges.every(isRefused)) return undefined;
  const refused = first.login ?? first;
  const { response, request } = refused;
  const isLogin = refused.operation === 'token';
  return {
    ruleId: 'pact/token-refused',
    severity: 'error',
    title: isLogin ? 'The provider refused the login' : 'The provider refused the token',
    message:
      `${request.method} ${request.url} was answered with ${response?.status ?? 'nothing'}, and so was every other request ` +
      `with these credentials. ${isLogin ? 'Check VOLTPACT_ACCOUNT_ID and VOLTPACT_API_KEY' : 'Check VOLTPACT_TOKEN'}; nothing else can be judged before.`,
    evidence: { status: response?.status, answer: response?.body ?? response?.bodyText, requests: exchanges.length },
    reproduce: { curl: renderCurl(refused) },
  };
}

function isRefused({ response, failure, login }: Exchange): boolean {
  return (
    response?.status === 401 || response?.status === 403 || failure?.code === 'login-refused' || login !== undefined
  );
}

function deadlineFinding(results: readonly InteractionResult[]): Finding {
  const last = results.findLast(({ exchange }) => exchange !== undefined);
  return {
    ruleId: 'pact/deadline',
    severity: 'error',
    title: 'The verification was stopped at its deadline',
    message: `The provider took too long; the last interaction that it answered was ${last === undefined ? 'none' : `"${last.interaction.description}"`}. Give it more time, or find out why it is slow.`,
    evidence: { answered: results.filter(({ exchange }) => exchange !== undefined).length, total: results.length },
  };
}

function findingsOf(result: InteractionResult): Finding[] {
  const { verdict, exchange, stateFailure, interaction } = result;
  if (stateFailure !== undefined) {
    return [
      fault(result, { rule: 'state', title: 'Its provider state could not be set up', message: stateFailure.message }),
    ];
  }
  if (exchange?.failure !== undefined) {
    const { code, message } = exchange.failure;
    return [fault(result, { rule: 'no-answer', title: 'The provider gave no answer', message, facts: { code } })];
  }
  if (verdict.outcome === 'mismatched') return verdict.mismatches.map((mismatch) => mismatchFinding(result, mismatch));
  if (verdict.outcome === 'not-compared') {
    return [fault(result, { rule: 'not-compared', title: 'No answer could be compared', message: verdict.message })];
  }
  const status = exchange?.response?.status;
  const recorded = interaction.response.status;
  if (status === undefined || status === recorded) return [];
  return [
    {
      ...fault(result, {
        rule: 'other-status',
        title: `It was answered with ${status}, where ${recorded} is recorded`,
        message: `Nobody documents which it must be, so ${status} is accepted.`,
        facts: { status, recorded },
      }),
      severity: 'info',
    },
  ];
}

interface Fault {
  readonly rule: string;
  readonly title: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

function fault(
  { interaction, exchange, stateFailure }: InteractionResult,
  { rule, title, message, facts }: Fault,
): Finding {
  const shown = exchange ?? stateFailure?.exchange;
  return {
    ruleId: `pact/${rule}`,
    severity: 'error',
    title: `${interaction.description}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    message,
    evidence: { interaction: interaction.description, ...facts },
    ...(shown !== undefined && { reproduce: { curl: renderCurl(shown) } }),
  };
}

const MISMATCH_TITLES: Readonly<Record<Mismatch['kind'], (mismatch: Mismatch, status: number | undefined) => string>> =
  {
    status: (_, status) => `It was answered with ${status ?? 'another status'}`,
    header: ({ path }) => `The header ${path} differs`,
    'content-type': () => 'The answer is not of the recorded type',
    body: ({ path }) => `${path} differs`,
    other: () => 'The answer differs',
  };

function mismatchFinding(result: InteractionResult, mismatch: Mismatch): Finding {
  const { kind, path, missing, expected, actual, message } = mismatch;
  const status = result.exchange?.response?.status;
  const isMissing = missing.length > 0;
  return fault(result, {
    rule: isMissing ? 'missing-field' : kind,
    title: isMissing
      ? `The answer lacks ${missing.map((name) => `"${name}"`).join(', ')}`
      : MISMATCH_TITLES[kind](mismatch, status),
    message,
    facts: { path, ...(isMissing && { missing }), expected, actual, status },
  });
}
