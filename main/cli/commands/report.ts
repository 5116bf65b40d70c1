import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import * as v from 'valibot';
import { inputError, settingError } from '#app/contract/errors.ts';
import { defaultStatistics } from '#app/inference/statistics.ts';
import { defaultMethods, type TestOptions } from '#app/inference/test-options.ts';
import { calibrationResultSchema, type CalibrationResult } from '#app/report/calibration-result.ts';
import { largestSeed, number } from '../arguments.ts';
import type { CommandLine } from '../command-line.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';

interface ReportOptions {
  out: string;
  overwrite?: boolean;
  test?: boolean;
  permutations: number;
  seed: number;
  calibration?: string;
}

async function reportCommand(terminal: Terminal, file: string, options: ReportOptions): Promise<number> {
  const out = resolve(options.out);
  if (existsSync(out) && (options.overwrite !== true || out === resolve(file))) {
    throw settingError('report-exists', `${options.out} exists already: choose another name or add --overwrite.`, {
      field: 'out',
    });
  }
  const calibration = options.calibration === undefined ? null : readCalibration(options.calibration);
  return await withEngine(terminal, async ({ engine, interrupted }) => {
    const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
    const test = options.test === true ? testOptions(options) : null;
    const { findings, data, bytes } = await engine.request(
      'session.report',
      { session, test, calibration, file: { path: out } },
      interrupted,
    );
    const numbers = JSON.parse(data) as object;
    terminal.result({ file: out, bytes, findings, ...numbers }, [
      ...findings.map((finding) => `- ${finding}`),
      `Report written to ${options.out} (${Math.round(bytes / 1000)} kB).`,
    ]);
    return 0;
  });
}

function testOptions({ permutations, seed }: ReportOptions): TestOptions {
  return {
    statistics: [...defaultStatistics],
    methods: [...defaultMethods],
    permutations,
    seed,
    strata: { kind: 'auto' },
    groups: null,
  };
}

/** @throws SpectroscopeError (input) when the file is not what `calibrate --json` prints */
function readCalibration(path: string): CalibrationResult {
  const name = basename(path);
  const expected = 'what calibrate --json prints';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw inputError('calibration-missing', `${name}: there is no such file, or it cannot be read.`, {
      file: name,
      cause,
    });
  }
  const parsed = v.safeParse(calibrationResultSchema, jsonOf(text));
  if (parsed.success) return parsed.output;
  const field = v.getDotPath(parsed.issues[0]) ?? '';
  throw inputError(
    'not-a-calibration',
    `${name} is not ${expected}${field === '' ? '' : ` ('${field}' is missing or of another kind)`}: make it with spectroscope calibrate --json.`,
    { file: name, field, expected },
  );
}

/** @returns null for a text that is no JSON */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

export function defineReport(commandLine: CommandLine): void {
  commandLine
    .command('report <file>', 'write a session as one page: subjects, model, training, spectra, tests, limits, methods')
    .option('--test', 'test whether groups differ, as spectroscope test does unasked')
    .option('--permutations <n>', 'of the labels, with --test', number(19, true, 100_000), 999)
    .option('--seed <n>', 'seed of the permutations, with --test', number(0, true, largestSeed), 1)
    .option('--calibration <file.json>', 'what calibrate --json printed for the same study')
    .option('--overwrite', 'replace the report if there is one')
    .requiredOption('--out <report.html>', 'page to write')
    .action((file: string, options: ReportOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => reportCommand(terminal, file, options)),
    );
}
