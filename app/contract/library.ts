/** The sessions of the library: how a window lists, arranges and throws away many of them. */
import * as v from 'valibot';
import { sessionSummarySchema } from './session.ts';

/** A tag, or a part of a folder's name: what a person reads in one glance. */
export const longestLabel = 60;
/** Tags of one session. */
export const mostTags = 30;

const label = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(longestLabel));

/** 'thesis/chapter 2': names that '/' divides, '' for none. It is kept in the session, and so goes where its file goes. */
export const folderSchema = v.pipe(
  v.string(),
  v.transform((folder) =>
    folder
      .split('/')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .join('/'),
  ),
  v.maxLength(4 * longestLabel),
);
export const tagsSchema = v.pipe(v.array(label), v.maxLength(mostTags));

export const libraryEntrySchema = v.object({
  ...sessionSummarySchema.entries,
  notes: v.string(),
  tags: v.array(v.string()),
  folder: v.string(),
});
export type LibraryEntry = v.InferOutput<typeof libraryEntrySchema>;

/** For a window, which holds the list: what changed since an answer that it had. */
export const changesInput = v.object({ since: v.nullable(v.number()) });
export const changesAnswer = v.object({
  /** For the next question. */
  revision: v.number(),
  /** All there are: the answer that was named is not known any more. */
  whole: v.boolean(),
  entries: v.array(libraryEntrySchema),
  /** Sessions that are not there any more. */
  gone: v.array(v.string()),
});

const refusedSchema = v.array(v.object({ session: v.string(), reason: v.string() }));
const sessionsSchema = v.pipe(v.array(v.string()), v.minLength(1));

export const arrangeInput = v.object({
  sessions: sessionsSchema,
  /** Tags that are put on each and taken off each; a tag that it has, or has not, is no error. */
  add: v.optional(tagsSchema, []),
  remove: v.optional(tagsSchema, []),
  /** Absent: each stays in its folder. */
  folder: v.optional(folderSchema),
});
export const arrangeAnswer = v.object({
  /** As they are now. */
  entries: v.array(libraryEntrySchema),
  /** Those that could not be written to, and why. */
  refused: refusedSchema,
});

const curve = v.array(v.nullable(v.number()));
/** A session in a few numbers: curves over equal parts of the first run's steps, null where there is none. */
export const sessionPictureSchema = v.object({
  loss: curve,
  /** Name of the layer with the most parameters whose gradient was recorded, or ''. */
  layer: v.string(),
  /** Effective rank of that layer's gradient, of each group. */
  ranks: v.array(v.object({ name: v.string(), colour: v.number(), values: curve })),
});
export type SessionPicture = v.InferOutput<typeof sessionPictureSchema>;

export const picturesInput = v.object({ sessions: v.pipe(v.array(v.string()), v.maxLength(100)) });
/** In the order that was asked for; null of a session that cannot be read. */
export const picturesAnswer = v.array(v.nullable(sessionPictureSchema));

export const trashAnswer = v.array(libraryEntrySchema);
export const restoreInput = v.object({ sessions: sessionsSchema });
export const restoreAnswer = v.object({
  /** Names in the library: another session may have taken the old one. */
  sessions: v.array(v.string()),
});
/** null: all that is in the trash. */
export const emptyTrashInput = v.object({ sessions: v.nullable(v.array(v.string())) });
export const emptyTrashAnswer = v.object({ sessions: v.number(), bytes: v.number() });
