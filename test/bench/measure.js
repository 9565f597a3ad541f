/** Rates by the wall clock and by processor time: the latter is the steadier one on a machine that others use too. */

/**
 * @param {number} count what one run does
 * @param {number} runs how often it is run
 * @param {() => void} run
 */
export function measure(count, runs, run) {
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let at = 0; at < runs; at++) run();
  const { user, system } = process.cpuUsage(cpu);
  return {
    perS: (1000 * count * runs) / (performance.now() - started),
    perCpuS: (1e6 * count * runs) / (user + system),
  };
}

/** @param {readonly Record<string, string | number>[]} rows of the same keys */
export function table(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, columns.map(() => '---'), ...rows.map((row) => columns.map((name) => String(row[name])))];
  process.stdout.write(`${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`);
}
