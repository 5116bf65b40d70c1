import { describe, expect, it } from 'vitest';
import { Tokens } from '../../main/shell/tokens.ts';

describe('tokens', () => {
  it('swaps every token of an input for the path that it stands for', () => {
    const tokens = new Tokens();
    const scan = tokens.give('/data/study/sub-01.nii.gz');
    const table = tokens.give('/data/study/participants.tsv');
    expect(scan.name).toBe('sub-01.nii.gz');
    expect(tokens.resolve({ paths: [{ token: scan.token }], table: { token: table.token }, idColumn: null })).toEqual({
      paths: [{ path: '/data/study/sub-01.nii.gz' }],
      table: { path: '/data/study/participants.tsv' },
      idColumn: null,
    });
  });

  it('gives a different, unguessable token each time', () => {
    const tokens = new Tokens();
    const first = tokens.give('/a').token;
    expect(tokens.give('/a').token).not.toBe(first);
    expect(first).toMatch(/^file-[0-9a-f]{32}$/);
  });

  it('refuses a path that comes from a window, however deep', () => {
    const tokens = new Tokens();
    expect(() => tokens.resolve({ paths: [{ path: '/etc/passwd' }] })).toThrow(/never by paths/);
    expect(() => tokens.resolve({ file: { path: '/etc/passwd' } })).toThrow(/never by paths/);
    expect(() => tokens.resolve({ file: { path: '/etc/passwd', token: 'file-00' } })).toThrow(/never by paths/);
  });

  it('refuses a token that it never gave', () => {
    expect(() => new Tokens().resolve({ file: { token: 'file-00' } })).toThrow(/choose it again/);
  });

  it('leaves typed arrays, numbers and nothing as they are', () => {
    const bytes = new Uint8Array([1, 2]);
    expect(new Tokens().resolve({ data: bytes, count: 3, none: null })).toEqual({ data: bytes, count: 3, none: null });
  });
});
