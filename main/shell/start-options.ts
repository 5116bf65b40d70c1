/** What the app was started with. */
import { resolve } from 'node:path';
import { app } from 'electron';
import { libraryFolder } from '../client/locations.ts';

export interface StartOptions {
  library: string;
  /** Id of a bundled study to open at the start, or null. */
  sample: string | null;
  /** Open the sample, train it briefly, print one line of JSON and end. */
  smokeTest: boolean;
}

export function startOptions(argv: readonly string[]): StartOptions {
  const at = argv.indexOf('--sample');
  return {
    library: resolve(libraryFolder()),
    sample: at >= 0 ? (argv[at + 1] ?? null) : null,
    smokeTest: argv.includes('--smoke-test'),
  };
}

/** Folder that holds main/, renderer/ and node_modules/ (in a package: the archive). */
export function appRoot(): string {
  return app.getAppPath();
}
