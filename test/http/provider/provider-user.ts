/** One who uses a provider over real HTTP: sends what it is told, well-formed or not, and shows what came back. */
import { type Dispatcher, Agent, request } from 'undici';

import type { Contract, Quantity } from '../../../src/contract/contract.js';
import type { AccountSetup, DeviceSetup } from '../../../src/http/provider/accounts.js';

export type Body = Record<string, unknown>;

/** What the suite needs to know of a provider, whoever wrote it. */
export interface ProviderUnderTest {
  readonly url: string;
  /** The first with two devices or more, the second with one. */
  readonly accounts: readonly AccountSetup[];
  close(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  readonly json: Body;
}

export interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly deviceId?: string;
  /** The whole header; null sends none. */
  readonly authorization?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly text?: string | Buffer;
}

export const accounts: readonly AccountSetup[] = [
  {
    accountId: 'acc_one',
    apiKey: 'sk_test_one',
    devices: [
      { deviceId: 'dev_one', locationId: 'loc_one' },
      { deviceId: 'dev_two', locationId: 'loc_one' },
    ],
  },
  { accountId: 'acc_other', apiKey: 'sk_test_other', devices: [{ deviceId: 'dev_other', locationId: 'loc_other' }] },
];

export class ProviderUser {
  readonly contract: Contract;
  readonly provider: ProviderUnderTest;
  readonly #agent: Agent;
  readonly #tokens = new Map<string, string>();
  #references = 0;

  /** @param connections at most so many to the provider, any number unless given */
  constructor(contract: Contract, provider: ProviderUnderTest, connections?: number) {
    this.#agent = new Agent({ ...(connections !== undefined && { connections }) });
    this.contract = contract;
    this.provider = provider;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
    await this.provider.close();
  }

  account(index = 0): AccountSetup {
    return present(this.provider.accounts[index]);
  }

  device(index = 0): DeviceSetup {
    return present(this.account().devices[index]);
  }

  /** Wire name of a quantity, undefined where the dialect lacks it. */
  field(quantity: Quantity): string | undefined {
    return this.contract.requestFields[quantity];
  }

  /** A valid body with every field, a reference of its own, and a time that many seconds ago. */
  body(changes: Partial<Record<Quantity, unknown>> = {}, ageS = 60): Body {
    this.#references += 1;
    const examples = Object.values(this.contract.operations.submit.requestExamples).filter(isBody);
    const fullest = present(examples.toSorted((a, b) => Object.keys(b).length - Object.keys(a).length)[0]);
    const values = new Map<string, unknown>(
      Object.entries({
        locationId: this.device().locationId,
        time: new Date(Date.now() - ageS * 1000).toISOString(),
        recordReferenceId: `ref-${this.#references}`,
        ...changes,
      }),
    );
    const body = { ...fullest };
    for (const [quantity, name] of Object.entries(this.contract.requestFields)) {
      if (!values.has(quantity)) continue;
      const value = values.get(quantity);
      if (value === undefined) delete body[name];
      else body[name] = value;
    }
    return body;
  }

  async submit(body: unknown, call: Call = {}): Promise<Reply> {
    const { operations } = this.contract;
    return this.send({ method: operations.submit.method, text: JSON.stringify(body), ...call });
  }

  async read(call: Call = {}): Promise<Reply> {
    return this.send({ method: this.contract.operations.readBack.method, ...call });
  }

  /** As account 0 with a valid token to the state of its first device, unless the call says otherwise. */
  async send(call: Call): Promise<Reply> {
    const authorization = call.authorization === undefined ? `Bearer ${await this.token()}` : call.authorization;
    const path = call.path ?? this.contract.path('submit', call.deviceId ?? this.device().deviceId);
    const answer = await request(this.provider.url + path, {
      dispatcher: this.#agent,
      method: call.method ?? 'GET',
      headers: {
        ...(authorization !== null && { authorization }),
        ...(call.text !== undefined && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.text !== undefined && { body: call.text }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, json: parseObject(text) };
  }

  async token(account = this.account()): Promise<string> {
    const known = this.#tokens.get(account.accountId);
    if (known !== undefined) return known;
    const { method, pathTemplate: path } = this.contract.operations.token;
    const reply = await this.send({ method, path, authorization: basic(account) });
    const token = String(reply.json['bearer_token']);
    this.#tokens.set(account.accountId, token);
    return token;
  }
}

export function basic({ accountId, apiKey }: Pick<AccountSetup, 'accountId' | 'apiKey'>): string {
  return `Basic ${Buffer.from(`${accountId}:${apiKey}`).toString('base64')}`;
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that the test relies on is missing');
  return value;
}

export function parseObject(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    return isBody(value) ? value : {};
  } catch {
    return {};
  }
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null;
}
