import { describe, expect, it } from 'vitest';
import { fileOf, mayNavigate, mayRequest, mayUsePermission } from '../../main/shell/policy.ts';

describe('what a window may show', () => {
  it.each([
    ['app://spectroscope/index.html', true],
    ['app://spectroscope/assets/index.js', true],
    ['app://elsewhere/index.html', false],
    ['https://example.org/', false],
    ['http://127.0.0.1:80/', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['data:text/html,hello', false],
    ['not an address', false],
    ['', false],
  ])('%s: %s', (address, allowed) => {
    expect(mayNavigate(address)).toBe(allowed);
  });
});

describe('what a window may ask for', () => {
  it.each([
    ['app://spectroscope/assets/index.js', true],
    ['blob:app://spectroscope/5f', true],
    ['data:image/png;base64,AAAA', true],
    ['https://example.org/track.gif', false],
    ['ws://example.org/', false],
    ['file:///etc/passwd', false],
  ])('%s: %s', (address, allowed) => {
    expect(mayRequest(address)).toBe(allowed);
  });

  it('grants no permission but writing to the clipboard', () => {
    expect(mayUsePermission('clipboard-sanitized-write')).toBe(true);
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'hid', 'usb', 'unknown']) {
      expect(mayUsePermission(permission)).toBe(false);
    }
  });
});

describe('the files that the scheme serves', () => {
  const folder = '/opt/app/out/renderer';
  it.each([
    ['app://spectroscope/index.html', '/opt/app/out/renderer/index.html'],
    ['app://spectroscope/assets/a%20b.js', '/opt/app/out/renderer/assets/a b.js'],
    ['app://spectroscope/..%2f..%2fmain.cjs', null],
    ['app://spectroscope/%2e%2e/%2e%2e/secret', '/opt/app/out/renderer/secret'],
    ['app://spectroscope/a%00.js', null],
    ['app://spectroscope/%ff', null],
    ['app://elsewhere/index.html', null],
    ['https://spectroscope/index.html', null],
    ['app://spectroscope/', null],
  ])('%s -> %s', (address, expected) => {
    const found = fileOf(address, folder);
    expect(found === null || found.startsWith(`${folder}/`)).toBe(true);
    if (expected === null) expect(found === null || found === `${folder}/`).toBe(true);
    else expect(found).toBe(expected);
  });
});
