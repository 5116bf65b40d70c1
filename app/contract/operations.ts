/**
 * Every request that crosses a process: name -> schema of its input and of its answer. Both are parsed on arrival.
 * The renderer names files by tokens; the shell swaps a token for its path before a request reaches the engine.
 */
import * as v from 'valibot';
import { compareAnswer, compareInput } from './compare.ts';
import { events } from './events.ts';
import { exportAnswer, exportInput } from './export.ts';
import { fileReferenceSchema } from './file-reference.ts';
import { keptTestSchema, testOutcomeSchema, testRequestSchema } from './kept-tests.ts';
import { planesSchema } from './planes.ts';
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
import { reportAnswer, reportInput } from './report.ts';
import { runCheckAnswer } from './run-check.ts';
import { configurationSchema } from '#app/run/configuration.ts';
import { preparationSchema } from '#app/run/preparation.ts';
import { studyChangeSchema } from '#app/study/change.ts';
import { seriesOperations } from './series.ts';
import { studyEditSchema, studySchema } from '#app/study/study.ts';
import { importInput, importProposalSchema } from './import-proposal.ts';
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
import { scanOutlierSchema, scanThumbnailSchema } from './scans.ts';
import { overlayRequestSchema, overlaySchema, shownVolumeSchema, volumeRequestSchema } from './volume.ts';
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
import { shellOperations } from './shell-operations.ts';

const nothing = v.object({});

export const deviceSchema = v.object({
  kind: v.picklist(['cpu', 'cuda', 'webgpu']),
  /** 'CPU, 2 cores' or 'NVIDIA RTX 4090, 21 GB free'. */
  name: v.string(),
  /** Why this one: one sentence. */
  reason: v.string(),
  cores: v.number(),
  memoryBytes: v.number(),
  /** Memory that nobody has taken: of the card where the card tells it, of the system otherwise. */
  freeBytes: v.number(),
  freeOf: v.picklist(['card', 'system']),
  versions: v.record(v.string(), v.string()),
  /** Devices that were looked at and refused: what is missing and what to do, in words. */
  refused: v.array(v.object({ kind: v.string(), reason: v.string() })),
});
export type Device = v.InferOutput<typeof deviceSchema>;

/** The open study with what a window needs beside it. */
export const studyViewSchema = v.object({
  /** `root` and table paths are display names here, never absolute paths. */
  study: studySchema,
  /** Group name of each subject (same order as study.subjects), null: in no group. */
  groupOf: v.array(v.nullable(v.string())),
  targetOf: v.array(v.nullable(v.string())),
  canUndo: v.boolean(),
  canRedo: v.boolean(),
  /** Where the study is kept, as a display name. */
  saved: v.string(),
});
export type StudyView = v.InferOutput<typeof studyViewSchema>;

/** The same after a change, for who holds the view from before it. */
const changedViewSchema = v.object({
  ...v.omit(studyViewSchema, ['study']).entries,
  change: studyChangeSchema,
});
export type ChangedView = v.InferOutput<typeof changedViewSchema>;

const sessionReference = v.object({ session: v.string() });

/** Operations that the engine carries out. */
export const engineOperations = {
  'device.describe': {
    input: v.object({ device: v.picklist(['auto', 'cpu', 'cuda', 'webgpu']) }),
    answer: deviceSchema,
  },

  'sample.list': {
    input: nothing,
    answer: v.array(v.object({ id: v.string(), title: v.string(), description: v.string(), licence: v.string() })),
  },
  /** Opens a copy of a bundled study in the library. */
  'sample.open': { input: v.object({ sample: v.string() }), answer: studyViewSchema },

  /** What an import would make of these, to be confirmed: nothing is kept, no scan is read. A job. */
  'study.propose-import': { input: importInput, answer: importProposalSchema },
  /** Reads tables, a folder of scans or of DICOM images with a table, or a BIDS tree. A job: sends progress, can be cancelled. */
  'study.import': { input: importInput, answer: studyViewSchema },
  'study.list': {
    input: nothing,
    answer: v.array(v.object({ id: v.string(), name: v.string(), modified: v.string(), subjects: v.number() })),
  },
  /** Opens a study of the library by its id, or a study file. */
  'study.open': {
    input: v.union([v.object({ id: v.string() }), v.object({ file: fileReferenceSchema })]),
    answer: studyViewSchema,
  },
  'study.current': { input: nothing, answer: v.nullable(studyViewSchema) },
  'study.edit': { input: v.object({ edit: studyEditSchema }), answer: studyViewSchema },
  /** For a window, which holds the study: an edit, or a step back or forth; answers what changed. */
  'study.change': {
    input: v.variant('kind', [
      v.object({ kind: v.literal('edit'), edit: studyEditSchema }),
      v.object({ kind: v.picklist(['undo', 'redo']) }),
    ]),
    answer: changedViewSchema,
  },
  /** Finds files of the open study that moved, in a folder and below it, by their content. A job: can be cancelled. */
  'study.relink': {
    input: v.object({ folder: fileReferenceSchema }),
    answer: v.object({
      view: studyViewSchema,
      /** Files that were found again, and the names of those that were not. */
      found: v.number(),
      missing: v.array(v.string()),
    }),
  },
  /** Writes the open study with its history; a copy is a study of its own and does not take this one's place. */
  'study.save-copy': {
    input: v.object({ file: fileReferenceSchema, as: v.optional(v.picklist(['copy', 'itself'])) }),
    answer: nothing,
  },
  'study.close': { input: nothing, answer: nothing },
  /**
   * Three orthogonal planes through a voxel (null: the middle of what there is to see) of a subject's scan. `prepared`: of the scan as this
   * preparation leaves it before anything is cut off, through the voxel at that place in millimetres.
   */
  'scan.planes': {
    input: v.object({
      subject: v.string(),
      voxel: v.nullable(v.tuple([v.number(), v.number(), v.number()])),
      prepared: v.optional(
        v.nullable(
          v.object({ preparation: preparationSchema, positionMm: v.tuple([v.number(), v.number(), v.number()]) }),
        ),
        null,
      ),
    }),
    answer: planesSchema,
  },
  /** A whole volume, or a series of volumes, for the viewer. */
  'scan.volume': { input: volumeRequestSchema, answer: shownVolumeSchema },
  /** An image to lay over scans, with the names of its labels. */
  'scan.overlay': { input: overlayRequestSchema, answer: overlaySchema },
  ...seriesOperations,

  /** How unlike the others each scan is, the most unlike first. A job: scans that were not looked at yet are read. */
  'scan.outliers': { input: nothing, answer: v.array(scanOutlierSchema) },
  /** Small pictures, made once and kept; in the order that was asked for. */
  'scan.thumbnails': {
    input: v.object({ subjects: v.pipe(v.array(v.string()), v.maxLength(100)) }),
    answer: v.array(scanThumbnailSchema),
  },

  /** Checks a configuration against the open study: what a run would be given. Refuses with a setting error. */
  'run.check': { input: v.object({ configuration: configurationSchema }), answer: runCheckAnswer },
  /** Starts training the open study; answers when the session file exists, goes on in the background. */
  'run.start': {
    input: v.object({ configuration: configurationSchema, title: v.string(), file: v.nullable(fileReferenceSchema) }),
    answer: v.object({ session: v.string() }),
  },
  /** A few steps on made-up data, to know before training what a step takes. Refused while a run trains. */
  'run.dry-run': {
    input: v.object({ configuration: configurationSchema }),
    answer: v.object({
      device: v.string(),
      freeBytes: v.number(),
      /** Milliseconds of a step without and with capture; null where nothing is captured. */
      plainMs: v.number(),
      capturedMs: v.nullable(v.number()),
      /** By how much the engine grew while it tried. */
      grownBytes: v.number(),
      /** Of the spectra of one captured step in the session. */
      storedBytes: v.number(),
      /** Of all steps of all runs, by these times; validation and reading the data left out. */
      secondsInAll: v.number(),
    }),
  },
  /**
   * Goes on with a session that ended before its training did: answers when the data are there and are the same, goes on
   * in the background. `study`: a study file that knows where the data lie; null: the library does.
   */
  'run.resume-session': {
    input: v.object({ session: v.string(), study: v.nullable(fileReferenceSchema) }),
    answer: v.object({ session: v.string() }),
  },
  /**
   * As 'session.regroup', and steps are looked at again with their data, for what Grams do not give: 'checkpoints', those
   * whose weights were kept; 'all' that were captured, by training again as it was. `study` as in 'run.resume-session'.
   * A job: sends progress, can be cancelled. Refused while a run trains.
   */
  'run.replay': {
    input: v.object({
      ...regroupInput.entries,
      study: v.nullable(fileReferenceSchema),
      steps: v.picklist(['checkpoints', 'all']),
    }),
    answer: regroupAnswer,
  },
  'run.pause': { input: nothing, answer: nothing },
  'run.resume': { input: nothing, answer: nothing },
  /** Stops after the step in flight; what was trained stays. */
  'run.stop': { input: nothing, answer: nothing },
  /** The run in hand or the one that ended last, as its latest event told; null: none since the engine started. */
  'run.state': { input: nothing, answer: v.nullable(events['run.progress']) },

  /** The topology of a layers model of tfjs (model.json), as a configuration holds it, with the shape of its input. */
  'model.open': {
    input: v.object({ file: fileReferenceSchema }),
    answer: v.object({ topology: v.string(), inputShape: v.array(v.nullable(v.number())) }),
  },

  /** Newest first. A job where many files are new to it: sends progress, can be cancelled. */
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
  'session.forget-test': { input: v.object({ session: v.string(), test: v.number() }), answer: nothing },
  /** A job: sends progress, can be cancelled; nothing half-written stays. */
  'session.export': { input: exportInput, answer: exportAnswer },
  /** A session as a page to read, print and send with a manuscript. A job: sends progress, can be cancelled. */
  'session.report': { input: reportInput, answer: reportAnswer },
  /** Two to eight sessions or runs side by side, from their overviews. A job: sends progress, can be cancelled. */
  'session.compare': { input: compareInput, answer: compareAnswer },
  /** The network of a run (from 0) as weights.npz, preprocessing.json and, where its layers allow, a tfjs layers model. */
  'session.export-model': {
    input: v.object({ session: v.string(), run: v.number(), folder: fileReferenceSchema }),
    answer: v.object({
      files: v.array(v.string()),
      /** Layers for the sake of which no layers model was written. */
      unmapped: v.array(v.object({ layer: v.string(), reason: v.string() })),
    }),
  },
  /** Ends a running job (import, export). */
  'job.cancel': { input: v.object({ job: v.number() }), answer: nothing },
} as const;

export const operations = { ...engineOperations, ...shellOperations } as const;

export type EngineOperation = keyof typeof engineOperations;

/** Answers of many objects and nothing that JSON has not: they cross processes as one text each. */
export const answersAsText: ReadonlySet<string> = new Set<EngineOperation>([
  ...(['sample.open', 'study.import', 'study.open', 'study.current', 'study.edit', 'study.relink'] as const),
  ...(['session.list', 'session.changes', 'session.trash'] as const),
]);

export type ShellOperation = keyof typeof shellOperations;
export type Operation = keyof typeof operations;
export type Input<O extends Operation> = v.InferInput<(typeof operations)[O]['input']>;
export type Answer<O extends Operation> = v.InferOutput<(typeof operations)[O]['answer']>;
