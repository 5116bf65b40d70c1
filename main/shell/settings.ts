/** Settings of the app: a small JSON file in the library, written whole. A damaged file is set aside, not lost. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export class Settings {
  private readonly file: string;
  private values: Record<string, unknown>;

  constructor(library: string) {
    mkdirSync(library, { recursive: true });
    this.file = join(library, 'settings.json');
    this.values = readSettings(this.file);
  }

  all(): Record<string, unknown> {
    return { ...this.values };
  }

  get(name: string): unknown {
    return this.values[name];
  }

  set(name: string, value: unknown): void {
    this.values = { ...this.values, [name]: value };
    const temporary = `${this.file}.${process.pid}.new`;
    writeFileSync(temporary, `${JSON.stringify(this.values, null, 2)}\n`);
    renameSync(temporary, this.file);
  }
}

function readSettings(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  try {
    const values: unknown = JSON.parse(text);
    if (values !== null && typeof values === 'object' && !Array.isArray(values)) return { ...values };
  } catch (error) {
    console.error(`${file} is damaged and was set aside: ${String(error)}`);
  }
  renameSync(file, `${file}.damaged`);
  return {};
}
