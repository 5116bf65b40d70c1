import { describe, expect, it } from 'vitest';
import { describeEvents, encodeEvents, type EventTable } from '#app/series/events.ts';
import { inWriting } from '#app/text/sentence.ts';

function table(columns: Record<string, readonly string[]>): EventTable {
  const entries = Object.entries(columns).map(([name, texts]) => ({ name, texts }));
  return { columns: entries, rows: entries[0]?.texts.length ?? 0 };
}

const common = {
  rt: ['0.52', '', '1.25', '0.71'],
  correct: ['1', '0', '0', '1'],
  switching: ['SWITCH', 'SWITCH', 'NOSWITCH', 'SWITCH'],
};
const included = (tables: readonly EventTable[]) =>
  describeEvents(tables).channels.flatMap((channel) => (channel.included ? [channel.name] : []));

describe('channels of events', () => {
  it('are numbers, one level of two, and where something is missing', () => {
    expect(included([table(common), table(common)])).toEqual(['rt', 'rt missing', 'correct', 'switching=SWITCH']);
  });

  it('are encoded row by row; a missing number is missing, a missing text has no level', () => {
    const events = table({ rt: ['0.52', ''], button: ['', 'left'], other: ['right', 'left'] });
    const all = table({ rt: ['1', '2.5', ''], button: ['left', 'right', ''], other: ['left', 'right', 'up'] });
    const { channels } = describeEvents([all, events]);
    const names = channels.map(({ name }) => name);
    const values = encodeEvents(events, channels);
    const of = (row: number, name: string) => values[row * names.length + names.indexOf(name)];
    expect([of(0, 'rt'), of(1, 'rt'), of(1, 'rt missing')]).toEqual([0.52, NaN, 1]);
    expect([of(0, 'button=left'), of(0, 'button=right'), of(0, 'button missing')]).toEqual([0, 0, 1]);
    expect([of(0, 'other=right'), of(1, 'other=left')]).toEqual([1, 1]);
  });

  it('of few whole numbers are codes, of many are measurements', () => {
    const codes = table({ recode: ['1', '2', '3', '1'], score: ['1.5', '2', '3', '1'] });
    expect(included([codes])).toEqual(['recode=1', 'recode=2', 'recode=3', 'score']);
  });

  it('do not include times, what is constant, and what tells who a subject is', () => {
    const subject = (id: string, shift: number) =>
      table({
        onset: ['0', '2', '1', '3'],
        ITIOnset_noTriggerAdjust: ['1', '2', '0', '1'],
        clock: ['1.5', '2.5', '3.5', '4.5'].map((text) => String(Number(text) + shift)),
        task: ['switch', 'switch', 'switch', 'switch'],
        group: [id, id, id, id],
        ...common,
      });
    const described = describeEvents([subject('patient', 0), subject('control', 1)]);
    expect(described.channels.filter((channel) => channel.included).map(({ source }) => source)).toEqual([
      'rt',
      'rt',
      'correct',
      'switching',
    ]);
    expect(described.left.map(inWriting).join(' ')).toContain(
      'group: is the same in all events of a subject, and so tells who it is',
    );
    expect(described.left.map(inWriting).join(' ')).toContain('task: is the same in all events');
    expect(described.left.map(inWriting).join(' ')).toContain('clock: ascends');
  });

  it('do not include what repeats another, as it is or turned round', () => {
    const events = table({ ...common, duration: common.rt, wrong: ['0', '1', '1', '0'] });
    expect(included([events, events])).toEqual(['rt', 'rt missing', 'correct', 'switching=SWITCH']);
  });

  it('are those that nearly all subjects have', () => {
    const one = table({ ...common, extra: ['1.5', '2', '3', '1'] });
    expect(included([one, table(common), table(common)])).not.toContain('extra');
  });
});
