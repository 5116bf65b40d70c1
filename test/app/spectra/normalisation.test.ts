import { describe, expect, it } from 'vitest';
import { quantities } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import { normalisationFactor, rowsPerSample } from '#app/spectra/normalisation.ts';

describe('size normalisation', () => {
  it('divides by the square root of the rows, undoes the mean of the loss, and counts samples', () => {
    expect(normalisationFactor('activations', 4, 32, 25)).toBeCloseTo(1 / 10, 12);
    expect(normalisationFactor('adjoints', 4, 32, 25)).toBeCloseTo(32 / 10, 12);
    expect(normalisationFactor('gradient', 4, 32, 25)).toBe(8);
  });

  it('leaves the gradient of all samples as it is', () => {
    expect(normalisationFactor('gradient', 17, 17, 1)).toBe(1);
  });

  it('is absent for a group without samples', () => {
    for (const quantity of quantities) expect(normalisationFactor(quantity, 0, 32, 1)).toBeNaN();
  });

  it('gives a group the values of one of another size drawn from the same rows', () => {
    // k copies of the same rows: singular values of A and D grow by sqrt k, those of G by k.
    const random = new SeededRandom(3);
    for (let i = 0; i < 50; i++) {
      const samples = 1 + random.integer(40);
      const copies = 1 + random.integer(9);
      const rows = 1 + random.integer(1000);
      const batch = samples * copies + random.integer(50);
      const growth = { activations: Math.sqrt(copies), adjoints: Math.sqrt(copies), gradient: copies };
      for (const quantity of quantities) {
        const once = normalisationFactor(quantity, samples, batch, rows);
        const copied = normalisationFactor(quantity, samples * copies, batch, rows) * growth[quantity];
        expect(copied / once).toBeCloseTo(1, 9);
      }
    }
  });

  it('counts a row for each position of the side that the quantity is on', () => {
    const convolution = { inputShape: [8, 9, 10, 2], outputShape: [4, 5, 5, 16] };
    expect(rowsPerSample(convolution, 'activations')).toBe(720);
    expect(rowsPerSample(convolution, 'adjoints')).toBe(100);
    expect(rowsPerSample({ inputShape: [410], outputShape: [64] }, 'activations')).toBe(1);
  });
});
