/** What TensorFlow writes on stderr when it cannot use a card, in words a person can act on. */
import { sentence, type Sentence } from '#app/text/sentence.ts';

/** NVIDIA's libraries by the beginning of their file's name, as the CUDA build brings them. */
const brought = [
  'cudart',
  'cublas',
  'cublasLt',
  'cufft',
  'cusolver',
  'cusparse',
  'cudnn',
  'nvJitLink',
  'nvrtc',
  'nccl',
];

/** Libraries that were looked for and not found; said only with TF_CPP_VMODULE=dso_loader=1. */
export function missingLibraries(stderr: string): string[] {
  const found = [...stderr.matchAll(/Could not load dynamic library '([^']+)'/g)].map((match) => match[1] as string);
  return [...new Set(found)];
}

/**
 * Why TensorFlow took no card.
 *
 * @param stderr of a process that loaded TensorFlow with TF_CPP_VMODULE=dso_loader=1
 * @returns one or two sentences: what is missing and what to do
 */
export function whyNoCard(stderr: string): Sentence {
  const missing = missingLibraries(stderr);
  if (missing.some((name) => name.startsWith('libcuda.so'))) {
    return sentence(
      "The driver's library libcuda.so.1 was not found. In a container, start it with access to the card (for Docker: --gpus all); elsewhere install the NVIDIA driver whole and start the computer again.",
    );
  }
  const ours = missing.filter((name) => brought.some((each) => name.startsWith(`lib${each}.so`)));
  if (ours.length > 0) {
    return sentence('Missing: {ours}. Run npm run setup -- --cuda, which brings what is missing.', {
      ours: ours.join(', '),
    });
  }
  const failed = /failed call to cuInit: (.+)$/m.exec(stderr)?.[1];
  if (failed !== undefined) {
    return sentence(
      'The driver did not answer ({failed}): see that nvidia-smi lists the card; after an update of the driver start the computer again.',
      { failed },
    );
  }
  if (missing.length > 0)
    return sentence('Missing: {missing}. Install what brings it.', {
      missing: missing.join(', '),
    });
  return sentence(
    'TensorFlow found no card that it can use and did not say why: see its messages with SPECTROSCOPE_VERBOSE=1.',
  );
}
