/** `voltpact fuzz`: a provider searched for violations. */
import { findBugs } from '../../http/provider/bugs/catalogue.js';
import { parseRate } from '../../http/provider/rate-limit.js';
import { fuzz } from '../../run/fuzz/fuzz.js';
import type { FuzzInput } from '../../run/fuzz/fuzz.js';
import { fuzzModes } from '../../run/fuzz/plan.js';
import type { FuzzMode } from '../../run/fuzz/plan.js';
import type { Arguments, CommandContext, GivenValue } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { chooseSite } from '../fuzz-site.js';
import { readChangedContract } from '../open-setting.js';
import { badValue, given, parseSeed, parsed, parseWhole, withOption } from '../option-value.js';
import { parseReports } from '../report-output.js';
import { runJob } from '../run-job.js';

const casesFolder = '.voltpact/cases';
const mostRequests = 1_000_000;

export async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const reports = await parseReports(args);
  const contract = await readChangedContract(given(args, 'contract')?.text, args.values.get('set') ?? []);
  const search = searchOptions(args);
  const job = async function* () {
    const site = await chooseSite(args, context);
    yield* fuzz({ contract, ...site, ...search }, { now: context.now });
  };
  return runJob(job(), { command: 'fuzz', reports, context });
}

function searchOptions(args: Arguments): Omit<FuzzInput, 'contract'> {
  const seed = parsed(args, 'seed', parseSeed);
  const mode = parsed(args, 'mode', (value) => parseWord<FuzzMode>(value, fuzzModes));
  const stopAt = parsed(args, 'stop-at', (value) => parseWord(value, ['first', 'budget'] as const));
  const maxRequests = parsed(args, 'max-requests', parseRequests);
  const ratePerS = parsed(args, 'rate-limit', (value) => withOption(value, parseRate));
  return {
    casesFolder: given(args, 'cases')?.text ?? casesFolder,
    ...(seed === undefined ? {} : { seed }),
    ...(mode === undefined ? {} : { mode }),
    ...(stopAt === undefined ? {} : { stopAt }),
    ...(maxRequests === undefined ? {} : { maxRequests }),
    ...(ratePerS === undefined ? {} : { ratePerS }),
    ...mockOptions(args),
  };
}

/** Defects of the embedded mock, to see what the search makes of them. */
function mockOptions(args: Arguments): Pick<FuzzInput, 'mock'> {
  const bugs = args.values.get('bug') ?? [];
  const [first] = bugs;
  if (first === undefined) return {};
  if (given(args, 'target') !== undefined) {
    throw badValue(first, 'no --target beside it', 'Only the built-in mock provider has seeded defects.');
  }
  for (const bug of bugs) withOption(bug, (name) => findBugs([name]));
  return { mock: { bugs: bugs.map(({ text }) => text) } };
}

function parseRequests(value: GivenValue): number {
  const hint = `Give a whole number from 1 to ${mostRequests}.`;
  const requests = parseWhole(value, { most: mostRequests, hint });
  if (requests > 0) return requests;
  throw badValue(value, 'one request at least', hint);
}

function parseWord<W extends string>(value: GivenValue, words: readonly W[]): W {
  const word = words.find((known) => known === value.text);
  if (word !== undefined) return word;
  throw badValue(value, words.join(', '), `For instance ${value.name} ${words[0]}.`);
}
