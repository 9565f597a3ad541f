/** Runs the built program as a user would, without the credentials of whoever runs the tests. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
  /** Resolves once standard output holds the text. */
  shows(text: string): Promise<void>;
}

export function startCli(args: readonly string[], { env = {}, cwd }: CliOptions = {}): RunningCli {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(process.execPath, [program, ...args], { cwd, env: { PATH, HOME, TMPDIR, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const result = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const shows = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve();
      };
      look();
      child.stdout.on('data', look);
      child.on('close', () => reject(new Error(`ended without showing ${text}: ${stdout}${stderr}`)));
    });
  return { child, result, shows };
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).result;
}

/** What differs from run to run, replaced by names. */
export function normalise(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/ +\d+ ms| +\d+\.\d\d s| +\d+ min \d\d s/g, ' TIME')
    .replaceAll(/version \d+\.\d+\.\d+/g, 'version VERSION')
    .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'TOKEN');
}
