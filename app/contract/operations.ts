/**
 * Every request that crosses a process: name -> schema of its input and of its answer. Both are parsed on arrival.
 * The renderer names files by tokens; the shell swaps a token for its path before a request reaches the engine.
 */
import * as v from 'valibot';
import { events } from './events.ts';
import { fileReferenceSchema } from './file-reference.ts';
import { planesSchema } from './planes.ts';
import { regroupAnswer, regroupInput } from './regroup.ts';
import { runCheckAnswer } from './run-check.ts';
import { configurationSchema } from '#app/run/configuration.ts';
import { preparationSchema } from '#app/run/preparation.ts';
import { studyChangeSchema } from '#app/study/change.ts';
import { seriesOperations } from './series.ts';
import { studyEditSchema, studySchema, subjectSchema } from '#app/study/study.ts';
import { importInput, importProposalSchema } from './import-proposal.ts';
import { scanOutlierSchema, scanThumbnailSchema } from './scans.ts';
import { overlayRequestSchema, overlaySchema, shownVolumeSchema, volumeRequestSchema } from './volume.ts';
import { sessionOperations } from './session-operations.ts';
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

/** Of a large study a window asks for the first subjects alone, shows them, and asks for the others piece by piece. */
const howManySubjects = { subjects: v.optional(v.picklist(['all', 'first'])) };
/** Subjects that are still to be asked for with 'study.subjects'. */
const followingSchema = v.object({
  /** Which state of the study they belong to: a change of it makes another. */
  state: v.number(),
  /** Subjects of the study, those that are here already included. */
  inAll: v.number(),
});

/** The open study with what a window needs beside it. */
export const studyViewSchema = v.object({
  /** Absent: all subjects are here. */
  following: v.optional(followingSchema),
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
  /** Where subjects changed that are too many for one answer: `change` says that none did, and all are to be asked for. */
  ...v.omit(studyViewSchema, ['study']).entries,
  change: studyChangeSchema,
});
export type ChangedView = v.InferOutput<typeof changedViewSchema>;

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
  'sample.open': { input: v.object({ sample: v.string(), ...howManySubjects }), answer: studyViewSchema },

  /** What an import would make of these, to be confirmed: nothing is kept, no scan is read. A job. */
  'study.propose-import': { input: importInput, answer: importProposalSchema },
  /** Reads tables, a folder of scans or of DICOM images with a table, or a BIDS tree. A job: sends progress, can be cancelled. */
  'study.import': { input: v.object({ ...importInput.entries, ...howManySubjects }), answer: studyViewSchema },
  'study.list': {
    input: nothing,
    answer: v.array(v.object({ id: v.string(), name: v.string(), modified: v.string(), subjects: v.number() })),
  },
  /** Opens a study of the library by its id, or a study file. */
  'study.open': {
    input: v.union([
      v.object({ id: v.string(), ...howManySubjects }),
      v.object({ file: fileReferenceSchema, ...howManySubjects }),
    ]),
    answer: studyViewSchema,
  },
  'study.current': { input: v.object(howManySubjects), answer: v.nullable(studyViewSchema) },
  /** As many subjects of the open study from this one on as one answer should have. Refused where the study changed. */
  'study.subjects': {
    input: v.object({ state: v.number(), from: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
    answer: v.array(subjectSchema),
  },
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
    input: v.object({ folder: fileReferenceSchema, ...howManySubjects }),
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
    input: v.object({
      configuration: configurationSchema,
      title: v.string(),
      file: v.nullable(fileReferenceSchema),
      /** Whether a session that is there may be replaced, once nothing is refused any more; one that is being written is not. */
      overwrite: v.optional(v.boolean(), false),
    }),
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
  ...sessionOperations,
  /** Ends a running job (import, export). */
  'job.cancel': { input: v.object({ job: v.number() }), answer: nothing },
} as const;

export const operations = { ...engineOperations, ...shellOperations } as const;

export type EngineOperation = keyof typeof engineOperations;

/** Answers of many objects and nothing that JSON has not: they cross processes as one text each. */
export const answersAsText: ReadonlySet<string> = new Set<EngineOperation>([
  ...(['sample.open', 'study.import', 'study.open', 'study.current', 'study.edit', 'study.relink'] as const),
  ...(['study.subjects'] as const),
  ...(['session.list', 'session.changes', 'session.trash'] as const),
]);

export type ShellOperation = keyof typeof shellOperations;
export type Operation = keyof typeof operations;
export type Input<O extends Operation> = v.InferInput<(typeof operations)[O]['input']>;
export type Answer<O extends Operation> = v.InferOutput<(typeof operations)[O]['answer']>;
