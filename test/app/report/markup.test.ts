import { describe, expect, it } from 'vitest';
import { dataScript, element, rendered } from '#app/report/markup.ts';

const hostile = '</p><script>x</script>&amp;"\'';

describe('markup', () => {
  it('takes text for text, in content and in attributes', () => {
    const made = rendered(element('p', { title: hostile, lang: null }, hostile, element('b', {}, 1), null));
    expect(made).toBe(
      '<p title="&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;&amp;amp;&quot;&#39;">&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;&amp;amp;&quot;&#39;<b>1</b></p>',
    );
  });

  it('keeps a number on the line of its unit, but not in what is copied', () => {
    expect(rendered(element('p', {}, '95 % of 12'))).toBe('<p>95\u00a0% of 12</p>');
    expect(rendered(element('code', {}, 'test --alpha 5 %'))).toBe('<code>test --alpha 5 %</code>');
  });

  it('does not close what has no content', () => {
    expect(rendered(element('meta', { charset: 'utf-8' }))).toBe('<meta charset="utf-8">');
  });

  it('carries data that cannot end their element, and gives them back', () => {
    const { markup } = dataScript('data', { name: hostile, more: '<!--' });
    expect(markup.match(/</g)).toHaveLength(2);
    expect(JSON.parse(/>(.*)<\/script>$/s.exec(markup)?.[1] ?? '')).toEqual({ name: hostile, more: '<!--' });
  });
});
