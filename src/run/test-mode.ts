/** The interlock of every job that writes: asked before anything is sent, and again once the login has said more. */
import type { Contract } from '../contract/contract.js';
import type { Credentials } from '../http/client/credentials.js';
import { assertTestMode } from '../http/client/live-mode.js';
import { createClient } from '../http/client/provider-client.js';

export interface WriteTarget {
  readonly target: string;
  readonly credentials: Credentials;
  readonly contract: Contract;
  /** The user said that live accounts may be written to. */
  readonly allowLive: boolean;
  /** For the login, ms. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Logs in where there is an account. A refused login is no matter of this question: the job that follows reports it.
 *
 * @throws UserError where the credentials may be those of a live account
 */
export async function requireTestMode({ signal, ...question }: WriteTarget): Promise<void> {
  assertTestMode({ ...question, liveModeOfToken: undefined });
  if (question.allowLive || question.credentials.kind !== 'account') return;
  const client = createClient({ ...question, retry: { maxRetries: 0 }, ...(signal === undefined ? {} : { signal }) });
  try {
    assertTestMode({ ...question, liveModeOfToken: await client.liveMode() });
  } finally {
    await client.close();
  }
}
