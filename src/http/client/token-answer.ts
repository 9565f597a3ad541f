/** What the token operation answers: the one place that knows its wire names. */

export interface TokenAnswer {
  readonly token: string;
  /** Undefined where the answer gives no usable time. */
  readonly expiresInS: number | undefined;
  readonly liveMode: boolean | undefined;
}

/** Undefined where the body holds no token that an Authorization header can carry. */
export function parseTokenAnswer(body: unknown): TokenAnswer | undefined {
  if (typeof body !== 'object' || body === null || !('bearer_token' in body)) return undefined;
  const token = body.bearer_token;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) return undefined;
  const expiresInS = 'expires_in' in body ? body.expires_in : undefined;
  const liveMode = 'live_mode' in body ? body.live_mode : undefined;
  return {
    token,
    expiresInS: typeof expiresInS === 'number' && expiresInS > 0 ? expiresInS : undefined,
    liveMode: typeof liveMode === 'boolean' ? liveMode : undefined,
  };
}
