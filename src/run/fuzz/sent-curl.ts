/** Requests as lines for a shell, without a secret in them. */
import { renderCurl } from '../../http/client/curl.js';
import type { Redactor } from '../../http/client/redaction.js';
import type { SentStep } from './judge.js';

const REDACTED_TOKEN = 'Bearer [redacted]';

/** A line for each request, in order. */
export function renderSent(sent: readonly SentStep[], redactor: Redactor): string {
  return sent.map((one) => renderStep(one, redactor)).join('\n');
}

function renderStep({ rendered, exchange }: SentStep, redactor: Redactor): string {
  const { method, url, body } = exchange.request;
  const { authorization, ...headers } = rendered.request.headers;
  const isPlain = authorization === undefined || !rendered.requestCase?.constraint.startsWith('token/');
  const shown = isPlain && authorization !== undefined ? { authorization: authorizationOf(authorization) } : {};
  const request = {
    method,
    url: redactor.text(url),
    headers: { ...headers, ...shown },
    body: body === undefined ? undefined : redactor.text(body),
  };
  const line = renderCurl({ request });
  if (isPlain) return line;
  // A spoilt token can't be written with the variable that holds the right one.
  const title = rendered.requestCase?.title ?? 'the token is wrong';
  return `${line} -H ${quote(`Authorization: ${redactor.header('authorization', authorization ?? '')}`)} # ${title}`;
}

function authorizationOf(value: string): string {
  return /^basic/i.test(value) ? 'Basic [redacted]' : REDACTED_TOKEN;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
