/** What a run of the tests comes to: Vitest's JSON report and its exit code. */
export function tally(reportFile: string, code: number): { passed: number; failed: number };
