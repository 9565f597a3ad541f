/** `voltpact record`: the contract as a Pact file. */
import { readContract } from '../../http/read-contract.js';
import { record } from '../../run/record.js';
import type { Arguments, CommandContext } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { given } from '../option-value.js';
import { parseReports } from '../report-output.js';
import { runJob } from '../run-job.js';

export async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const reports = await parseReports(args);
  const out = given(args, 'out');
  const contract = await readContract(given(args, 'contract')?.text);
  const events = record({ contract, signal: context.signal, ...(out === undefined ? {} : { out: out.text }) });
  return runJob(events, { command: 'record', reports, context });
}
