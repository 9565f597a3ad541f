/** `voltpact mock`: a provider to develop against, until Ctrl-C. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Contract } from '../../contract/contract.js';
import { defaultAccount } from '../../http/provider/accounts.js';
import type { AccountSetup } from '../../http/provider/accounts.js';
import { bugCatalogue, findBugs } from '../../http/provider/bugs/catalogue.js';
import { parseFault } from '../../http/provider/fault.js';
import type { JournalEntry } from '../../http/provider/journal.js';
import { parseLatency } from '../../http/provider/latency.js';
import { startProvider } from '../../http/provider/provider.js';
import type { ProviderOptions, RunningProvider } from '../../http/provider/provider.js';
import { parseRate } from '../../http/provider/rate-limit.js';
import type { Arguments, CommandContext } from '../command.js';
import { exitCodes } from '../exit-code.js';
import type { ExitCode } from '../exit-code.js';
import { readChangedContract } from '../open-setting.js';
import { given, parsePort, parseSeed, parsed, withOption } from '../option-value.js';
import { assertWritable } from '../write-file.js';

/** Shown at the start; a scenario may have a million. */
const shownDevices = 5;

export async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  if (args.switches.has('list-bugs')) {
    context.terminal.out.write(renderBugs(context));
    return exitCodes.ok;
  }
  const contract = await readChangedContract(given(args, 'contract')?.text, args.values.get('set') ?? []);
  const options = await providerOptions(args, contract);
  const journal = await openJournal(args);
  const provider = await startProvider({
    ...options,
    // The journal file is the record; memory keeps nothing of what may run for weeks.
    receivedLimit: 0,
    ...(journal === undefined ? {} : { journal: journal.add }),
  });
  context.terminal.out.write(renderStart(provider, context));
  await ended(context.signal);
  await provider.close();
  await journal?.close();
  if (!context.quiet) context.terminal.err.write('stopped\n');
  return exitCodes.ok;
}

async function providerOptions(args: Arguments, contract: Contract): Promise<ProviderOptions> {
  const seed = parsed(args, 'seed', parseSeed);
  const port = parsed(args, 'port', parsePort);
  const latencyMs = parsed(args, 'latency', (value) => withOption(value, parseLatency));
  const rateLimitPerS = parsed(args, 'rate-limit', (value) => withOption(value, parseRate));
  const host = given(args, 'host')?.text;
  const account = await scenarioAccount(args, seed);
  return {
    contract,
    bugs: (args.values.get('bug') ?? []).map((value) => withOption(value, parseBug)),
    faults: (args.values.get('fault') ?? []).map((value) => withOption(value, parseFault)),
    ...(seed === undefined ? {} : { seed }),
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(rateLimitPerS === undefined ? {} : { rateLimitPerS }),
    ...(account === undefined ? {} : { accounts: [account] }),
  };
}

function parseBug(name: string): string {
  findBugs([name]);
  return name;
}

/** The seeded defects by category: what the provider does wrong, and how it shows. */
function renderBugs({ terminal: { out } }: CommandContext): string {
  const categories = [...new Set(bugCatalogue.map(({ category }) => category))];
  const lines = categories.flatMap((wanted) => [
    out.paint.bold(wanted.replace('-', ' ')),
    ...bugCatalogue
      .filter(({ category }) => category === wanted)
      .flatMap(({ name, description, symptom }) => [
        `  ${name}`,
        `    ${description}`,
        `    ${out.paint.dim(symptom)}`,
      ]),
    '',
  ]);
  return lines.join('\n');
}

/** An account with the devices of the scenario. Without one, the model is not even loaded: a mock has to be up at once. */
async function scenarioAccount(args: Arguments, seed: number | undefined): Promise<AccountSetup | undefined> {
  if (args.positional === undefined) return undefined;
  const [{ readScenario }, { scenarioFleet }, { deviceIdentity }] = await Promise.all([
    import('../../run/scenario/read-scenario.js'),
    import('../../run/simulate.js'),
    import('../../device/take-records.js'),
  ]);
  const scenario = await readScenario(args.positional.text);
  const fleet = scenarioFleet(seed === undefined ? scenario : { ...scenario, seed });
  const devices = Array.from({ length: fleet.size }, (_, index) => deviceIdentity(fleet, index));
  return { ...defaultAccount, devices };
}

function renderStart(provider: RunningProvider, { terminal: { out } }: CommandContext): string {
  const [account = defaultAccount] = provider.accounts;
  const [first] = account.devices;
  const variables: readonly (readonly [string, string | undefined])[] = [
    ['VOLTPACT_URL', provider.url],
    ['VOLTPACT_ACCOUNT_ID', account.accountId],
    ['VOLTPACT_API_KEY', account.apiKey],
    ['VOLTPACT_TOKEN', provider.token(account.accountId)],
    ['VOLTPACT_DEVICE_ID', first?.deviceId],
    ['VOLTPACT_LOCATION_ID', first?.locationId],
  ];
  const others = account.devices
    .slice(1, shownDevices)
    .map(({ deviceId, locationId }) => `# also ${deviceId} at ${locationId}`);
  const more = account.devices.length - shownDevices;
  return [
    out.paint.bold(`voltpact mock serves ${provider.url}`),
    '',
    ...variables.flatMap(([name, value]) => (value === undefined ? [] : [`export ${name}=${value}`])),
    ...others,
    ...(more > 0 ? [`# and ${more} devices more`] : []),
    '',
    out.paint.dim('Ctrl-C ends it.'),
    '',
  ].join('\n');
}

/** Resolves when the user has had enough. */
async function ended(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

interface JournalFile {
  readonly add: (entry: JournalEntry) => void;
  close(): Promise<void>;
}

/** A line for each request, written as it comes so that `tail -f` follows it. */
async function openJournal(args: Arguments): Promise<JournalFile | undefined> {
  const value = given(args, 'journal');
  if (value === undefined) return undefined;
  await assertWritable(value.text, value);
  const stream = createWriteStream(value.text);
  await once(stream, 'open');
  return {
    add: (entry) => void stream.write(`${JSON.stringify(entry)}\n`),
    close: async () => {
      stream.end();
      await once(stream, 'close');
    },
  };
}
