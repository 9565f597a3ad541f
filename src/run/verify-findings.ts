/** What a verification found, from the verdict on each interaction and what went over the wire for it. */
import type { Finding } from '../check/finding.js';
import type { Contract } from '../contract/contract.js';
import { fromWire } from '../contract/telemetry.js';
import { renderCurl } from '../http/client/curl.js';
import type { Exchange } from '../http/exchange.js';
import type { PactInteraction } from '../http/pact/pact-file.js';
import type { Mismatch } from '../http/pact/verdict.js';
import type { InteractionResult } from '../http/pact/verify-provider.js';
import type { CaseFinished } from './event.js';

export interface Judgement {
  /** Those that belong to no single interaction. */
  readonly findings: readonly Finding[];
  readonly cases: readonly CaseFinished[];
}

export interface JudgementContext {
  readonly stage: string;
  readonly contract: Contract;
}

/** A case for each interaction, and what can be said only of all of them. */
export function judgeInteractions(results: readonly InteractionResult[], context: JudgementContext): Judgement {
  const refusal = generalRefusal(results);
  const isLate = results.some(({ verdict }) => verdict.outcome === 'deadline');
  return {
    findings: [...(refusal === undefined ? [] : [refusal]), ...(isLate ? [deadlineFinding(results)] : [])],
    cases: results.map((result) => {
      const toCase = caseOf(context.stage, result);
      const reason = refusal !== undefined && usesToken(result) ? lowerFirst(refusal.title) : reasonToSkip(result);
      if (reason !== undefined) return toCase('skipped', notVerified(result, reason));
      const findings = findingsOf(result, context.contract);
      const failed = findings.some(({ severity }) => severity === 'error');
      return toCase(failed ? 'failed' : 'passed', findings);
    }),
  };
}

function reasonToSkip({ verdict }: InteractionResult): string | undefined {
  if (verdict.outcome === 'deadline') return 'the deadline came first';
  return verdict.outcome === 'skipped' ? verdict.reason : undefined;
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
function tokenExchanges({ exchange, stateExchange }: InteractionResult): Exchange[] {
  return [exchange, stateExchange].filter((each) => each !== undefined);
}

function usesToken({ interaction }: InteractionResult): boolean {
  return interaction.request.filledIn.includes('token');
}

/**
 * One finding where every request with the user's own credentials met the same refusal: what is wrong then is the token, or
 * the device id, and not the provider.
 */
function generalRefusal(results: readonly InteractionResult[]): Finding | undefined {
  const exchanges = results.filter(usesToken).flatMap(tokenExchanges);
  const refused = exchanges[0]?.login ?? exchanges[0];
  if (refused === undefined) return undefined;
  const statuses = exchanges.map(({ response, login }) => (login ?? { response }).response?.status ?? 0);
  const isToken = statuses.every((status) => status === 401 || status === 403);
  if (!isToken && !statuses.every((status) => status === 403 || status === 404)) return undefined;
  const isLogin = refused.operation === 'token';
  const title = isLogin
    ? 'The provider refused the login'
    : `The provider ${isToken ? 'refused the token' : 'does not know the device'}`;
  const check = isLogin
    ? 'VOLTPACT_ACCOUNT_ID and VOLTPACT_API_KEY'
    : isToken
      ? 'VOLTPACT_TOKEN, and that the account has the device'
      : '--device-id, and that --target has the right path';
  const { request, response } = refused;
  return {
    ruleId: isToken ? 'pact/token-refused' : 'pact/device-unknown',
    severity: 'error',
    title,
    message: `${request.method} ${request.url} was answered with ${statuses[0]}, and every other request with these credentials was refused too. Check ${check}; nothing else can be judged before.`,
    evidence: { status: statuses[0], answer: response?.body ?? response?.bodyText, requests: exchanges.length },
    reproduce: { curl: renderCurl(refused) },
  };
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

function findingsOf(result: InteractionResult, contract: Contract): Finding[] {
  const { verdict, exchange, stateFailure } = result;
  if (stateFailure !== undefined) {
    return [
      fault(result, { rule: 'state', title: 'Its provider state could not be set up', message: stateFailure.message }),
    ];
  }
  if (exchange?.failure !== undefined) {
    const { code, message } = exchange.failure;
    return [fault(result, { rule: 'no-answer', title: 'The provider gave no answer', message, facts: { code } })];
  }
  if (verdict.outcome !== 'passed' && exchange === undefined) {
    const message = 'Nothing was sent, since the provider had stopped answering.';
    return [fault(result, { rule: 'no-answer', title: 'The provider gave no answer', message })];
  }
  if (verdict.outcome === 'mismatched') return verdict.mismatches.map((mismatch) => mismatchFinding(result, mismatch));
  if (verdict.outcome === 'not-compared') {
    return [fault(result, { rule: 'not-compared', title: 'No answer could be compared', message: verdict.message })];
  }
  return [...otherStatus(result), ...duplicateRecord(result, contract)];
}

/** The contract says which statuses will do where the documentation leaves it open. */
function otherStatus(result: InteractionResult): Finding[] {
  const status = result.exchange?.response?.status;
  const recorded = result.interaction.response.status;
  if (status === undefined || status === recorded) return [];
  const finding = fault(result, {
    rule: 'other-status',
    title: `It was answered with ${status}, where ${recorded} is recorded`,
    message: `Nobody documents which it must be, so ${status} is accepted.`,
    facts: { status, recorded },
  });
  return [{ ...finding, severity: 'info' }];
}

/** Pact cannot see it: a record that was submitted before has to be answered with the id that it got then. */
function duplicateRecord(result: InteractionResult, contract: Contract): Finding[] {
  const { exchange, stateExchange } = result;
  if (exchange?.operation !== 'submit' || contract.open.duplicateSameBody !== 'first-record') return [];
  const first = fromWire(contract, stateExchange?.response?.body).recordId;
  const again = fromWire(contract, exchange.response?.body).recordId;
  if (first === undefined || again === undefined || first === again) return [];
  const finding = fault(result, {
    rule: 'duplicate-record',
    title: 'The record was stored twice',
    message: `Sent again with the same reference and body, it got the id ${again}, and had got ${first} before. Nobody documents it, but a device that repeats itself after a lost answer counts twice.`,
    facts: { first, again },
  });
  return [{ ...finding, severity: 'warning' }];
}

interface Fault {
  readonly rule: string;
  readonly title: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

function fault(
  { interaction, exchange, stateExchange }: InteractionResult,
  { rule, title, message, facts }: Fault,
): Finding {
  const shown = exchange ?? stateExchange;
  return {
    ruleId: `pact/${rule}`,
    severity: 'error',
    title: `${interaction.description}: ${lowerFirst(title)}`,
    message,
    evidence: { interaction: interaction.description, ...facts },
    ...(shown !== undefined && { reproduce: { curl: curlOf(interaction, shown) } }),
  };
}

/** A deliberately wrong Authorization is no secret, and the fault shows only with it. */
function curlOf({ request: recorded }: PactInteraction, { request }: Exchange): string {
  const { authorization, ...headers } = request.headers;
  const isOwn = recorded.filledIn.includes('token') || recorded.filledIn.includes('basicCredentials');
  if (isOwn || authorization === undefined) return renderCurl({ request });
  return `${renderCurl({ request: { ...request, headers } })} -H 'Authorization: ${recorded.headers['authorization']}'`;
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
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
