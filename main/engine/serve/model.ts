/** A person's own model, from a file. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import type { FileReference } from '#app/contract/file-reference.ts';
import { readKerasTopology, topologyText } from '#app/model/keras-topology.ts';
import { t } from '#app/text/text.ts';
import type { Handlers } from './handlers.ts';

export function modelHandlers(): { readonly handlers: Handlers<'model.open'> } {
  return {
    handlers: {
      'model.open': ({ file }) => {
        const path = pathOf(file);
        const name = basename(path);
        try {
          const topology = topologyText(readText(path));
          return { topology, inputShape: [...readKerasTopology(topology).inputShape] };
        } catch (error) {
          if (!(error instanceof SpectroscopeError) || error.file !== undefined) throw error;
          throw inputError(error.code, `${name}: ${error.message}`, { file: name, field: 'model', cause: error });
        }
      },
    },
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const file = basename(path);
    throw inputError('not-found', t('{file}: the model file cannot be read.', { file }), { file, cause });
  }
}

function pathOf(file: FileReference): string {
  if ('path' in file) return file.path;
  throw inputError('unknown-file', t('The file is not known any more: choose it again.'));
}
