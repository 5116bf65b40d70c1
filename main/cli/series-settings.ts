/** The preparation of series, as a person writes it on the command line: `--series name=value`, as often as wanted. */
import * as v from 'valibot';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { seriesPreparationSchema, type SeriesPreparation } from '#app/run/series-preparation.ts';

type Change = Partial<SeriesPreparation>;

interface Setting {
  /** What a value looks like, for the help. */
  form: string;
  read(text: string, known: SeriesPreparation): Change | null;
}

const settings: Readonly<Record<string, Setting>> = {
  tr: { form: 'SECONDS', read: (text) => ({ repetitionTimeS: Number(text) }) },
  detrend: { form: 'none|mean|linear', read: (text) => ({ detrend: text as SeriesPreparation['detrend'] }) },
  'band-pass': { form: 'LOW-HIGH in Hz, either may be empty', read: band },
  standardise: { form: 'yes|no', read: (text) => truth(text, (standardise) => ({ standardise })) },
  connectivity: {
    form: 'none|pearson|partial',
    read: (text) => ({ connectivity: text as SeriesPreparation['connectivity'] }),
  },
  'fisher-z': { form: 'yes|no', read: (text) => truth(text, (fisherZ) => ({ fisherZ })) },
  windows: { form: 'LENGTH:STEP in time points', read: windows },
  lengths: { form: 'crop|pad', read: (text) => ({ lengths: text as SeriesPreparation['lengths'] }) },
  confounds: { form: 'PATTERN:COLUMN,COLUMN', read: confounds },
  scrub: { form: 'MILLIMETRES or COLUMN:VALUE, after confounds', read: scrub },
};

/** 'tr=SECONDS, detrend=none|mean|linear, …' */
export const seriesSettingForms = Object.entries(settings)
  .map(([name, { form }]) => `${name}=${form}`)
  .join('; ');

/** @throws SpectroscopeError (kind 'usage') for a name or a value that there is not */
export function withSeriesSettings(before: SeriesPreparation, words: readonly string[]): SeriesPreparation {
  return words.reduce((known, word) => {
    const at = word.indexOf('=');
    const name = word.slice(0, Math.max(at, 0));
    const setting = settings[name];
    if (setting === undefined) throw refused(word, `one of ${seriesSettingForms}`);
    const change = setting.read(word.slice(at + 1).trim(), known);
    const parsed = change === null ? null : v.safeParse(seriesPreparationSchema, { ...known, ...change });
    if (parsed?.success !== true) throw refused(word, `${name}=${setting.form}`);
    return parsed.output;
  }, before);
}

function band(text: string): Change | null {
  const match = /^([\d.]*)-([\d.]*)$/.exec(text);
  if (match === null) return null;
  const [low, high] = [match[1], match[2]].map((side) => (side === undefined || side === '' ? null : Number(side)));
  return { bandPassHz: { low: low ?? null, high: high ?? null } };
}

function windows(text: string): Change | null {
  const [length, step] = text.split(':').map(Number);
  return length === undefined || step === undefined ? null : { windows: { length, step } };
}

function confounds(text: string): Change | null {
  const at = text.lastIndexOf(':');
  if (at < 1) return null;
  const columns = text
    .slice(at + 1)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return columns.length === 0 ? null : { confounds: { files: text.slice(0, at), columns, scrub: null } };
}

/** @param known whose tables of confounds hold the column */
function scrub(text: string, { confounds: tables }: SeriesPreparation): Change | null {
  const [, column = 'framewise_displacement', above = ''] = /^(?:([^:]+):)?([\d.]+)$/.exec(text) ?? [];
  if (tables === null || !(Number(above) > 0)) return null;
  return { confounds: { ...tables, scrub: { column, above: Number(above) } } };
}

function truth(text: string, change: (yes: boolean) => Change): Change | null {
  return text === 'yes' || text === 'no' ? change(text === 'yes') : null;
}

function refused(word: string, expected: string): SpectroscopeError {
  return new SpectroscopeError('usage', 'bad-series', `--series ${word}: expected ${expected}.`, {
    field: '--series',
    expected,
  });
}
