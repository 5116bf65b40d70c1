/** What a run of the tests comes to. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * A test file that could not be read is one failure; so is an error outside of any test, and a run that left no report.
 * @param {string} reportFile Vitest's JSON report
 * @param {number} code Vitest's exit code
 * @returns {{ passed: number, failed: number }}
 */
export function tally(reportFile, code) {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(reportFile, 'utf8'));
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(hasFailed),
  );
  const failed = report.numFailedTests + broken.length;
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

function hasFailed(test) {
  return test.status === 'failed';
}
