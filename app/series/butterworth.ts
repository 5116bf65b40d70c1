/**
 * Butterworth filters as second-order sections, run forward and backward so that no phase is shifted: what SciPy's `butter`
 * and `sosfiltfilt` compute (Virtanen et al. 2020), and nilearn with them.
 */

/** b0 + b1/z + b2/z^2 over 1 + a1/z + a2/z^2. */
interface Section {
  b: [number, number, number];
  a: [number, number];
}

interface Complex {
  re: number;
  im: number;
}

export interface Band {
  /** As parts of the sampling rate, below 1/2; null: that side is open. One of them is given. */
  low: number | null;
  high: number | null;
}

export const filterOrder = 5;

/** Times that a series must have more than: what is put before and after it. */
export function paddedTimes({ low, high }: Band): number {
  const sections = low !== null && high !== null ? filterOrder : (filterOrder + 1) / 2;
  // A first-order section has one number less on either side.
  const numbers = 2 * sections + 1 - (low !== null && high !== null ? 0 : 1);
  return 3 * numbers;
}

/**
 * @param values [times x channels], changed in place; more times than `paddedTimes`
 */
export function filterBand(values: Float64Array, channels: number, band: Band): void {
  const sections = design(band);
  const pad = paddedTimes(band);
  const times = values.length / channels;
  const extended = new Float64Array(times + 2 * pad);
  for (let channel = 0; channel < channels; channel++) {
    const at = (time: number): number => values[time * channels + channel] as number;
    for (let time = 0; time < extended.length; time++) {
      const own = time - pad;
      // Turned about the first and the last value.
      if (own < 0) extended[time] = 2 * at(0) - at(-own);
      else if (own >= times) extended[time] = 2 * at(times - 1) - at(2 * (times - 1) - own);
      else extended[time] = at(own);
    }
    run(extended, sections);
    extended.reverse();
    run(extended, sections);
    extended.reverse();
    for (let time = 0; time < times; time++) values[time * channels + channel] = extended[time + pad] as number;
  }
}

/** Each section in turn, in the state that it would be in had the first value always been there. */
function run(values: Float64Array, sections: readonly Section[]): void {
  let steady = values[0] as number;
  for (const { b, a } of sections) {
    const gain = (b[0] + b[1] + b[2]) / (1 + a[0] + a[1]);
    let second = (b[2] - a[1] * gain) * steady;
    let first = (b[1] - a[0] * gain) * steady + second;
    steady *= gain;
    for (let i = 0; i < values.length; i++) {
      const x = values[i] as number;
      const y = b[0] * x + first;
      first = b[1] * x - a[0] * y + second;
      second = b[2] * x - a[1] * y;
      values[i] = y;
    }
  }
}

function design({ low, high }: Band): Section[] {
  // Sampling at 2 Hz: a frequency f in parts of the rate is bent to 4 tan(pi f) (bilinear transform).
  const bent = (frequency: number): number => 4 * Math.tan(Math.PI * frequency);
  const prototype = Array.from({ length: filterOrder }, (_, k) => {
    const angle = (Math.PI * (2 * k + filterOrder + 1)) / (2 * filterOrder);
    return { re: Math.cos(angle), im: Math.sin(angle) };
  });
  if (low !== null && high !== null) {
    const [from, to] = [bent(low), bent(high)];
    const poles = prototype.flatMap((pole) => bandPoles(pole, to - from, Math.sqrt(from * to)));
    return sectionsOf(poles, [1, 0, -1], Math.sqrt(from * to));
  }
  if (high !== null) {
    const cut = bent(high);
    return sectionsOf(
      prototype.map((pole) => times(pole, { re: cut, im: 0 })),
      [1, 2, 1],
      0,
    );
  }
  const cut = bent(low ?? 0);
  return sectionsOf(
    prototype.map((pole) => divided({ re: cut, im: 0 }, pole)),
    [1, -2, 1],
    Infinity,
  );
}

/** p^2 - p bandwidth s + centre^2 = 0 */
function bandPoles(pole: Complex, bandwidth: number, centre: number): Complex[] {
  const half = times(pole, { re: bandwidth / 2, im: 0 });
  const square = times(half, half);
  const root = squareRoot({ re: square.re - centre * centre, im: square.im });
  return [
    { re: half.re + root.re, im: half.im + root.im },
    { re: half.re - root.re, im: half.im - root.im },
  ];
}

const realWithin = 1e-12;

/**
 * @param zeros of a section of two poles, as its polynomial; one of a single pole has its half: 1 + z^-1 or 1 - z^-1
 * @param centre analog frequency at which the gain is 1: 0, the middle of the band, or infinity
 */
function sectionsOf(poles: readonly Complex[], zeros: [number, number, number], centre: number): Section[] {
  const digital = poles.map((pole) => divided({ re: 4 + pole.re, im: pole.im }, { re: 4 - pole.re, im: -pole.im }));
  const pairs = digital.filter(({ im }) => im > realWithin);
  const reals = digital.filter(({ im }) => Math.abs(im) <= realWithin).map(({ re }) => re);
  const sections: Section[] = pairs.map(({ re, im }) => ({ b: [...zeros], a: [-2 * re, re * re + im * im] }));
  for (let i = 0; i < reals.length; i += 2) {
    const [one = 0, other] = reals.slice(i, i + 2);
    sections.push(
      other === undefined
        ? { b: [1, zeros[1] / 2, 0], a: [-one, 0] }
        : { b: [...zeros], a: [-(one + other), one * other] },
    );
  }
  return sections.map((section) => unitGain(section, centre));
}

/** Scaled so that its gain is 1 at the analog frequency. */
function unitGain({ b, a }: Section, centre: number): Section {
  // z = exp(i w) with w = 2 atan(centre / 4); at infinity z = -1.
  const angle = centre === Infinity ? Math.PI : 2 * Math.atan(centre / 4);
  const power = (k: number): Complex => ({ re: Math.cos(k * angle), im: -Math.sin(k * angle) });
  const sum = (c: readonly [number, number, number]): Complex => ({
    re: c[0] + c[1] * power(1).re + c[2] * power(2).re,
    im: c[1] * power(1).im + c[2] * power(2).im,
  });
  const gain = divided(sum(b), sum([1, ...a]));
  const size = Math.hypot(gain.re, gain.im);
  return { b: b.map((each) => each / size) as [number, number, number], a };
}

function times(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

function divided(a: Complex, b: Complex): Complex {
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}

function squareRoot({ re, im }: Complex): Complex {
  const size = Math.hypot(re, im);
  const real = Math.sqrt(Math.max(0, (size + re) / 2));
  return { re: real, im: Math.sign(im === 0 ? 1 : im) * Math.sqrt(Math.max(0, (size - re) / 2)) };
}
