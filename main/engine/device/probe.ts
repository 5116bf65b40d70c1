/** Tries a device in a process of its own: what a broken driver does to that process, it does not do to the engine. */
import { sentence, type Sentence, type Words } from '#app/text/sentence.ts';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { whyNoCard } from './diagnosis.ts';

export type ProbedKind = 'cpu' | 'cuda' | 'webgpu';

/** What the process says of the device. */
export interface ProbeAnswer {
  /** Whether it really computed there. */
  used: boolean;
  /** The device's own name for itself, or ''. */
  name: string;
  /** Gradients that differ from the processor's. */
  wrong: Sentence[];
  /** Errors of the device, which would not have thrown. */
  errors: Words[];
}

/** Passed: the device's name, or '' where it did not say. Refused: what is missing and what to do, as sentences. */
export type Probe = { passed: true; name: string } | { passed: false; reason: Words };

const patienceMs = 120_000;

/** Beside this module: the source when run from TypeScript, the packed module when bundled. */
const child = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './probe-child.ts' : './probe-child.mjs', import.meta.url),
);

/** Never rejects: that the device ends its process is an answer too. */
export async function probe(kind: ProbedKind, environment: NodeJS.ProcessEnv = process.env): Promise<Probe> {
  const { answer, stderr, ended } = await runChild(kind, environment);
  if (answer === null) {
    const words = stderr.trim().split('\n').slice(-2).join(' / ');
    return {
      passed: false,
      reason:
        words === ''
          ? sentence('Trying it ended the process that tried ({ended}).', { ended })
          : sentence('Trying it ended the process that tried ({ended}): {words}.', { ended, words }),
    };
  }
  if (!answer.used) {
    return { passed: false, reason: kind === 'cuda' ? whyNoCard(stderr) : (answer.errors[0] ?? '') };
  }
  if (answer.errors.length > 0) {
    return {
      passed: false,
      reason: sentence('It reported an error while it computed: {errors}', { errors: answer.errors[0] ?? '' }),
    };
  }
  if (answer.wrong.length > 0) {
    return {
      passed: false,
      reason: sentence("It computes wrongly: {wrong} differ from the processor's. A newer driver may help.", {
        wrong: answer.wrong,
      }),
    };
  }
  return { passed: true, name: answer.name };
}

interface Outcome {
  answer: ProbeAnswer | null;
  stderr: string;
  ended: Words;
}

function runChild(kind: ProbedKind, environment: NodeJS.ProcessEnv): Promise<Outcome> {
  const process_ = fork(child, [kind], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...environment,
      ...(kind === 'cuda' ? { SPECTROSCOPE_CLAIMED: 'cuda' } : {}),
      // Otherwise a library that is missing is not spoken of.
      TF_CPP_MIN_LOG_LEVEL: '0',
      TF_CPP_VMODULE: 'dso_loader=1',
    },
  });
  let stderr = '';
  let answer: ProbeAnswer | null = null;
  let late = false;
  process_.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  process_.on('message', (message) => (answer = message as ProbeAnswer));
  const patience = setTimeout(() => {
    late = true;
    process_.kill('SIGKILL');
  }, patienceMs);
  return new Promise((resolve) => {
    const end = (ended: Words): void => {
      clearTimeout(patience);
      resolve({ answer, stderr, ended });
    };
    process_.once('error', (error) => end(error.message));
    process_.once('close', (code, signal) =>
      end(
        late
          ? sentence('no answer in {seconds} s', { seconds: patienceMs / 1000 })
          : (signal ?? `code ${String(code)}`),
      ),
    );
  });
}
