/** `voltpact replay`: a saved case sent again. */
import { readCase } from '../../run/fuzz/case-folder.js';
import { replay } from '../../run/fuzz/replay.js';
import type { Arguments, CommandContext } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { chooseSite } from '../fuzz-site.js';
import { readChangedContract } from '../open-setting.js';
import { given } from '../option-value.js';
import { parseReports } from '../report-output.js';
import { runJob } from '../run-job.js';

export async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const reports = await parseReports(args);
  const saved = await readCase(args.positional?.text ?? '');
  const contract = await readChangedContract(given(args, 'contract')?.text, args.values.get('set') ?? []);
  const job = async function* () {
    const site = await chooseSite(args, context);
    const bugs = (args.values.get('bug') ?? []).map(({ text }) => text);
    yield* replay({ contract, ...site, saved, ...(bugs.length === 0 ? {} : { mock: { bugs } }) }, { now: context.now });
  };
  return runJob(job(), { command: 'replay', reports, context });
}
