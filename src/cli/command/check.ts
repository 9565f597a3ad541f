/** `voltpact check`: the whole gate. */
import { renderUserAgent } from '../../http/client/user-agent.js';
import { readContract } from '../../http/read-contract.js';
import { check } from '../../run/check.js';
import type { Arguments, CommandContext } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { given, parseSeed, parsed } from '../option-value.js';
import { chooseProvider } from '../provider-options.js';
import { parseReports } from '../report-output.js';
import { runJob } from '../run-job.js';

export async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const reports = await parseReports(args);
  const seed = parsed(args, 'seed', parseSeed);
  const contract = await readContract(given(args, 'contract')?.text);
  const job = async function* () {
    const provider = await chooseProvider(args, context);
    const userAgent = renderUserAgent(context.version);
    const chosen = { contract, ...provider, ...(seed === undefined ? {} : { seed }) };
    yield* check({ ...chosen, userAgent, signal: context.signal }, { now: context.now });
  };
  return runJob(job(), { command: 'check', reports, context });
}
