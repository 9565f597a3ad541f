/** A request as it came in over the wire. */
import type { IncomingHttpHeaders } from 'node:http';

import type { Operation, OperationName } from '../../contract/contract.js';
import type { ArrivedBody } from './arrived-body.js';
import type { Refusal } from './refusal.js';

/** An operation of the contract at its path. */
export interface Route {
  readonly name: OperationName;
  readonly operation: Operation;
}

export interface ArrivedRequest {
  readonly method: string;
  /** With query, as received. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: ArrivedBody;
  /** Number of the TCP connection, from 0. */
  readonly connection: number;
  /** From the path, decoded. */
  readonly deviceId: string | undefined;
  /** What is asked for, or why that can't be told: an unknown path, a wrong method, a path that can't be read. */
  readonly target: Route | Refusal;
}
