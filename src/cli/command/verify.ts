/** `voltpact verify`: a provider against the recorded contract. */
import { readContract } from '../../http/read-contract.js';
import { verify } from '../../run/verify.js';
import type { Arguments, CommandContext } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { given } from '../option-value.js';
import { chooseProvider } from '../provider-options.js';
import { parseReports } from '../report-output.js';
import { runJob } from '../run-job.js';

export async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const { signal } = context;
  const reports = await parseReports(args);
  const contract = await readContract(given(args, 'contract')?.text);
  const pactFile = given(args, 'pact')?.text;
  const job = async function* () {
    const provider = await chooseProvider(args, context);
    yield* verify({ contract, ...provider, signal, ...(pactFile === undefined ? {} : { pactFile }) });
  };
  return runJob(job(), { command: 'verify', reports, context });
}
