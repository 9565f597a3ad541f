/** Pact files, specification version 4: read, put in order, written. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../errors.js';
import { isObject } from './template.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** One interaction as the file has it. */
export interface PactInteraction {
  readonly description: string;
  readonly states: readonly { readonly name: string; readonly parameters: JsonObject }[];
  readonly request: {
    readonly method: string;
    readonly path: string;
    /** First value of each, lower-case names. */
    readonly headers: Readonly<Record<string, string>>;
    /** Names that a provider state fills in, for instance `token`, wherever in the request. */
    readonly filledIn: readonly string[];
  };
  readonly response: { readonly status: number };
  /** As parsed. */
  readonly json: JsonObject;
}

export interface PactFile {
  readonly source: string;
  readonly consumer: string;
  readonly provider: string;
  /** In the file's order. */
  readonly interactions: readonly PactInteraction[];
}

const HTTP_TYPE = 'Synchronous/HTTP';

/** The recorded contract that ships with the package; `src/http/pact` and `dist/http/pact` are equally deep. */
export function packagedPactPath(): string {
  return fileURLToPath(new URL('../../../contracts/voltpact-flatpeak.json', import.meta.url));
}

/** @throws UserError where the file cannot be read or is no pact with HTTP interactions */
export async function readPactFile(path: string): Promise<PactFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new UserError(`cannot read the pact file: ${reason}`, {
      place: { file: path },
      hint: 'Record one with `voltpact record`.',
      cause,
    });
  }
  return parsePactFile(text, path);
}

/**
 * @param source file name for messages
 * @throws UserError with line and column where the text is no JSON, with a pointer where it is no pact
 */
function parsePactFile(text: string, source: string): PactFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`the pact file is not JSON: ${message}`, {
      place: { file: source, ...placeIn(text, message) },
      cause,
    });
  }
  const fail = (message: string, pointer: string): never => {
    throw new UserError(`not a pact file: ${message}`, {
      place: { file: source, pointer },
      hint: 'Expected a Pact file of specification version 4, such as `voltpact record` writes.',
    });
  };
  if (!isObject(json)) return fail('expected an object', '');
  const interactions: unknown = json['interactions'];
  if (!Array.isArray(interactions)) return fail('expected a list of interactions', '/interactions');
  if (interactions.length === 0) return fail('the list of interactions is empty', '/interactions');
  return {
    source,
    consumer: nameOf(json['consumer']) ?? fail('expected the name of the consumer', '/consumer/name'),
    provider: nameOf(json['provider']) ?? fail('expected the name of the provider', '/provider/name'),
    interactions: interactions.map((item: unknown, index) => parseInteraction(item, `/interactions/${index}`, fail)),
  };
}

function nameOf(party: unknown): string | undefined {
  return isObject(party) && typeof party['name'] === 'string' ? party['name'] : undefined;
}

function parseInteraction(
  json: unknown,
  at: string,
  fail: (message: string, pointer: string) => never,
): PactInteraction {
  if (!isObject(json)) return fail('expected an interaction', at);
  const { type, description, request, response } = json;
  if (type !== HTTP_TYPE) return fail(`expected type "${HTTP_TYPE}", got ${JSON.stringify(type)}`, `${at}/type`);
  if (typeof description !== 'string') return fail('expected a description', `${at}/description`);
  if (!isObject(request) || typeof request['method'] !== 'string' || typeof request['path'] !== 'string') {
    return fail('expected a request with method and path', `${at}/request`);
  }
  if (!isObject(response) || typeof response['status'] !== 'number') {
    return fail('expected a response with a status', `${at}/response`);
  }
  const { method, path } = request;
  const headers = isObject(request['headers']) ? request['headers'] : {};
  return {
    description,
    states: (Array.isArray(json['providerStates']) ? json['providerStates'] : []).filter(isObject).map((state) => ({
      name: String(state['name']),
      parameters: isObject(state['params']) ? state['params'] : {},
    })),
    request: {
      method,
      path,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name.toLowerCase(),
          String(Array.isArray(value) ? value[0] : value),
        ]),
      ),
      filledIn: [...JSON.stringify(request['generators'] ?? {}).matchAll(/\$\{([^}]+)\}/g)].map(
        ([, name = '']) => name,
      ),
    },
    response: { status: response['status'] },
    json,
  };
}

/** Node names the position in some messages and line and column in others. */
function placeIn(text: string, message: string): { line?: number; column?: number } {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return {};
  const before = text.slice(0, Number(position)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/**
 * Pact's own file in the order of `descriptions` and without what differs between machines and versions of tools, so that
 * recording again gives the same bytes.
 */
export function normalisePact(text: string, descriptions: readonly string[]): string {
  const json: unknown = JSON.parse(text);
  if (!isObject(json) || !Array.isArray(json['interactions'])) throw new Error('the library wrote no pact');
  const byDescription = new Map(
    json['interactions'].filter(isObject).map((interaction) => [interaction['description'], interaction]),
  );
  const interactions = descriptions.map((description) => {
    const interaction = byDescription.get(description);
    if (interaction === undefined) throw new Error(`the library wrote no interaction "${description}"`);
    return interaction;
  });
  const metadata = { pactSpecification: { version: '4.0' } };
  const { consumer, provider } = json;
  return `${JSON.stringify(sorted({ consumer, interactions, metadata, provider }), undefined, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}

/**
 * Replaces the file in one step, so that nobody ever reads half of one.
 * @throws UserError where the folder or file cannot be written
 */
export async function writePactFile(path: string, text: string): Promise<void> {
  const half = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(half, text);
    await rename(half, path);
  } catch (cause) {
    await rm(half, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`cannot write the pact file: ${reason}`, {
      place: { file: path },
      hint: 'Give a path in a folder that may be written, with --out.',
      cause,
    });
  }
}
