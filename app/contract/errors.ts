/**
 * Expected errors: something a person can act on, told in one sentence that says what, where and what to do.
 * Anything else that is thrown is a fault of ours, and is reported as one.
 */
import { sentence, spoken, type Sentence, type Words } from '#app/text/sentence.ts';

/** What kind of thing went wrong: it decides the exit code and whether the window shows a fault report. */
export type ErrorKind = 'input' | 'setting' | 'usage' | 'cancelled' | 'fault';

export interface ErrorDetails {
  /** File that is wrong, by its name or its path relative to the study. */
  file?: string;
  /** Column, header field or setting that is wrong. */
  field?: string;
  /** What is there, in a few words. */
  found?: Words;
  /** What was expected there. */
  expected?: Words;
  /** The sentences of an error that is thrown again, by what they tell. */
  said?: ErrorSentences;
  cause?: unknown;
}

/** Those of an error's words that are kept as sentences. */
export type ErrorSentences = Partial<Record<'message' | 'found' | 'expected', Sentence | undefined>>;

export interface SerialisedError {
  kind: ErrorKind;
  code: string;
  message: string;
  file?: string;
  field?: string;
  found?: string;
  expected?: string;
  said?: ErrorSentences;
}

export class SpectroscopeError extends Error {
  readonly kind: ErrorKind;
  /** Stable, kebab-case: 'nifti-truncated'. */
  readonly code: string;
  readonly file: string | undefined;
  readonly field: string | undefined;
  readonly found: string | undefined;
  readonly expected: string | undefined;
  /** For a problem that keeps the error: it can be said in another language. */
  readonly said: ErrorSentences;

  constructor(kind: ErrorKind, code: string, message: Words, details: ErrorDetails = {}) {
    super(spoken(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SpectroscopeError';
    this.kind = kind;
    this.code = code;
    this.file = details.file;
    this.field = details.field;
    const { found, expected } = details;
    this.found = found === undefined ? undefined : spoken(found);
    this.expected = expected === undefined ? undefined : spoken(expected);
    const words = Object.entries({ message, found, expected }).filter(([, each]) => typeof each === 'object');
    this.said = { ...details.said, ...Object.fromEntries(words) };
  }
}

/** The input (a file, a table, a session) is wrong. */
export function inputError(code: string, message: Words, details?: ErrorDetails): SpectroscopeError {
  return new SpectroscopeError('input', code, message, details);
}

/** A setting that a person chose cannot work. */
export function settingError(code: string, message: Words, details?: ErrorDetails): SpectroscopeError {
  return new SpectroscopeError('setting', code, message, details);
}

export function cancelled(what: string): SpectroscopeError {
  return new SpectroscopeError('cancelled', 'cancelled', sentence('{what} was cancelled.', { what }));
}

export function serialiseError(error: unknown): SerialisedError {
  if (error instanceof SpectroscopeError) {
    const { kind, code, message, file, field, found, expected, said } = error;
    return {
      kind,
      code,
      message,
      ...(file === undefined ? {} : { file }),
      ...(field === undefined ? {} : { field }),
      ...(found === undefined ? {} : { found }),
      ...(expected === undefined ? {} : { expected }),
      ...(Object.keys(said).length === 0 ? {} : { said }),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'fault', code: 'fault', message };
}

export function reviveError(error: SerialisedError): SpectroscopeError {
  return new SpectroscopeError(error.kind, error.code, error.message, error);
}

/** Exit codes of the command line. */
export const exitCodes: Readonly<Record<ErrorKind, number>> = {
  input: 1,
  setting: 1,
  usage: 2,
  fault: 3,
  cancelled: 130,
};
