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
   * @throws SpectroscopeError when it holds a path already: the renderer may name no path
   */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.resolve(each));
    if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
    const entries = Object.entries(value);
    if (entries.length === 1) {
      const [name, content] = entries[0] as [string, unknown];
      if (name === 'token' && typeof content === 'string') return { path: this.pathOf(content) };
      if (name === 'path') {
        throw new SpectroscopeError('usage', 'path-from-window', 'A window names files by tokens, never by paths.');
      }
    }
    return Object.fromEntries(entries.map(([name, content]) => [name, this.resolve(content)]));
  }
}
