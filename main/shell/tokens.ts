/** Files that a person chose, by opaque tokens: the renderer never holds a path. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { SpectroscopeError } from '#app/contract/errors.ts';

export interface Token {
  token: string;
  /** The file's own name, to show. */
  name: string;
}

export class Tokens {
  private readonly paths = new Map<string, string>();

  give(path: string): Token {
    const token = `file-${randomBytes(16).toString('hex')}`;
    this.paths.set(token, path);
    return { token, name: basename(path) };
  }

  /** @throws SpectroscopeError when the token was never given */
  pathOf(token: string): string {
    const path = this.paths.get(token);
    if (path === undefined) {
      throw new SpectroscopeError('usage', 'unknown-file', 'This file was not chosen in this window: choose it again.');
    }
    return path;
  }

  /**
   * A copy of a request's input in which each `{ token }` is `{ path }`.
   * @throws SpectroscopeError when it names a path: a window may not
   */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.resolve(each));
    if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
    const entries: [string, unknown][] = Object.entries(value);
    if (Object.hasOwn(value, 'path')) {
      throw new SpectroscopeError('usage', 'path-from-window', 'A window names files by tokens, never by paths.');
    }
    const token = entries.length === 1 && entries[0]?.[0] === 'token' ? entries[0][1] : undefined;
    if (typeof token === 'string') return { path: this.pathOf(token) };
    return Object.fromEntries(entries.map(([name, content]) => [name, this.resolve(content)]));
  }
}
