// Memory of a fleet while its telemetry streams to a file that nobody keeps: resident set now and then, and at its most.
// Linux only. Run it with: npm run bench:fleet-memory -- [devices] [duration] [workers]
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { table } from './measure.js';

const [devices = '1000000', duration = '1h', workers = '1'] = process.argv.slice(2);
const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const run = ['simulate', 'fleet-spring-town', '--devices', devices, '--duration', duration, '--step', '60'];
const started = performance.now();
const child = spawn(process.execPath, [program, ...run, '--workers', workers, '--out', '-'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let bytes = 0;
child.stdout.on('data', (/** @type {Buffer} */ data) => (bytes += data.length));

/** @type {{ 'after s': string, 'written GB': string, 'RSS MB': string }[]} */
const rows = [];
async function look() {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  if (Number.isNaN(kilobytes)) return;
  const seconds = (performance.now() - started) / 1000;
  rows.push({
    'after s': seconds.toFixed(0),
    'written GB': (bytes / 1e9).toFixed(2),
    'RSS MB': (kilobytes / 1024).toFixed(0),
  });
}

const timer = setInterval(() => void look(), 1000);
/** @type {number | null} */
const code = await new Promise((resolve) => child.on('close', resolve));
clearInterval(timer);
const each = Math.ceil(rows.length / 12);
const most = Math.max(...rows.map((row) => Number(row['RSS MB'])));
table(rows.filter((_, at) => at % each === 0 || at === rows.length - 1));
process.stdout.write(`exit ${code}, ${(bytes / 1e9).toFixed(2)} GB, at most ${most} MB\n`);
