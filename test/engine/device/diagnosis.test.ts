import { describe, expect, it } from 'vitest';
import { inWriting } from '#app/text/sentence.ts';
import * as diagnosis from '../../../main/engine/device/diagnosis.ts';

const { missingLibraries } = diagnosis;
const whyNoCard = (stderr: string): string => inWriting(diagnosis.whyNoCard(stderr));

/** As TensorFlow 2.21's CUDA build writes it with TF_CPP_VMODULE=dso_loader=1. */
const notFound = (name: string): string =>
  `I0000 00:00:1795609971.848821    7910 dso_loader.cc:144] Could not load dynamic library '${name}'; dlerror: ${name}: cannot open shared object file: No such file or directory; LD_LIBRARY_PATH: /opt`;
const refused =
  'E0000 00:00:1795609971.848954    7910 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)';

describe('why TensorFlow took no card is told in words', () => {
  it("when the driver's library is missing, whatever else failed after it", () => {
    expect(whyNoCard(`${notFound('libcuda.so.1')}\n${refused}\n`)).toMatch(
      /^The driver's library libcuda\.so\.1 .*--gpus all/,
    );
  });

  it('when libraries of the CUDA build are missing: each once, and the command that brings them', () => {
    const stderr = [notFound('libcudnn.so.9'), notFound('libcufft.so.11'), notFound('libcudnn.so.9')].join('\n');
    expect(missingLibraries(stderr)).toEqual(['libcudnn.so.9', 'libcufft.so.11']);
    expect(whyNoCard(stderr)).toBe(
      'Missing: libcudnn.so.9, libcufft.so.11. Run npm run setup -- --cuda, which brings what is missing.',
    );
  });

  it('when the driver does not answer', () => {
    expect(whyNoCard(refused)).toMatch(/^The driver did not answer \(INTERNAL: .*\(303\)\): see that nvidia-smi/);
  });

  it('when a library is missing that set-up does not bring', () => {
    expect(whyNoCard(notFound('libnvinfer.so.10'))).toBe('Missing: libnvinfer.so.10. Install what brings it.');
  });

  it('when it says nothing', () => {
    expect(whyNoCard('')).toMatch(/SPECTROSCOPE_VERBOSE=1/);
  });
});
