/**
 * Expected errors: something a person can act on, told in one sentence that says what, where and what to do.
 * Anything else that is thrown is a fault of ours, and is reported as one.
 */

/** What kind of thing went wrong: it decides the exit code and whether the window shows a fault report. */
export type ErrorKind = 'input' | 'setting' | 'usage' | 'cancelled' | 'fault';

export interface ErrorDetails {
  /** File that is wrong, by its name or its path relative to the study. */
  file?: string;
  /** Column, header field or setting that is wrong. */
  field?: string;
  /** What is there, in a few words. */
  found?: string;
  /** What was expected there. */
  expected?: string;
  cause?: unknown;
}

export interface SerialisedError {
  kind: ErrorKind;
  code: string;
  message: string;
  file?: string;
  field?: string;
  found?: string;
  expected?: string;
}

export class SpectroscopeError extends Error {
  readonly kind: ErrorKind;
  /** Stable, kebab-case: 'nifti-truncated'. */
  readonly code: string;
  readonly file: string | undefined;
  readonly field: string | undefined;
  readonly found: string | undefined;
  readonly expected: string | undefined;

  constructor(kind: ErrorKind, code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SpectroscopeError';
    this.kind = kind;
    this.code = code;
    this.file = details.file;
    this.field = details.field;
    this.found = details.found;
    this.expected = details.expected;
  }
}

/** The input (a file, a table, a session) is wrong. */
export function inputError(code: string, message: string, details?: ErrorDetails): SpectroscopeError {
  return new SpectroscopeError('input', code, message, details);
}

/** A setting that a person chose cannot work. */
export function settingError(code: string, message: string, details?: ErrorDetails): SpectroscopeError {
  return new SpectroscopeError('setting', code, message, details);
}

export function cancelled(what: string): SpectroscopeError {
  return new SpectroscopeError('cancelled', 'cancelled', `${what} was cancelled.`);
}

export function serialiseError(error: unknown): SerialisedError {
  if (error instanceof SpectroscopeError) {
    const { kind, code, message, file, field, found, expected } = error;
    return {
      kind,
      code,
      message,
      ...(file === undefined ? {} : { file }),
      ...(field === undefined ? {} : { field }),
      ...(found === undefined ? {} : { found }),
      ...(expected === undefined ? {} : { expected }),
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
