/** Reads `x-voltpact.open`: what the vendor's documentation leaves open, each a setting of the document. */
import type { OpenSettings, StatusSetting } from './contract.js';
import { nameKind } from './document.js';
import type { ContractDocument, Located } from './document.js';
import { childPointer } from './json.js';
import type { JsonObject } from './json.js';
import { wordHint } from './nearest.js';

const SETTING_NAMES: readonly (keyof OpenSettings)[] = [
  'successStatus',
  'invalidBodyStatus',
  'unauthorizedStatus',
  'unknownDeviceStatus',
  'duplicateSameBody',
  'duplicateOtherBodyStatus',
  'referenceScope',
  'olderTime',
  'futureToleranceS',
  'extraField',
  'rateLimitPerS',
];

/** @throws UserError for a missing, unknown or impossible setting, with its line */
export function parseOpenSettings(document: ContractDocument, open: Located<JsonObject>): OpenSettings {
  const reader = new SettingReader(document, open);
  reader.refuseUnknown(SETTING_NAMES, 'setting');
  return {
    successStatus: reader.status('successStatus', [200, 299]),
    invalidBodyStatus: reader.status('invalidBodyStatus', [400, 499]),
    unauthorizedStatus: reader.status('unauthorizedStatus', [400, 499]),
    unknownDeviceStatus: reader.status('unknownDeviceStatus', [400, 499]),
    duplicateSameBody: reader.word('duplicateSameBody', ['first-record', 'new-record', 'refused']),
    duplicateOtherBodyStatus: reader.status('duplicateOtherBodyStatus', [200, 499]),
    referenceScope: reader.word('referenceScope', ['device', 'account']),
    olderTime: reader.word('olderTime', ['stored', 'refused', 'becomes-latest']),
    futureToleranceS: reader.number('futureToleranceS', 'seconds, 0 or more', (value) => value >= 0),
    extraField: reader.word('extraField', ['ignored', 'refused']),
    rateLimitPerS: reader.numberOrNull('rateLimitPerS', 'requests a second, or null for none', (value) => value > 0),
  };
}

class SettingReader {
  readonly #document: ContractDocument;
  readonly #parent: Located<JsonObject>;

  constructor(document: ContractDocument, parent: Located<JsonObject>) {
    this.#document = document;
    this.#parent = parent;
  }

  refuseUnknown(names: readonly string[], what: string): void {
    for (const name of Object.keys(this.#parent.value)) {
      if (names.includes(name)) continue;
      const pointer = childPointer(this.#parent.pointer, name);
      throw this.#document.error(`unknown ${what} "${name}"`, pointer, wordHint(name, names));
    }
  }

  word<W extends string>(name: string, words: readonly W[]): W {
    const { value, pointer } = this.#get(name);
    const known = words.find((word) => word === value);
    if (known !== undefined) return known;
    throw this.#document.error(
      `${name}: expected ${words.join(', ')}, got ${nameKind(value)}`,
      pointer,
      typeof value === 'string' ? wordHint(value, words) : undefined,
    );
  }

  number(name: string, expected: string, allowed: (value: number) => boolean): number {
    const { value, pointer } = this.#get(name);
    if (typeof value === 'number' && Number.isFinite(value) && allowed(value)) return value;
    throw this.#document.error(`${name}: expected ${expected}, got ${nameKind(value)}`, pointer);
  }

  numberOrNull(name: string, expected: string, allowed: (value: number) => boolean): number | null {
    return this.#get(name).value === null ? null : this.number(name, expected, allowed);
  }

  /** @param range of the default status, both ends included */
  status(name: string, range: readonly [number, number]): StatusSetting {
    const setting = this.#document.object(this.#get(name), name);
    const reader = new SettingReader(this.#document, setting);
    reader.refuseUnknown(['default', 'accepted', 'reported'], `part of ${name}`);
    const fallback = reader.number(
      'default',
      `a status from ${range[0]} to ${range[1]}`,
      (value) => Number.isInteger(value) && value >= range[0] && value <= range[1],
    );
    const accepted = reader.#statuses('accepted');
    if (!accepted.includes(fallback)) {
      throw this.#document.error(
        `${name}: the default ${fallback} is not among the accepted statuses`,
        childPointer(setting.pointer, 'accepted'),
      );
    }
    const reported = Object.hasOwn(setting.value, 'reported') ? reader.#statuses('reported') : undefined;
    return { default: fallback, accepted, ...(reported === undefined ? {} : { reported }) };
  }

  /** A list of statuses; `2XX` stands for all from 200 to 299. */
  #statuses(name: string): readonly number[] {
    const { value, pointer } = this.#get(name);
    if (!Array.isArray(value) || value.length === 0) {
      throw this.#document.error(`${name}: expected a list of statuses, got ${nameKind(value)}`, pointer);
    }
    return value.flatMap((item: unknown, index) => {
      if (typeof item === 'number' && Number.isInteger(item) && item >= 100 && item <= 599) return [item];
      const range = typeof item === 'string' ? /^([1-5])XX$/.exec(item) : null;
      if (range !== null) return Array.from({ length: 100 }, (_, offset) => Number(range[1]) * 100 + offset);
      throw this.#document.error(
        `${name}: expected a status such as 404 or a range such as 2XX, got ${nameKind(item)}`,
        childPointer(pointer, index),
      );
    });
  }

  #get(name: string): Located {
    const pointer = childPointer(this.#parent.pointer, name);
    if (Object.hasOwn(this.#parent.value, name)) return { value: this.#parent.value[name], pointer };
    throw this.#document.error(
      `"${name}" is missing`,
      pointer,
      `Every open question needs an answer: add ${name}, as in contracts/device-state.openapi.yaml.`,
    );
  }
}
