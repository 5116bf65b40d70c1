/** Requests on stored sessions, as operations.ts: name -> schema of its input and of its answer. */
import * as v from 'valibot';
import { compareAnswer, compareInput } from './compare.ts';
import { exportAnswer, exportInput } from './export.ts';
import { fileReferenceSchema } from './file-reference.ts';
import { findingSchema } from './findings.ts';
import { earlySignsSchema } from './early-signs.ts';
import { keptTestSchema, testOutcomeSchema, testRequestSchema } from './kept-tests.ts';
import {
  annotateInput,
  annotationSchema,
  permutationBandAnswer,
  permutationBandInput,
  rocAnswer,
  subjectNormsAnswer,
  subjectNormsInput,
} from './review.ts';
import { regroupAnswer, regroupChoicesSchema, regroupInput } from './regroup.ts';
import { keepCalibrationInput, reportAnswer, reportInput } from './report.ts';
import {
  arrangeAnswer,
  arrangeInput,
  changesAnswer,
  changesInput,
  emptyTrashAnswer,
  emptyTrashInput,
  libraryEntrySchema,
  picturesAnswer,
  picturesInput,
  restoreAnswer,
  restoreInput,
  trashAnswer,
} from './library.ts';
import {
  epochRowSchema,
  quantitySchema,
  rangeSchema,
  scalarColumnsSchema,
  scaleSchema,
  sessionMetricsSchema,
  sessionViewSchema,
  spectrumColumnsSchema,
  stepDetailSchema,
  summaryColumnsSchema,
  summaryNames,
} from './session.ts';
import { shareAnswer, shareInput } from './share.ts';

const nothing = v.object({});
const sessionReference = v.object({ session: v.string() });

export const sessionOperations = {
  'session.list': { input: nothing, answer: v.array(libraryEntrySchema) },
  /** As 'session.list', for who has most of it. */
  'session.changes': { input: changesInput, answer: changesAnswer },
  /** Tags and folder of many. A job. */
  'session.arrange': { input: arrangeInput, answer: arrangeAnswer },
  'session.pictures': { input: picturesInput, answer: picturesAnswer },
  'session.trash': { input: nothing, answer: trashAnswer },
  'session.restore': { input: restoreInput, answer: restoreAnswer },
  /** Removes files for good. */
  'session.empty-trash': { input: emptyTrashInput, answer: emptyTrashAnswer },
  /** Opens a session file from anywhere; afterwards `session` names it. */
  'session.open-file': { input: v.object({ file: fileReferenceSchema }), answer: sessionReference },
  'session.view': { input: sessionReference, answer: sessionViewSchema },
  'session.describe': {
    input: v.object({ session: v.string(), title: v.optional(v.string()), notes: v.optional(v.string()) }),
    answer: nothing,
  },
  /** To the trash of the library. */
  'session.delete': { input: sessionReference, answer: nothing },
  'session.scalars': { input: rangeSchema, answer: scalarColumnsSchema },
  'session.epochs': { input: sessionReference, answer: v.array(epochRowSchema) },
  /** From the predictions of the runs that ended, with bootstrap intervals. */
  'session.metrics': { input: sessionReference, answer: sessionMetricsSchema },
  'session.spectra': {
    input: v.object({
      ...rangeSchema.entries,
      layer: v.number(),
      quantity: quantitySchema,
      scale: scaleSchema,
      /** At most so many singular values, spread over the spectrum, the first always among them. */
      values: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
    answer: spectrumColumnsSchema,
  },
  'session.summaries': {
    input: v.object({
      ...rangeSchema.entries,
      quantity: quantitySchema,
      scale: scaleSchema,
      summary: v.picklist(summaryNames),
    }),
    answer: summaryColumnsSchema,
  },
  /** The captured step nearest to `step`. */
  'session.step': {
    input: v.object({
      session: v.string(),
      run: v.number(),
      step: v.number(),
      layer: v.number(),
      quantities: v.array(quantitySchema),
      scale: scaleSchema,
    }),
    answer: stepDetailSchema,
  },
  /** Remarks on steps, in the order of the steps. */
  'session.annotations': { input: sessionReference, answer: v.array(annotationSchema) },
  'session.annotate': { input: annotateInput, answer: v.object({ annotation: v.number() }) },
  'session.unannotate': { input: v.object({ session: v.string(), annotation: v.number() }), answer: nothing },
  'session.subject-norms': { input: subjectNormsInput, answer: subjectNormsAnswer },
  /** From the predictions of the runs that ended. */
  'session.roc': { input: sessionReference, answer: rocAnswer },
  'session.permutation-band': { input: permutationBandInput, answer: permutationBandAnswer },
  'session.regroup-choices': { input: sessionReference, answer: regroupChoicesSchema },
  /**
   * A session under other groups, from the sample Grams that it kept, as a session of its own. A job: sends progress, can
   * be cancelled.
   */
  'session.regroup': {
    input: regroupInput,
    answer: regroupAnswer,
  },
  /** Whether groups differ, over sessions with the same groups and layers. A job: sends progress, can be cancelled. */
  'session.test': { input: testRequestSchema, answer: testOutcomeSchema },
  /** Results that were kept in the session, the newest first. */
  'session.kept-tests': { input: sessionReference, answer: v.array(keptTestSchema) },
  /** What stands out, in words, with the chart that shows it; also of a session that is being written. */
  'session.findings': { input: sessionReference, answer: v.array(findingSchema) },
  /** What looks at the training found as it went, also while it goes. */
  'session.early-signs': { input: sessionReference, answer: earlySignsSchema },
  'session.forget-test': { input: v.object({ session: v.string(), test: v.number() }), answer: nothing },
  /** Two to eight sessions or runs side by side, from their overviews. A job: sends progress, can be cancelled. */
  'session.compare': { input: compareInput, answer: compareAnswer },
  /** A job: sends progress, can be cancelled; nothing half-written stays. */
  'session.export': { input: exportInput, answer: exportAnswer },
  /** A copy without identifiers, or what it would hold. Where a file is written a job: sends progress, can be cancelled. */
  'session.share': { input: shareInput, answer: shareAnswer },
  /** A session as a page to read, print and send with a manuscript. A job: sends progress, can be cancelled. */
  'session.report': { input: reportInput, answer: reportAnswer },
  'session.keep-calibration': { input: keepCalibrationInput, answer: nothing },
  /** The network of a run (from 0) as weights.npz, preprocessing.json and, where its layers allow, a tfjs layers model. */
  'session.export-model': {
    input: v.object({ session: v.string(), run: v.number(), folder: fileReferenceSchema }),
    answer: v.object({
      files: v.array(v.string()),
      /** Layers for the sake of which no layers model was written. */
      unmapped: v.array(v.object({ layer: v.string(), reason: v.string() })),
    }),
  },
} as const;
