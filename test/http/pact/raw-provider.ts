/**
 * A provider written by hand on node:http from the operation's specification, nothing of voltpact's own in it. Where the
 * documentation leaves a status open it takes another one than voltpact records. A test makes it misbehave.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../../helpers/scripted-server.js';

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: Record<string, unknown>;
}

export interface RawProvider {
  readonly url: string;
  readonly seen: readonly RawRequest[];
  readonly login: { readonly accountId: string; readonly apiKey: string };
  readonly token: string;
  readonly deviceId: string;
  readonly locationId: string;
  close(): Promise<void>;
}

const login = { accountId: 'acc_raw1', apiKey: 'sk_test_raw_key_1' };
const token = 'raw-provider-token-7f3a';
const deviceId = 'dev_raw1';
const locationId = 'loc_raw1';

/**
 * @param change what it does wrong: changes an answer before it goes out, or returns `drop` to close the connection and
 * `hang` to say nothing
 */
export async function startRawProvider(
  change: (request: RawRequest, answer: RawAnswer) => 'drop' | 'hang' | undefined = () => undefined,
): Promise<RawProvider> {
  const seen: RawRequest[] = [];
  const platform = new Platform();
  const handle = async (raw: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bodyText = await text(raw);
    const request: RawRequest = {
      method: raw.method ?? '',
      path: raw.url ?? '',
      authorization: raw.headers.authorization ?? '',
      body: bodyText === '' ? {} : (JSON.parse(bodyText) as Record<string, unknown>),
    };
    seen.push(request);
    const answer = platform.answer(request);
    const trouble = change(request, answer);
    if (trouble === 'drop') raw.socket.destroy();
    if (trouble !== undefined) return;
    response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  };
  const server = createServer((raw, response) => void handle(raw, response));
  const url = await listen(server);
  return {
    url,
    seen,
    login,
    token,
    deviceId,
    locationId,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

class Platform {
  readonly #records: Record<string, unknown>[] = [];

  answer({ method, path, authorization, body }: RawRequest): RawAnswer {
    if (path === '/login') {
      const expected = `Basic ${Buffer.from(`${login.accountId}:${login.apiKey}`).toString('base64')}`;
      return authorization === expected
        ? json(200, { bearer_token: token, expires_in: 3600, live_mode: false })
        : refuse(401, 'login_unknown');
    }
    if (authorization !== `Bearer ${token}`) return refuse(401, 'token_unknown');
    if (path !== `/devices/${deviceId}/state`) return refuse(403, 'device_forbidden');
    if (method === 'GET') return this.#latest();
    const soc = body['state_of_charge_percent'];
    if (typeof soc !== 'number' || soc < 0 || soc > 100) return refuse(422, 'state_of_charge_invalid');
    return this.#store(body);
  }

  #latest(): RawAnswer {
    const latest = this.#records.toSorted((a, b) => Date.parse(String(b['time'])) - Date.parse(String(a['time'])))[0];
    return latest === undefined ? refuse(404, 'state_missing') : json(200, latest);
  }

  #store(body: Record<string, unknown>): RawAnswer {
    const reference = body['record_reference_id'];
    const known = this.#records.find((each) => reference !== undefined && each['record_reference_id'] === reference);
    const record: Record<string, unknown> = known ?? {
      ...body,
      id: `dsr_${this.#records.length + 1}`,
      device_id: deviceId,
      account_id: login.accountId,
      time_created: '2026-01-02T03:04:05Z',
    };
    if (known === undefined) this.#records.push(record);
    const { id, device_id, account_id, time_created } = record;
    return json(201, { id, device_id, account_id, time_created });
  }
}

function json(status: number, body: unknown): RawAnswer {
  return { status, headers: {}, body: structuredClone(body) };
}

function refuse(status: number, code: string): RawAnswer {
  return json(status, { object: 'error', type: 'invalid_request', code, message: `refused: ${code}` });
}
