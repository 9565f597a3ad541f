/** `voltpact scenarios`: what ships, a line each. */
import { listScenarios } from '../../run/scenario/read-scenario.js';
import type { Arguments, CommandContext } from '../command.js';
import { exitCodes } from '../exit-code.js';
import type { ExitCode } from '../exit-code.js';

export async function run(_args: Arguments, { terminal: { out } }: CommandContext): Promise<ExitCode> {
  const scenarios = await listScenarios();
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, title } of scenarios) out.write(`${out.paint.bold(name.padEnd(width))}  ${title}\n`);
  return exitCodes.ok;
}
