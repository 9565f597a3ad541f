/** The document's schemas as checks. Nothing is compiled before it is first asked for, since start-up time counts. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import type { Violation } from './contract.js';
import type { ContractDocument, Located } from './document.js';
import { parsePointer } from './json.js';
import { parseRfc3339 } from './rfc3339.js';
import { toViolations } from './violation.js';

const DOCUMENT_KEY = 'contract';
/** OpenAPI's own keywords inside schemas, which constrain nothing. */
const ANNOTATIONS = ['example', 'externalDocs', 'xml', 'discriminator'];
/** Formats of OpenAPI that say how a value is shown or stored, not what it may be. */
const ANNOTATION_FORMATS = ['password', 'float', 'double'];

export class Schemas {
  readonly #document: ContractDocument;
  readonly #compiled = new Map<string, ValidateFunction>();
  #ajv: Ajv2020 | undefined;

  constructor(document: ContractDocument) {
    this.#document = document;
  }

  /**
   * Everything about a value that breaks the schema at a place of the document.
   * @throws UserError where that schema is none: an unknown keyword or format, a pattern that is no expression
   */
  check(schema: Located, value: unknown): Violation[] {
    const validate = this.#compile(schema);
    return validate(value) ? [] : toViolations(validate.errors ?? []);
  }

  #compile(schema: Located): ValidateFunction {
    const known = this.#compiled.get(schema.pointer);
    if (known !== undefined) return known;
    const tokens = parsePointer(schema.pointer) ?? [];
    const fragment = tokens
      .map((token) => `/${encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
      .join('');
    try {
      const validate = this.#engine().compile({ $ref: `${DOCUMENT_KEY}#${fragment}` });
      this.#compiled.set(schema.pointer, validate);
      return validate;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw this.#document.error(
        `the schema cannot be used: ${message}`,
        schema.pointer,
        'Correct the schema; voltpact reads JSON Schema 2020-12 and checks the format date-time.',
      );
    }
  }

  #engine(): Ajv2020 {
    if (this.#ajv !== undefined) return this.#ajv;
    const ajv = new Ajv2020({
      allErrors: true,
      strict: true,
      // A part of an allOf need not repeat the type that another part gives.
      strictTypes: false,
      strictTuples: false,
      verbose: true,
      messages: false,
      // Without it a field called `constructor` would never be missing.
      ownProperties: true,
      logger: false,
      // Keywords check their own values when they are compiled; compiling the meta-schema would take longer than all else.
      meta: false,
      validateSchema: false,
    });
    // The validator reads the whole document as one schema, so that its references resolve; the document's own top-level
    // keys then count as annotations.
    const annotations = new Set([...ANNOTATIONS, ...Object.keys(this.#document.root), ...this.#document.extensions]);
    for (const keyword of annotations) if (ajv.getKeyword(keyword) === false) ajv.addKeyword(keyword);
    for (const format of ANNOTATION_FORMATS) ajv.addFormat(format, true);
    ajv.addFormat('date-time', { type: 'string', validate: (text: string) => parseRfc3339(text).ok });
    ajv.addSchema({ ...this.#document.root }, DOCUMENT_KEY, undefined, false);
    this.#ajv = ajv;
    return ajv;
  }
}
