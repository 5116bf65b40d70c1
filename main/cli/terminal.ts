/** What a command says: progress and notes on stderr, its result on stdout (one JSON document with --json). */
import type { EventPayload } from '#app/contract/events.ts';

/** Where a line cannot be rewritten, progress is a new line this often. */
const plainIntervalMs = 5_000;
const rewriteIntervalMs = 100;
const barWidth = 24;

export class Terminal {
  private readonly json: boolean;
  private readonly rewrites = process.stderr.isTTY;
  private lastShown = 0;
  private lineOpen = false;
  private readonly verbose = process.env['SPECTROSCOPE_VERBOSE'] !== undefined;

  constructor(json: boolean) {
    this.json = json;
  }

  /** The command's result: `document` with --json, otherwise the lines. */
  result(document: unknown, lines: readonly string[]): void {
    this.closeLine();
    process.stdout.write(this.json ? `${JSON.stringify(document, null, 2)}\n` : `${lines.join('\n')}\n`);
  }

  note(line: string): void {
    this.closeLine();
    process.stderr.write(`${line}\n`);
  }

  /** What the engine wrote to stderr; shown on request only, its last words are in an error. */
  log(line: string): void {
    if (this.verbose) this.note(line);
  }

  job(progress: EventPayload<'job.progress'>): void {
    const { title, done, total, message } = progress;
    const count = total === null ? `${done}` : `${done} of ${total}`;
    this.bar(total === null || total === 0 ? null : done / total, `${title}: ${count} ${message}`, done === total);
  }

  run(progress: EventPayload<'run.progress'>): void {
    if (progress.status === 'preparing') {
      this.bar(null, `Preparing: ${progress.message}`, false);
      return;
    }
    // Why it failed is the command's last word.
    if (progress.status === 'failed') return;
    const fraction = (progress.run + progress.step / Math.max(1, progress.steps)) / Math.max(1, progress.runs);
    const speed = progress.stepsPerSecond === null ? '' : `, ${progress.stepsPerSecond.toPrecision(3)} steps/s`;
    const left = progress.secondsLeft === null ? '' : `, ${duration(progress.secondsLeft)} left`;
    const loss = progress.loss === null ? '' : `, loss ${progress.loss.toPrecision(3)}`;
    this.bar(
      fraction,
      `${progress.runName ?? `run ${progress.run + 1} of ${progress.runs}`}, epoch ${progress.epoch} of ${progress.epochs}${loss}${speed}${left}`,
      progress.status === 'finished',
    );
  }

  private bar(fraction: number | null, text: string, last: boolean): void {
    const now = performance.now();
    if (!last && now - this.lastShown < (this.rewrites ? rewriteIntervalMs : plainIntervalMs)) return;
    this.lastShown = now;
    const filled = fraction === null ? 0 : Math.round(Math.min(1, fraction) * barWidth);
    const drawn = fraction === null ? '' : `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] `;
    if (this.rewrites) {
      process.stderr.write(`\r\u001b[K${(drawn + text).slice(0, (process.stderr.columns || 100) - 1)}`);
      this.lineOpen = true;
    } else process.stderr.write(`${drawn}${text}\n`);
  }

  private closeLine(): void {
    if (this.lineOpen) process.stderr.write('\n');
    this.lineOpen = false;
  }
}

/** '3 min 20 s' */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
