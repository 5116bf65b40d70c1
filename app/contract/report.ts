/** A report of a session: what is asked and answered. */
import * as v from 'valibot';
import { testOptionsSchema } from '#app/inference/test-options.ts';
import { calibrationResultSchema } from '#app/report/calibration-result.ts';
import { fileReferenceSchema } from './file-reference.ts';

export const reportInput = v.object({
  session: v.string(),
  /** Test before writing, by these options; null: tell the tests that the session keeps. */
  test: v.nullable(testOptionsSchema),
  /** What `calibrate --json` printed for this study; null: what the session keeps, if it does. */
  calibration: v.nullable(calibrationResultSchema),
  /** Where to write the page; null: it is answered. */
  file: v.nullable(fileReferenceSchema),
});

/** Keeps what `calibrate` found in a session, for its reports, in place of what was kept before. */
export const keepCalibrationInput = v.object({
  session: v.string(),
  /** null: nothing is kept, only found out whether it could be. */
  result: v.nullable(calibrationResultSchema),
});

export const reportAnswer = v.object({
  /** The page, where no file was named. */
  html: v.nullable(v.string()),
  bytes: v.number(),
  /** The key findings, a sentence each. */
  findings: v.array(v.string()),
  /** All numbers of the report, as they stand in its page, too: JSON. */
  data: v.string(),
});
