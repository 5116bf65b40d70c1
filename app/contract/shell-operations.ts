/** Requests of a window that the shell carries out itself: what needs the desktop. As operations.ts. */
import * as v from 'valibot';

const nothing = v.object({});

/** Operations that the shell carries out itself. */
export const shellOperations = {
  'dialog.open': {
    input: v.object({
      what: v.picklist([
        'folder',
        'export-folder',
        'moved-files',
        'table',
        'session',
        'study',
        'scans',
        'model',
        'atlas',
        'atlas-names',
      ]),
    }),
    answer: v.array(v.object({ token: v.string(), name: v.string() })),
  },
  'dialog.save': {
    input: v.object({ suggestedName: v.string() }),
    answer: v.nullable(v.object({ token: v.string(), name: v.string() })),
  },
  /** Writes what the window drew (SVG text, PNG bytes, TSV) to a file that a person chose. */
  'file.write': {
    input: v.object({ token: v.string(), data: v.union([v.string(), v.instance(Uint8Array)]) }),
    answer: nothing,
  },
  /** Prints a page of the program (no scripts, nothing from outside) to a PDF file that a person chose, on A4. */
  'page.print': { input: v.object({ html: v.string(), token: v.string() }), answer: nothing },
  'clipboard.write': { input: v.object({ text: v.string() }), answer: nothing },
  'settings.get': { input: nothing, answer: v.record(v.string(), v.unknown()) },
  'settings.set': { input: v.object({ name: v.string(), value: v.unknown() }), answer: nothing },
  'shell.about': {
    input: nothing,
    answer: v.object({ version: v.string(), electron: v.string(), smokeTest: v.boolean() }),
  },
  /** The page hears events from now on: what it has missed is told, and what the program was started with is opened. */
  'shell.ready': { input: nothing, answer: nothing },
  /** Ends the program and starts it anew. */
  'shell.restart': { input: nothing, answer: nothing },
  /** State of the engine process; starts it again after it was given up. */
  'engine.restart': { input: nothing, answer: nothing },
} as const;
