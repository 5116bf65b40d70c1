/** What set-up tells a person: always on stderr, so that a command's stdout stays its own. */

/** Something that the person at the keyboard can put right: one sentence, no stack. */
export class SetupError extends Error {}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}

/** @param {number} bytes */
export function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

const quietMs = 5_000;

/** @param {number} done bytes  @param {number} total bytes */
const inMegabytes = (done, total) => `${Math.round(done / 1e6)} of ${megabytes(total)}`;

/**
 * A line of progress: rewritten in place on a terminal, said anew every five seconds elsewhere.
 * @param {string} label
 * @param {number} total bytes, unless `words` says what is counted
 * @param {(done: number, total: number) => string} words
 */
export function progressLine(label, total, words = inMegabytes) {
  const terminal = process.stderr.isTTY === true;
  let lastMs = Date.now();
  let drawn = false;
  return {
    /** @param {number} done of the total */
    update(done) {
      const text = `  ${label}: ${words(Math.min(done, total), total)}`;
      if (terminal) process.stderr.write(`\r${text}\u001b[K`);
      else if (Date.now() - lastMs >= quietMs) say(text);
      else return;
      drawn = true;
      lastMs = Date.now();
    },
    end() {
      if (terminal && drawn) process.stderr.write('\r\u001b[K');
    },
  };
}

/**
 * Runs a script's main function: a SetupError is one sentence and exit code 1, anything else is a fault of ours.
 * @param {() => Promise<number | void> | number | void} main
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (error instanceof SetupError) say(error.message);
    else console.error(error);
    process.exitCode = error instanceof SetupError ? 1 : 3;
  }
}
