/** What `spectroscope calibrate --json` prints, as far as a report tells it. */
import * as v from 'valibot';

const rateSchema = v.object({
  hits: v.number(),
  runs: v.number(),
  rate: v.number(),
  interval: v.tuple([v.number(), v.number()]),
});

export const calibrationResultSchema = v.object({
  nominal: v.number(),
  runs: v.number(),
  permutations: v.number(),
  subjects: v.number(),
  /** Trainings on random groups with any corrected p at or below the nominal level, by method. */
  any: v.record(v.string(), rateSchema),
  /** The same where a share of the subjects has the group of its class. */
  power: v.array(v.object({ effect: v.number(), any: rateSchema, best: rateSchema })),
});
/** As a session keeps it. */
export const keptCalibrationSchema = v.object({
  /** ISO 8601. */
  created: v.string(),
  /** Version of the program that calibrated. */
  program: v.string(),
  result: calibrationResultSchema,
});
export type KeptCalibration = v.InferOutput<typeof keptCalibrationSchema>;

export type CalibrationResult = v.InferOutput<typeof calibrationResultSchema>;
