// The architecture as lint rules: which room of src/ may import what, and where a clock may be read.
// oxlint loads this file as a plugin (see .oxlintrc.json); the README's Map says the same in words.
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const sourceFolder = fileURLToPath(new URL('../../src', import.meta.url));
const anything = Symbol('anything');

/**
 * @typedef {object} Room
 * @property {readonly string[] | typeof anything} imports rooms, or single files of rooms, that this one may import
 * @property {readonly string[]} [packages] set for a pure room: the npm packages it may import, and no module of Node
 */

/** @type {Readonly<Record<string, Room>>} */
const rooms = {
  errors: { imports: [], packages: [] },
  battery: { imports: ['errors'], packages: [] },
  contract: { imports: ['errors'], packages: ['ajv', 'yaml'] },
  device: { imports: ['errors', 'battery'], packages: [] },
  check: { imports: ['errors', 'contract', 'device', 'battery'], packages: [] },
  http: { imports: ['errors', 'contract', 'device'] },
  run: { imports: ['errors', 'battery', 'device', 'contract', 'check', 'http'] },
  report: { imports: ['errors', 'check', 'run/event'] },
  dashboard: { imports: ['errors', 'report', 'run/event'] },
  cli: { imports: anything },
  index: { imports: anything },
};

/** Packages that only some files may import, wherever else their room could. */
const confined = [
  {
    name: 'fast-check',
    allowedIn: /(?:^|\/)arbitrary$|^run\/fuzz(?:\/|$)/,
    hint: 'move the generator to an arbitrary.ts beside this file, or to src/run/fuzz',
  },
  {
    name: '@pact-foundation',
    allowedIn: /^http\/pact\/native$/,
    hint: 'go through src/http/pact/native.ts, the only file that knows Pact',
  },
  {
    name: 'node:process',
    allowedIn: /^cli(?:\/|$)/,
    hint: 'take the value as an argument, src/cli alone touches the process',
  },
];

/**
 * @param {string} file absolute
 * @returns {string | undefined} path inside src/ with `/` and without its ending, undefined for a file elsewhere
 */
function placeOf(file) {
  const path = relative(sourceFolder, file).split(sep).join('/');
  return path.startsWith('../') ? undefined : path.replace(/\.[jt]s$/, '');
}

/** @param {string} place */
function roomOf(place) {
  return place.split('/', 1)[0] ?? place;
}

/** @param {string} specifier */
function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/**
 * @param {string} from place of the importing file
 * @param {string} to place of the imported file
 * @returns {string | undefined} what is wrong
 */
function roomFault(from, to) {
  const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
  const room = rooms[fromRoom];
  if (room === undefined) {
    return `src/${fromRoom} is no room of the architecture: move the file into one, or add the room in test/lint/architecture.js.`;
  }
  if (fromRoom === toRoom || room.imports === anything) return undefined;
  if (room.imports.includes(toRoom) || room.imports.includes(to)) return undefined;
  const allowed = room.imports.length === 0 ? 'no other room' : `only ${room.imports.join(', ')}`;
  return `${fromRoom} may not import ${to}: it imports ${allowed}. Pass the value in as an argument, or move the code to a room that may.`;
}

/**
 * @param {string} from place of the importing file
 * @param {string} specifier of a package or of a module of Node
 * @returns {string | undefined} what is wrong
 */
function packageFault(from, specifier) {
  const name = packageOf(specifier);
  const rule = confined.find((entry) => name === entry.name || name.startsWith(`${entry.name}/`));
  if (rule) return rule.allowedIn.test(from) ? undefined : `${name} may not be imported here: ${rule.hint}.`;
  if (name === 'voltpact') return `src/ may not import its own package by name: import the file that holds the thing.`;
  const room = roomOf(from);
  const packages = rooms[room]?.packages;
  if (packages === undefined || packages.includes(name)) return undefined;
  return specifier.startsWith('node:')
    ? `${room} is pure and may not import ${specifier}: do the I/O in http, run or cli and pass the result in.`
    : `${room} is pure and may not import the package ${name}: it runs in Node, in a browser and in other engines.`;
}

/**
 * @param {string} file absolute path of the importing file
 * @param {string} specifier as written in the import
 * @returns {string | undefined} what is wrong
 */
function importFault(file, specifier) {
  const from = placeOf(file);
  if (from === undefined) return undefined;
  if (!specifier.startsWith('.')) return packageFault(from, specifier);
  const to = placeOf(resolve(dirname(file), specifier));
  if (to !== undefined) return roomFault(from, to);
  // package.json gives the version and the documents; every other file outside src/ is missing from dist/.
  return specifier.endsWith('/package.json')
    ? undefined
    : `${specifier} lies outside src/: it would be missing from the package.`;
}

/**
 * @typedef {{ type: string, value?: unknown, name?: string }} Node
 * @typedef {{ filename: string, report(finding: { node: Node, message: string }): void }} Context
 */

const importDirections = {
  /** @param {Context} context */
  create(context) {
    /** @param {Node | null | undefined} source */
    const check = (source) => {
      if (!source) return;
      const message =
        typeof source.value === 'string'
          ? importFault(context.filename, source.value)
          : 'The name of an imported module must be a plain string, so that its room can be checked.';
      if (message !== undefined) context.report({ node: source, message });
    };
    /** @param {{ source?: Node | null }} node */
    const checkSource = (node) => check(node.source);
    return {
      ImportDeclaration: checkSource,
      ExportNamedDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      ImportExpression: checkSource,
      TSImportType: checkSource,
      /** @param {{ callee: Node, arguments: Node[] }} node */
      CallExpression(node) {
        if (node.callee.name === 'require') check(node.arguments[0]);
      },
    };
  },
};

const noLocalClock = {
  /** @param {Context} context */
  create(context) {
    const hint = 'take the time as an argument in epoch milliseconds and use new Date(atMs)';
    return {
      /** @param {Node & { callee: Node, arguments: Node[] }} node */
      NewExpression(node) {
        if (node.callee.name !== 'Date' || node.arguments.length === 1) return;
        const what = node.arguments.length === 0 ? 'reads the clock' : 'reads the local time zone';
        context.report({ node, message: `new Date with ${node.arguments.length} arguments ${what}: ${hint}.` });
      },
      /** @param {Node & { callee: Node }} node */
      CallExpression(node) {
        if (node.callee.name === 'Date') context.report({ node, message: `Date() reads the clock: ${hint}.` });
      },
    };
  },
};

export default {
  meta: { name: 'voltpact' },
  rules: { 'import-directions': importDirections, 'no-local-clock': noLocalClock },
};
